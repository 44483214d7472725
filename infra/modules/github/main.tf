# Who a workflow of the repository is to AWS: one role a purpose, each taken with a token that GitHub signs for one environment of this
# repository. No key is kept anywhere.

resource "aws_iam_openid_connect_provider" "this" {
  count = var.create_provider ? 1 : 0

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.name

  # The provider is one per account; a second shop in it uses the first one's.
  provider_arn = var.create_provider ? aws_iam_openid_connect_provider.this[0].arn : "arn:${local.partition}:iam::${local.account}:oidc-provider/token.actions.githubusercontent.com"

  roles = {
    plan          = var.environments.plan
    apply         = var.environments.apply
    deploy-origin = var.environments.origin
    edge-metrics  = var.environments.metrics
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = merge(local.roles, { for remote, environment in var.remote_environments : "remote-${remote}" => environment })

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    # The environment, not the branch: GitHub asks its reviewers first, and only branches it allows get this far.
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${var.repository}:environment:${each.value}"]
    }
  }
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name                 = "${var.name}-${each.key}"
  path                 = "/storefront/"
  description          = "GitHub environment `${each.value}` of ${var.repository}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 3600
  permissions_boundary = contains(["plan", "apply"], each.key) ? null : aws_iam_policy.boundary.arn
}

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
      "kms:GetKeyRotationStatus", "kms:ListResourceTags", "logs:ListTagsForResource", "route53:GetChange", "route53:GetHostedZone",
      "route53:ListResourceRecordSets", "route53:ListTagsForResource", "s3:GetBucket*", "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration", "s3:GetAccelerateConfiguration", "s3:GetReplicationConfiguration", "secretsmanager:DescribeSecret",
      "secretsmanager:GetResourcePolicy", "sns:GetTopicAttributes", "sns:GetSubscriptionAttributes", "sns:ListTagsForResource",
    ]

    resources = ["*"]
  }
}

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
    sid       = "Secrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:${var.name}*"]
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

# Changes what this configuration consists of, by name where AWS has names. Roles and users it makes only below one path and within the
# boundary; its own role, the one of plans and the boundary itself are changed by a person.
resource "aws_iam_role_policy" "apply" {
  name   = "apply"
  role   = aws_iam_role.this["apply"].id
  policy = data.aws_iam_policy_document.apply.json
}

data "aws_iam_policy_document" "apply" {
  #checkov:skip=CKV_AWS_108:reads no object: `s3:*` is for the buckets of the shop, and its own state
  #checkov:skip=CKV_AWS_109:roles below one path and within the boundary are what this role is for; its environment asks for a reviewer
  #checkov:skip=CKV_AWS_111:network, balancer and certificate have no name before they are made
  #checkov:skip=CKV_AWS_356:likewise
  source_policy_documents = [data.aws_iam_policy_document.plan.json]

  statement {
    sid       = "Buckets"
    actions   = ["s3:*"]
    resources = ["arn:${local.partition}:s3:::${var.bucket_prefix}-*"]
  }

  statement {
    sid = "GiveRightsWithinTheBoundary"

    actions = [
      "iam:AttachRolePolicy", "iam:CreateRole", "iam:CreateUser", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy", "iam:PutUserPermissionsBoundary",
    ]

    resources = [for kind in ["role", "user"] : "arn:${local.partition}:iam::${local.account}:${kind}/storefront/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [aws_iam_policy.boundary.arn]
    }
  }

  statement {
    sid = "KeepRolesOfTheShop"

    actions = [
      "iam:AddUserToGroup", "iam:CreateGroup", "iam:DeleteGroup", "iam:DeleteGroupPolicy", "iam:DeleteRole", "iam:DeleteUser", "iam:PutGroupPolicy",
      "iam:RemoveUserFromGroup", "iam:TagRole", "iam:TagUser", "iam:UntagRole", "iam:UntagUser", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ]

    resources = [for kind in ["role", "user", "group"] : "arn:${local.partition}:iam::${local.account}:${kind}/storefront/*"]
  }

  # Whoever may change this may do anything.
  statement {
    sid     = "NotItself"
    effect  = "Deny"
    actions = ["iam:Attach*", "iam:Create*", "iam:Delete*", "iam:Detach*", "iam:Put*", "iam:Set*", "iam:Update*"]

    resources = [
      "arn:${local.partition}:iam::${local.account}:role/storefront/${var.name}-apply",
      "arn:${local.partition}:iam::${local.account}:role/storefront/${var.name}-plan",
      "arn:${local.partition}:iam::${local.account}:policy/storefront/*",
    ]
  }

  statement {
    sid       = "PassRolesOfTheShop"
    actions   = ["iam:PassRole"]
    resources = ["arn:${local.partition}:iam::${local.account}:role/storefront/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["build.apprunner.amazonaws.com", "tasks.apprunner.amazonaws.com", "ecs-tasks.amazonaws.com"]
    }
  }

  # A key for the Worker is made by a person.
  statement {
    sid       = "NoKeys"
    effect    = "Deny"
    actions   = ["iam:CreateAccessKey", "iam:CreateLoginProfile", "secretsmanager:GetSecretValue"]
    resources = ["*"]
  }

  statement {
    sid       = "TokenProvider"
    actions   = ["iam:*OpenIDConnectProvider*"]
    resources = ["arn:${local.partition}:iam::${local.account}:oidc-provider/token.actions.githubusercontent.com"]
  }

  statement {
    sid       = "ServiceLinkedRoles"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["arn:${local.partition}:iam::${local.account}:role/aws-service-role/*"]
  }

  statement {
    sid     = "NamedServices"
    actions = ["ecr:*", "apprunner:*", "ecs:*", "logs:*", "cloudwatch:*", "sns:*", "secretsmanager:*", "budgets:*"]

    resources = [
      "arn:${local.partition}:ecr:${local.region}:${local.account}:repository/${var.name}*",
      "arn:${local.partition}:apprunner:${local.region}:${local.account}:*/${var.name}*",
      "arn:${local.partition}:ecs:${local.region}:${local.account}:*/${var.name}*",
      "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/storefront/*",
      "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${var.name}*",
      "arn:${local.partition}:sns:${local.region}:${local.account}:${var.name}*",
      "arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:${var.name}*",
      "arn:${local.partition}:budgets::${local.account}:budget/${var.name}*",
    ]
  }

  # These have no name before they are made.
  statement {
    sid = "UnnamedServices"

    actions = [
      "acm:*", "application-autoscaling:*", "ec2:*SecurityGroup*", "ec2:*Subnet*", "ec2:*Vpc*", "ec2:*InternetGateway*", "ec2:*Route*",
      "ec2:*Tags", "ec2:Describe*", "ecr:GetAuthorizationToken", "ecs:RegisterTaskDefinition", "ecs:DeregisterTaskDefinition",
      "elasticloadbalancing:*", "kms:CreateAlias", "kms:CreateKey", "kms:TagResource", "route53:*",
    ]

    resources = ["*"]
  }

  # The key of the alarms, which has no name of its own.
  statement {
    sid       = "KeysOfTheShop"
    actions   = ["kms:DeleteAlias", "kms:EnableKeyRotation", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:UntagResource", "kms:UpdateKeyDescription"]
    resources = ["arn:${local.partition}:kms:${local.region}:${local.account}:key/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/ManagedBy"
      values   = ["terraform"]
    }
  }

  statement {
    sid       = "NotTheKeyOfTheState"
    effect    = "Deny"
    actions   = ["kms:Disable*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
    resources = [var.state_key_arn]
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
