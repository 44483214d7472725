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
