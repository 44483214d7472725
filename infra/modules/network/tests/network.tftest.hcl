# Nothing is made: the provider is mocked. What it would make is looked at.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_region" {
    defaults = { name = "us-east-1" }
  }
}

override_data {
  target = data.aws_availability_zones.available
  values = { names = ["us-east-1a", "us-east-1b", "us-east-1c"] }
}

variables { name = "shop-production-origin" }

run "has_two_zones_and_gives_no_address_away" {
  command = plan

  assert {
    condition     = length(distinct(aws_subnet.public[*].availability_zone)) == 2 && length(distinct(aws_subnet.public[*].cidr_block)) == 2
    error_message = "two subnets in two zones"
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.public : !subnet.map_public_ip_on_launch])
    error_message = "who needs a public address asks for it"
  }
}

run "addresses_have_room" {
  command = plan
  variables { cidr = "10.0.0.0/30" }
  expect_failures = [var.cidr]
}

run "costs_nothing_that_is_not_needed" {
  command = plan

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_subnet.isolated) == 0 && length(aws_subnet.private) == 0
    error_message = "a NAT gateway costs more than the origin"
  }
}

run "a_database_leads_nowhere" {
  command = plan
  variables { isolated = true }

  assert {
    condition     = length(distinct(aws_subnet.isolated[*].availability_zone)) == 2 && length(aws_route.nat) == 0
    error_message = "two zones, and no route out"
  }
}

run "a_connector_leads_out_by_one_gateway" {
  command = plan
  variables { nat = true }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(distinct(aws_subnet.private[*].availability_zone)) == 2
    error_message = "two zones behind one gateway"
  }

  assert {
    condition     = length(distinct(concat(aws_subnet.private[*].cidr_block, aws_subnet.public[*].cidr_block))) == 4
    error_message = "each subnet has its own addresses"
  }
}
