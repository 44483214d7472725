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
