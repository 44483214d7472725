# When the origin of record is short of something. `docs/operations.md` has what each alarm means and what to do first.

locals {
  metrics = {
    apprunner = {
      origin-cpu     = { namespace = "AWS/AppRunner", metric = "CPUUtilization", statistic = "Average", extended = null, over = 80, says = "The origin uses more than 80 % of its CPU" }
      origin-memory  = { namespace = "AWS/AppRunner", metric = "MemoryUtilization", statistic = "Average", extended = null, over = 80, says = "The origin uses more than 80 % of its memory" }
      origin-latency = { namespace = "AWS/AppRunner", metric = "RequestLatency", statistic = null, extended = "p95", over = 500, says = "One request in twenty to the origin takes more than 500 ms" }
    }
    ecs = {
      origin-cpu     = { namespace = "AWS/ECS", metric = "CPUUtilization", statistic = "Average", extended = null, over = 80, says = "The origin uses more than 80 % of its CPU" }
      origin-memory  = { namespace = "AWS/ECS", metric = "MemoryUtilization", statistic = "Average", extended = null, over = 80, says = "The origin uses more than 80 % of its memory" }
      origin-latency = { namespace = "AWS/ApplicationELB", metric = "TargetResponseTime", statistic = null, extended = "p95", over = 0.5, says = "One request in twenty to the origin takes more than 500 ms" }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.metrics[var.platform]

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.says}, for 15 minutes. docs/operations.md#${each.key}"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.over
  evaluation_periods  = 3
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  period              = 300
  statistic           = each.value.statistic
  extended_statistic  = each.value.extended
  dimensions          = each.value.namespace == "AWS/ApplicationELB" ? var.balancer_dimensions : var.dimensions
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]
}

# Selling. Each minute the origin logs how far it is behind, in a line without personal data; the filters make metrics of its numbers, since
# nothing scrapes `/metrics` here. The Prometheus rules in infra/observability/origin.rules.yml have the same thresholds.
locals {
  namespace = "Storefront/Origin/${var.name}"

  selling = var.selling == null ? {} : {
    origin-payments = { field = "payment_overdue_seconds", statistic = "Maximum", over = 900, says = "An order has awaited its payment for 15 minutes beyond its time" }
    origin-sweep    = { field = "sweep_late_seconds", statistic = "Maximum", over = 120, says = "The sweeper has not run for two minutes: open payments are not checked, and orders do not expire" }
    origin-mails    = { field = "mails_late", statistic = "Maximum", over = 0, says = "Mails wait after several tries, or were not taken" }
    origin-refunds  = { field = "refunds_stuck", statistic = "Maximum", over = 0, says = "Money does not go back: the provider refused a refund for good, or does not answer" }
    origin-webhooks = { field = "webhooks_refused", statistic = "Sum", over = 10, says = "Webhooks are refused" }
    origin-unknown  = { field = "payments_astray", statistic = "Sum", over = 0, says = "The provider reports a payment that the shop does not have" }
  }

  database = var.selling == null ? {} : {
    origin-database-cpu     = { metric = "CPUUtilization", comparison = "GreaterThanThreshold", threshold = 80, says = "The database uses more than 80 % of its CPU" }
    origin-database-memory  = { metric = "FreeableMemory", comparison = "LessThanThreshold", threshold = 67108864, says = "The database has less than 64 MiB of memory left" }
    origin-database-storage = { metric = "FreeStorageSpace", comparison = "LessThanThreshold", threshold = 2147483648, says = "The database has less than 2 GiB of storage left" }
  }
}

resource "aws_cloudwatch_log_metric_filter" "selling" {
  for_each = local.selling

  name           = "${var.name}-${each.key}"
  log_group_name = var.selling.log_group
  pattern        = "{ $.message = \"backlog\" }"

  metric_transformation {
    name      = each.value.field
    namespace = local.namespace
    value     = "$.${each.value.field}"
  }
}

resource "aws_cloudwatch_metric_alarm" "selling" {
  for_each = local.selling

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.says}. docs/operations.md#${each.key}"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.over
  namespace           = local.namespace
  metric_name         = each.value.field
  statistic           = each.value.statistic

  # An origin that cannot reach its database logs no figures; one alarm for that is enough. CloudWatch looks further back than the periods that it
  # evaluates and prefers figures to their absence, so this alarm has three short periods, one of which suffices: it sounds 15 minutes after the last figure.
  treat_missing_data  = each.key == "origin-sweep" ? "breaching" : "missing"
  period              = each.key == "origin-sweep" ? 300 : 900
  evaluation_periods  = each.key == "origin-sweep" ? 3 : 1
  datapoints_to_alarm = 1

  alarm_actions = [var.topic_arn]
  ok_actions    = [var.topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "database" {
  for_each = local.database

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.says}, for 15 minutes. docs/operations.md#${each.key}"
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  evaluation_periods  = 3
  namespace           = "AWS/RDS"
  metric_name         = each.value.metric
  dimensions          = { DBInstanceIdentifier = var.selling.database }
  period              = 300
  statistic           = "Average"
  treat_missing_data  = "breaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]
}
