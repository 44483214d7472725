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
  name             = "shop-production"
  emails           = ["operations@shop.example"]
  metric_namespace = "Storefront/Edge/production"
  budget_usd       = 75
}

run "thresholds_are_the_agreed_ones" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.edge_share["edge-4xx"].threshold == 5
    error_message = "4xx over 5 %"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.edge_share["edge-5xx"].threshold == 1
    error_message = "5xx over 1 %"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.edge_origin_latency.threshold == 1000 && aws_cloudwatch_metric_alarm.edge_origin_latency.comparison_operator == "GreaterThanThreshold"
    error_message = "origin latency over 1,000 ms"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.edge_unmeasured.treat_missing_data == "breaching"
    error_message = "silence is an alarm"
  }

  assert {
    condition     = aws_budgets_budget.this.limit_amount == "75" && length(aws_budgets_budget.this.notification) == 2
    error_message = "somebody is told before and when the budget is spent"
  }

  assert {
    condition     = length(output.alarm_names) == 4
    error_message = "each alarm is in the list"
  }
}

run "an_alarm_that_nobody_hears_is_refused" {
  command = plan
  variables { emails = [] }
  expect_failures = [var.emails]
}

run "an_address_is_one" {
  command = plan
  variables { emails = ["operations"] }
  expect_failures = [var.emails]
}
