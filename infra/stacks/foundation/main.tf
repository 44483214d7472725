# What the shop stands on in AWS: a bucket and a publisher for each remote, the Worker's identity, the registry, the name of the API, the origin's
# secrets, the roles of the workflows, and the alarms. The origin itself is a stack of its own, since it needs an image in the registry.

locals {
  prefix = "${var.name}-${var.environment}"

  # As the shop's variable REMOTES_BUCKET has it, with `{remote}` for the remote's name.
  bucket_pattern   = "${var.name}-{remote}-${var.environment}${var.bucket_suffix}"
  metric_namespace = "Storefront/Edge/${var.environment}"

  # The origin is named here and made there, so that a deployment's role can be narrow before there is one.
  origin_name = "${local.prefix}-origin"
  partition   = data.aws_partition.current.partition
  account     = data.aws_caller_identity.current.account_id
  region      = data.aws_region.current.name

  origin_arn = {
    apprunner = "arn:${local.partition}:apprunner:${local.region}:${local.account}:service/${local.origin_name}/*"
    ecs       = "arn:${local.partition}:ecs:${local.region}:${local.account}:service/${local.origin_name}/${local.origin_name}"
  }

  origin_role_arns = {
    apprunner = []
    ecs       = [for role in ["execution", "task"] : "arn:${local.partition}:iam::${local.account}:role/storefront/${local.origin_name}-${role}"]
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

module "bucket" {
  source   = "../../modules/asset_bucket"
  for_each = var.remotes

  name          = replace(local.bucket_pattern, "{remote}", each.key)
  remote        = each.key
  force_destroy = var.disposable
}

module "edge_reader" {
  source = "../../modules/edge_reader"

  name        = "${local.prefix}-edge"
  bucket_arns = [for remote in sort(keys(var.remotes)) : module.bucket[remote].arn]

  permissions_boundary = module.github.boundary_arn
}

module "publisher" {
  source   = "../../modules/publisher"
  for_each = var.remotes

  name       = "${local.prefix}-publish-${each.key}"
  remote     = each.key
  bucket_arn = module.bucket[each.key].arn
  trust      = module.github.remote_trusts[each.key]

  permissions_boundary = module.github.boundary_arn
}

module "registry" {
  source = "../../modules/registry"

  name         = local.origin_name
  moving_tag   = var.origin_platform == "apprunner"
  force_delete = var.disposable
}

module "github" {
  source = "../../modules/github"

  name                = local.prefix
  repository          = var.github_repository
  create_provider     = var.create_github_provider
  remote_environments = { for remote, settings in var.remotes : remote => coalesce(settings.github_environment, "${var.environment}-remote-${remote}") }
  bucket_prefix       = var.name
  registry_arn        = module.registry.arn
  origin_platform     = var.origin_platform
  origin_arn          = local.origin_arn[var.origin_platform]
  origin_role_arns    = local.origin_role_arns[var.origin_platform]
  state_bucket_arn    = "arn:${local.partition}:s3:::${var.state_bucket}"
  state_key_arn       = var.state_key_arn
  metric_namespace    = local.metric_namespace

  environments = {
    plan    = "${var.environment}-plan"
    apply   = "${var.environment}-infra"
    origin  = "${var.environment}-origin"
    metrics = "${var.environment}-metrics"
  }
}

module "alarms" {
  source = "../../modules/alarms"

  name             = local.prefix
  emails           = var.alarm_emails
  metric_namespace = local.metric_namespace
  minimum_requests = var.alarm_minimum_requests
  budget_usd       = var.budget_usd
}

# The name of the API. Its zone is in Route 53 whoever has the zone above it; `name_servers` has to be entered there (stack `edge` does).
resource "aws_route53_zone" "api" {
  #checkov:skip=CKV2_AWS_38:signing needs a record in the zone above, which is another provider's; the Worker's requests are protected by TLS
  #checkov:skip=CKV2_AWS_39:queries for one public name are of no interest to anybody
  name    = var.api_domain
  comment = "API of ${local.prefix}"
}

# Nobody but the certificate authority of AWS may issue a certificate for it.
resource "aws_route53_record" "caa" {
  zone_id = aws_route53_zone.api.zone_id
  name    = var.api_domain
  type    = "CAA"
  ttl     = 3600
  records = ["0 issue \"amazon.com\"", "0 issue \"amazontrust.com\"", "0 issuewild \";\""]
}

# What the Worker shows the origin, and what selling takes. A person puts the values in (infra/README.md): Terraform would have to read them at every plan, and whoever may
# plan would know them. `docs/operations.md` has how one is replaced while both are accepted.
resource "aws_secretsmanager_secret" "origin" {
  for_each = toset(concat(
    ["ORIGIN_SECRET", "ORIGIN_SECRET_PREVIOUS"],
    var.sells ? ["OFFICE_SECRET", "PGSSLROOTCERT", "SMTP_URL"] : [],
    var.sells && coalesce(var.stripe_account, false) ? ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"] : [],
    tolist(var.previous_secrets),
  ))
  #checkov:skip=CKV_AWS_149:the account's own key for secrets; who may read them is in the policies of the origin's role
  #checkov:skip=CKV2_AWS_57:rotation has to reach the Worker too, which AWS cannot; docs/operations.md has the steps

  name                    = "${local.prefix}-${lower(replace(each.value, "_", "-"))}"
  description             = "${each.value} of the origin of record"
  recovery_window_in_days = var.disposable ? 0 : 7
}
