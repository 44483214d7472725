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

variables {
  name             = "shop-production-origin"
  image_repository = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop-production-origin"
  image_tag        = "live"
  variables        = { ENVIRONMENT = "production", PUBLIC_ORIGIN = "https://shop.example" }
  secrets          = { ORIGIN_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-production-origin-secret-a1b2c3" }
  domain           = "api.shop.example"
  zone_id          = "Z0123456789ABCDEFGHIJ"
}

run "is_the_service_that_was_asked_for" {
  command = plan

  assert {
    condition     = aws_apprunner_service.this.instance_configuration[0].cpu == "256" && aws_apprunner_service.this.instance_configuration[0].memory == "512"
    error_message = "an instance has 0.25 vCPU and 512 MB"
  }

  assert {
    condition     = aws_apprunner_service.this.source_configuration[0].auto_deployments_enabled
    error_message = "a push must be deployed"
  }

  assert {
    condition     = aws_apprunner_service.this.source_configuration[0].image_repository[0].image_configuration[0].port == "3333"
    error_message = "the program listens on 3333"
  }

  assert {
    condition     = aws_apprunner_auto_scaling_configuration_version.this.min_size == 1 && aws_apprunner_auto_scaling_configuration_version.this.max_size == 25
    error_message = "1 to 25 instances"
  }

  assert {
    condition = (
      aws_apprunner_service.this.health_check_configuration[0].protocol == "HTTP" &&
      aws_apprunner_service.this.health_check_configuration[0].path == "/" &&
      aws_apprunner_service.this.health_check_configuration[0].interval == 10 &&
      aws_apprunner_service.this.health_check_configuration[0].timeout == 5 &&
      aws_apprunner_service.this.health_check_configuration[0].healthy_threshold == 1 &&
      aws_apprunner_service.this.health_check_configuration[0].unhealthy_threshold == 5
    )
    error_message = "health is asked for over HTTP at `/` every 10 s with a timeout of 5 s, 1 healthy and 5 unhealthy"
  }

  assert {
    condition     = contains(keys(aws_apprunner_service.this.source_configuration[0].image_repository[0].image_configuration[0].runtime_environment_secrets), "ORIGIN_SECRET")
    error_message = "the feed's secret comes from the store"
  }

  assert {
    condition     = output.url == "https://api.shop.example"
    error_message = "the API has its name"
  }
}

run "growth_has_an_end" {
  command = plan
  variables { max_instances = 26 }
  expect_failures = [var.max_instances]
}

run "stays_outside_of_networks" {
  command = plan

  assert {
    condition     = length(aws_apprunner_vpc_connector.this) == 0
    error_message = "without a database it needs none"
  }
}

run "reaches_a_database_and_a_mail_server" {
  command = plan

  variables {
    vpc          = { id = "vpc-0123456789abcdef0", subnet_ids = ["subnet-00000000000000001", "subnet-00000000000000002"] }
    egress_ports = [443, 465, 587]
  }

  assert {
    condition     = aws_apprunner_service.this.network_configuration[0].egress_configuration[0].egress_type == "VPC"
    error_message = "its connections go through the network"
  }

  assert {
    condition     = sort(keys(aws_vpc_security_group_egress_rule.connector)) == tolist(["443", "465", "587"])
    error_message = "HTTPS and mail, and nothing else"
  }

  assert {
    condition     = length(output.security_group_ids) == 1
    error_message = "the database lets it in by its group"
  }
}

run "a_key_of_a_secret_needs_a_right_to_the_secret" {
  command = plan

  variables {
    secrets = {
      PGPASSWORD    = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0123-a1b2c3:password::"
      ORIGIN_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-production-origin-secret-a1b2c3"
    }
  }

  assert {
    condition     = contains(data.aws_iam_policy_document.instance.statement[0].resources, "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0123-a1b2c3")
    error_message = "a policy knows no keys"
  }
}

run "mail_without_tls_is_refused" {
  command = plan
  variables { egress_ports = [443, 25] }
  expect_failures = [var.egress_ports]
}
