# What wakes somebody, and what it costs before it is paid. `docs/operations.md` has what each alarm means and what to do first.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

resource "aws_kms_key" "this" {
  description             = "Alarms of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 7
  policy                  = data.aws_iam_policy_document.key.json
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:the account's own administrators, through IAM: the policy that AWS gives a key by default
  #checkov:skip=CKV_AWS_111:likewise
  #checkov:skip=CKV_AWS_356:in a key's policy `*` means the key
  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }

  statement {
    sid       = "AlarmsMayPublish"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_sns_topic" "this" {
  name              = "${var.name}-alarms"
  kms_master_key_id = aws_kms_key.this.arn
}

resource "aws_sns_topic_policy" "this" {
  arn    = aws_sns_topic.this.arn
  policy = data.aws_iam_policy_document.topic.json
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "AlarmsOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.emails)

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.value
}

locals {
  to = [aws_sns_topic.this.arn]

  # Shares of all requests in percent. Below `minimum_requests` in a period one bad address would be an alarm.
  edge_shares = {
    edge-4xx = { metric = "Responses4xx", percent = 5, says = "More than 5 % of the edge's answers were 4xx" }
    edge-5xx = { metric = "Responses5xx", percent = 1, says = "More than 1 % of the edge's answers were 5xx" }
  }
}

resource "aws_cloudwatch_metric_alarm" "edge_share" {
  for_each = local.edge_shares

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.says} for 15 minutes. docs/operations.md#${each.key}"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.percent
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.to
  ok_actions          = local.to

  metric_query {
    id          = "share"
    label       = "percent of all answers"
    expression  = "IF(requests >= ${var.minimum_requests}, 100 * bad / requests, 0)"
    return_data = true
  }

  metric_query {
    id = "bad"

    metric {
      namespace   = var.metric_namespace
      metric_name = each.value.metric
      period      = 900
      stat        = "Sum"
    }
  }

  metric_query {
    id = "requests"

    metric {
      namespace   = var.metric_namespace
      metric_name = "Requests"
      period      = 900
      stat        = "Sum"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "edge_origin_latency" {
  alarm_name          = "${var.name}-edge-origin-latency"
  alarm_description   = "The edge waits more than 1,000 ms for the origin in one exchange of twenty, for 15 minutes. docs/operations.md#edge-origin-latency"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1000
  evaluation_periods  = 1
  namespace           = var.metric_namespace
  metric_name         = "OriginLatencyP95"
  period              = 900
  statistic           = "Maximum"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.to
  ok_actions          = local.to
}

# Without this, an edge that nobody measures would look like one that is well.
resource "aws_cloudwatch_metric_alarm" "edge_unmeasured" {
  alarm_name          = "${var.name}-edge-unmeasured"
  alarm_description   = "No figures of the edge for an hour. docs/operations.md#edge-unmeasured"
  comparison_operator = "LessThanThreshold"
  threshold           = 0
  evaluation_periods  = 4
  namespace           = var.metric_namespace
  metric_name         = "Requests"
  period              = 900
  statistic           = "Sum"
  treat_missing_data  = "breaching"
  alarm_actions       = local.to
  ok_actions          = local.to
}

resource "aws_budgets_budget" "this" {
  name         = "${var.name}-monthly"
  budget_type  = "COST"
  limit_amount = tostring(var.budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    notification_type          = "FORECASTED"
    subscriber_email_addresses = var.emails
  }

  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 100
    threshold_type             = "PERCENTAGE"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = var.emails
  }
}
