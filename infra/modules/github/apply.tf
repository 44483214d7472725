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
    actions = ["ecr:*", "apprunner:*", "ecs:*", "logs:*", "cloudwatch:*", "sns:*", "secretsmanager:*", "budgets:*", "wafv2:*", "rds:*"]

    resources = [
      "arn:${local.partition}:ecr:${local.region}:${local.account}:repository/${var.name}*",
      "arn:${local.partition}:apprunner:${local.region}:${local.account}:*/${var.name}*",
      "arn:${local.partition}:ecs:${local.region}:${local.account}:*/${var.name}*",
      "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/storefront/*",
      "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/apprunner/${var.name}*",
      "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/rds/instance/${var.name}*",
      "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${var.name}*",
      "arn:${local.partition}:sns:${local.region}:${local.account}:${var.name}*",
      "arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:${var.name}*",
      # RDS makes the password of the database in the name of whoever makes the database. Reading it is denied above.
      "arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:rds!*",
      "arn:${local.partition}:rds:${local.region}:${local.account}:*:${var.name}*",
      # An instance without options has those that RDS names so.
      "arn:${local.partition}:rds:${local.region}:${local.account}:og:default:postgres-*",
      "arn:${local.partition}:budgets::${local.account}:budget/${var.name}*",
      # The limits, and the load balancer that they are associated with.
      "arn:${local.partition}:wafv2:${local.region}:${local.account}:regional/webacl/${var.name}*",
      "arn:${local.partition}:elasticloadbalancing:${local.region}:${local.account}:loadbalancer/app/${var.name}*",
    ]
  }

  # These have no name before they are made.
  statement {
    sid = "UnnamedServices"

    actions = [
      "acm:*", "application-autoscaling:*", "ec2:*SecurityGroup*", "ec2:*Subnet*", "ec2:*Vpc*", "ec2:*InternetGateway*", "ec2:*Route*", "ec2:*NatGateway*", "ec2:*Address*",
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
