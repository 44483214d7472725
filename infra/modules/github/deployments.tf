# Pushes an image and has it deployed.
resource "aws_iam_role_policy" "deploy_origin" {
  name   = "deploy-origin"
  role   = aws_iam_role.this["deploy-origin"].id
  policy = data.aws_iam_policy_document.deploy_origin.json
}

data "aws_iam_policy_document" "deploy_origin" {
  statement {
    sid       = "SignIn"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid = "Push"

    actions = [
      "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImageScanFindings", "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
    ]

    resources = [var.registry_arn]
  }

  dynamic "statement" {
    for_each = var.origin_platform == "apprunner" ? [1] : []

    content {
      sid       = "WatchTheDeployment"
      actions   = ["apprunner:DescribeService", "apprunner:ListOperations", "apprunner:StartDeployment"]
      resources = [var.origin_arn]
    }
  }

  # App Runner makes its log groups itself, to be kept for ever. The deployment says for how long instead.
  dynamic "statement" {
    for_each = var.origin_platform == "apprunner" ? [1] : []

    content {
      sid       = "KeepLogsForAWhile"
      actions   = ["logs:PutRetentionPolicy"]
      resources = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/apprunner/${var.name}-origin/*"]
    }
  }

  dynamic "statement" {
    for_each = var.origin_platform == "ecs" ? [1] : []

    content {
      sid       = "Deploy"
      actions   = ["ecs:DescribeServices", "ecs:UpdateService"]
      resources = [var.origin_arn]
    }
  }

  # These take no resource.
  dynamic "statement" {
    for_each = var.origin_platform == "ecs" ? [1] : []

    content {
      sid       = "RegisterTasks"
      actions   = ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = var.origin_platform == "ecs" ? [1] : []

    content {
      sid       = "HandRolesToTasks"
      actions   = ["iam:PassRole"]
      resources = var.origin_role_arns

      condition {
        test     = "StringEquals"
        variable = "iam:PassedToService"
        values   = ["ecs-tasks.amazonaws.com"]
      }
    }
  }
}

# Brings what the edge counted to CloudWatch, where the alarms are.
resource "aws_iam_role_policy" "edge_metrics" {
  name   = "put-edge-metrics"
  role   = aws_iam_role.this["edge-metrics"].id
  policy = data.aws_iam_policy_document.edge_metrics.json
}

data "aws_iam_policy_document" "edge_metrics" {
  # CloudWatch knows no resource here; the namespace is what can be held down.
  statement {
    sid       = "PutMetrics"
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = [var.metric_namespace]
    }
  }
}
