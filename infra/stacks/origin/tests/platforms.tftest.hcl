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
  target = data.aws_sns_topic.alarms
  values = { arn = "arn:aws:sns:us-east-1:123456789012:storefront-production-alarms" }
}

override_data {
  target = data.aws_secretsmanager_secret.this
  values = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:storefront-production-origin-secret-a1b2c3" }
}

override_data {
  target = module.network[0].data.aws_availability_zones.available
  values = { names = ["us-east-1a", "us-east-1b"] }
}

variables {
  api_domain    = "api.shop.example"
  public_origin = "https://shop.example"
}

run "app_runner_is_the_default" {
  command = plan

  assert {
    condition     = length(module.apprunner) == 1 && length(module.ecs) == 0 && length(module.network) == 0
    error_message = "one platform, and nothing of the other"
  }

  assert {
    condition     = length(output.alarm_names) == 3
    error_message = "CPU, memory and latency have alarms"
  }

  assert {
    condition     = length(module.limits) == 1
    error_message = "an address has a limit at the service"
  }
}

run "ecs_brings_its_network" {
  command = plan
  variables { origin_platform = "ecs" }

  assert {
    condition     = length(module.apprunner) == 0 && length(module.ecs) == 1 && length(module.network) == 1
    error_message = "one platform, and nothing of the other"
  }

  assert {
    condition     = length(module.limits) == 1
    error_message = "an address has a limit at the load balancer"
  }

  assert {
    condition     = output.origin_url == "https://api.shop.example" && output.service == "storefront-production-origin"
    error_message = "the API has its name on both"
  }
}

run "a_third_platform_is_refused" {
  command = plan
  variables { origin_platform = "lambda" }
  expect_failures = [var.origin_platform]
}

run "a_shop_is_https" {
  command = plan
  variables { public_origin = "http://shop.example" }
  expect_failures = [var.public_origin]
}

run "the_limits_can_be_left_out" {
  command = plan
  variables { limit_requests = false }

  assert {
    condition     = length(module.limits) == 0
    error_message = "they cost more than the origin of a small shop"
  }
}
