# What no role or user of the shop can do more than, whatever policy it is given. `apply` can make none without it.
resource "aws_iam_policy" "boundary" {
  name   = "${var.name}-boundary"
  path   = "/storefront/"
  policy = data.aws_iam_policy_document.boundary.json
}

data "aws_iam_policy_document" "boundary" {
  #checkov:skip=CKV_AWS_109:a limit, which allows nothing by itself
  #checkov:skip=CKV_AWS_111:likewise
  #checkov:skip=CKV_AWS_356:likewise
  statement {
    sid       = "Objects"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"]
    resources = ["arn:${local.partition}:s3:::${var.bucket_prefix}-*"]
  }

  statement {
    sid       = "KeepTheState"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [var.state_bucket_arn, "${var.state_bucket_arn}/*"]
  }

  statement {
    sid     = "Secrets"
    actions = ["secretsmanager:GetSecretValue"]

    # The shop's own, and the passwords that RDS makes.
    resources = [for name in ["${var.name}*", "rds!db-*"] : "arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:${name}"]
  }

  statement {
    sid       = "PassRolesOfTheShop"
    actions   = ["iam:PassRole"]
    resources = ["arn:${local.partition}:iam::${local.account}:role/storefront/*"]
  }

  # Images, logs, deployments and figures: what an image is pushed, started and watched with.
  statement {
    sid = "Run"

    actions = [
      "apprunner:Describe*", "apprunner:List*", "apprunner:StartDeployment", "cloudwatch:PutMetricData", "ecr:*", "ecs:Describe*",
      "ecs:RegisterTaskDefinition", "ecs:UpdateService", "logs:CreateLogStream", "logs:PutLogEvents", "logs:PutRetentionPolicy",
    ]

    resources = ["*"]
  }
}
