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
  name       = "shop-production"
  topic_arn  = "arn:aws:sns:us-east-1:123456789012:shop-production-alarms"
  platform   = "apprunner"
  dimensions = { ServiceName = "shop-production-origin", ServiceID = "0123456789abcdef" }
}

run "thresholds_on_app_runner" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["origin-cpu"].threshold == 80 && aws_cloudwatch_metric_alarm.this["origin-memory"].threshold == 80
    error_message = "CPU or memory over 80 %"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["origin-latency"].threshold == 500 && aws_cloudwatch_metric_alarm.this["origin-latency"].extended_statistic == "p95"
    error_message = "p95 over 500 ms; App Runner counts milliseconds"
  }
}

run "thresholds_on_ecs" {
  command = plan

  variables {
    platform            = "ecs"
    dimensions          = { ClusterName = "shop-production-origin", ServiceName = "shop-production-origin" }
    balancer_dimensions = { LoadBalancer = "app/shop-production-origin/0123456789abcdef" }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["origin-latency"].threshold == 0.5 && aws_cloudwatch_metric_alarm.this["origin-latency"].dimensions["LoadBalancer"] != null
    error_message = "p95 over 500 ms; the load balancer counts seconds"
  }
}

run "a_shop_that_shows_has_no_alarms_of_selling" {
  command = plan

  assert {
    condition     = length(output.alarm_names) == 3 && length(aws_cloudwatch_log_metric_filter.selling) == 0
    error_message = "nothing is sold"
  }
}

run "a_shop_that_sells" {
  command = plan
  variables { selling = { log_group = "/storefront/shop-production-origin", database = "shop-production-origin" } }

  assert {
    condition     = alltrue([for filter in aws_cloudwatch_log_metric_filter.selling : filter.pattern == "{ $.message = \"backlog\" }"])
    error_message = "figures come from one line a minute"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.selling["origin-payments"].threshold == 900 && aws_cloudwatch_metric_alarm.selling["origin-refunds"].threshold == 0
    error_message = "15 minutes beyond a payment's time, and any refund that is stuck"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.selling["origin-webhooks"].statistic == "Sum" && aws_cloudwatch_metric_alarm.selling["origin-webhooks"].period == 900
    error_message = "more than ten in a quarter of an hour, at all instances"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.database["origin-database-storage"].dimensions["DBInstanceIdentifier"] == "shop-production-origin" && aws_cloudwatch_metric_alarm.database["origin-database-storage"].treat_missing_data == "breaching"
    error_message = "a database without metrics is gone"
  }

  assert {
    condition     = [for name, alarm in aws_cloudwatch_metric_alarm.selling : name if alarm.treat_missing_data == "breaching"] == ["origin-sweep"]
    error_message = "an origin that cannot sign in to its database logs no figures, and one alarm reports that"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.selling["origin-sweep"].period * aws_cloudwatch_metric_alarm.selling["origin-sweep"].evaluation_periods == 900 && aws_cloudwatch_metric_alarm.selling["origin-sweep"].datapoints_to_alarm == 1
    error_message = "15 minutes without figures, or five minutes in which one is too large"
  }
}

run "another_platform_is_refused" {
  command = plan
  variables { platform = "lambda" }
  expect_failures = [var.platform]
}
