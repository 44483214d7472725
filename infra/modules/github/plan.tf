# Plans read everything and change nothing, but for the lock beside the state.
resource "aws_iam_role_policy_attachment" "plan" {
  #checkov:skip=CKV_AWS_275:the policy is ViewOnlyAccess
  role       = aws_iam_role.this["plan"].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/job-function/ViewOnlyAccess"
}

resource "aws_iam_role_policy" "plan" {
  name   = "plan"
  role   = aws_iam_role.this["plan"].id
  policy = data.aws_iam_policy_document.plan.json
}

data "aws_iam_policy_document" "plan" {
  #checkov:skip=CKV_AWS_356:a plan reads whatever the configuration consists of, by no name it could know before; nothing here reads an object or a secret
  source_policy_documents = [data.aws_iam_policy_document.state.json]

  # What Terraform reads to compare, beyond ViewOnlyAccess. No object of a bucket and no value of a secret.
  statement {
    sid = "Refresh"

    actions = [
      "acm:DescribeCertificate", "acm:ListTagsForCertificate", "apprunner:Describe*", "apprunner:List*", "application-autoscaling:Describe*",
      "application-autoscaling:ListTagsForResource", "budgets:ViewBudget", "budgets:ListTagsForResource", "cloudwatch:DescribeAlarms",
      "cloudwatch:ListTagsForResource", "ec2:Describe*", "ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:ListTagsForResource", "ecs:Describe*",
      "ecs:ListTagsForResource", "elasticloadbalancing:Describe*", "iam:Get*", "iam:List*", "kms:DescribeKey", "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus", "kms:ListResourceTags", "logs:Describe*", "logs:ListTagsForResource", "rds:Describe*", "rds:ListTagsForResource", "route53:GetChange", "route53:GetHostedZone",
      "route53:ListResourceRecordSets", "route53:ListTagsForResource", "s3:GetBucket*", "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration", "s3:GetAccelerateConfiguration", "s3:GetReplicationConfiguration", "secretsmanager:DescribeSecret",
      "secretsmanager:GetResourcePolicy", "sns:GetTopicAttributes", "sns:GetSubscriptionAttributes", "sns:ListTagsForResource", "wafv2:GetWebACL",
      "wafv2:GetWebACLForResource", "wafv2:ListTagsForResource",
    ]

    resources = ["*"]
  }
}

# The state: read by plans, written by applies. Its lock is an object beside it.
data "aws_iam_policy_document" "state" {
  statement {
    sid       = "ListState"
    actions   = ["s3:ListBucket"]
    resources = [var.state_bucket_arn]
  }

  statement {
    sid       = "ReadState"
    actions   = ["s3:GetObject"]
    resources = ["${var.state_bucket_arn}/*"]
  }

  statement {
    sid       = "Lock"
    actions   = ["s3:PutObject", "s3:DeleteObject"]
    resources = ["${var.state_bucket_arn}/*.tflock"]
  }

  statement {
    sid       = "DecryptState"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.state_key_arn]
  }
}

resource "aws_iam_role_policy" "apply_state" {
  name   = "write-state"
  role   = aws_iam_role.this["apply"].id
  policy = data.aws_iam_policy_document.apply_state.json
}

data "aws_iam_policy_document" "apply_state" {
  statement {
    sid       = "WriteState"
    actions   = ["s3:PutObject"]
    resources = ["${var.state_bucket_arn}/*.tfstate"]
  }
}
