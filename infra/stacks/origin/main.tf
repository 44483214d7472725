# The origin of record, on the platform that the account has. It finds what stack `foundation` made by name, and needs an image in the registry.

locals {
  prefix = "${var.name}-${var.environment}"
  name   = "${local.prefix}-origin"

  variables = merge({
    ENVIRONMENT   = "production"
    PUBLIC_ORIGIN = var.public_origin
    CORS_ORIGINS  = join(",", var.cors_origins)
    CURRENCY      = var.currency

    # Without a database stock is the catalog file's, and nothing is sold.
    DATABASE_URL = var.sells ? module.database[0].url : "none"

    # The program sees the balancer's addresses, so each of its limits of one address is one of everybody. AWS WAF limits single clients
    # (module `limits`); where it is left out, the default of 50 searches a second stays, which at least bounds what an instance does.
    SEARCHES_PER_SECOND         = var.limit_requests ? "0" : "50"
    MAX_CONNECTIONS_PER_ADDRESS = "4096"
    },
    var.catalog_min_products == null ? {} : { CATALOG_MIN_PRODUCTS = tostring(var.catalog_min_products) },
    var.sells ? { SHOP_URL = var.public_origin, PAYMENTS = join(",", var.payments) } : {},
    var.sells && var.stripe_test ? { STRIPE_TEST_IN_PRODUCTION = "yes" } : {},
    var.sells && var.mail_from != null ? { MAIL_FROM = var.mail_from } : {},
    var.sells && var.payment_minutes != null ? { PAYMENT_TIME_MS = tostring(var.payment_minutes * 60000) } : {},
  )

  # Made by stack `foundation`; roles without it could not be made by the workflow.
  permissions_boundary = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:policy/storefront/${local.prefix}-boundary"

  # Those of stack `foundation`, which a person has filled (infra/README.md). The password of the database is RDS's own.
  secret_names = toset(concat(
    ["ORIGIN_SECRET", "ORIGIN_SECRET_PREVIOUS"],
    var.sells ? ["OFFICE_SECRET", "PGSSLROOTCERT", "SMTP_URL"] : [],
    # Not decided by `payments`: without Stripe for new orders, those under way are still paid and refunded.
    var.sells && coalesce(var.stripe_account, false) ? ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"] : [],
    tolist(var.previous_secrets),
  ))

  secrets = merge(
    { for name, secret in data.aws_secretsmanager_secret.this : name => secret.arn },
    var.sells ? { PGPASSWORD = module.database[0].password } : {},
  )

  # HTTPS; SMTP with TLS from the start, and SMTP that turns to TLS.
  egress_ports = var.sells ? [443, 465, 587] : [443]

  # Each instance opens up to 17 connections, a deployment doubles the instances, and the smallest database takes some 90.
  max_instances = var.sells ? min(var.max_instances, var.max_selling_instances) : var.max_instances
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

data "aws_ecr_repository" "this" {
  name = local.name
}

data "aws_route53_zone" "api" {
  name = var.api_domain
}

data "aws_secretsmanager_secret" "this" {
  for_each = local.secret_names

  name = "${local.prefix}-${lower(replace(each.value, "_", "-"))}"
}

data "aws_sns_topic" "alarms" {
  name = "${local.prefix}-alarms"
}

module "apprunner" {
  source = "../../modules/origin_apprunner"
  count  = var.origin_platform == "apprunner" ? 1 : 0

  name             = local.name
  image_repository = data.aws_ecr_repository.this.repository_url
  image_tag        = "live"
  cpu              = var.cpu
  memory           = var.memory
  min_instances    = var.min_instances
  max_instances    = local.max_instances
  variables        = local.variables
  secrets          = local.secrets
  domain           = var.api_domain
  zone_id          = data.aws_route53_zone.api.zone_id
  vpc              = var.sells ? { id = module.network[0].vpc_id, subnet_ids = module.network[0].private_subnet_ids } : null
  egress_ports     = local.egress_ports

  permissions_boundary = local.permissions_boundary
}

module "network" {
  source = "../../modules/network"
  count  = var.origin_platform == "ecs" || var.sells ? 1 : 0

  name     = local.name
  isolated = var.sells
  nat      = var.sells && var.origin_platform == "apprunner"
}

module "database" {
  source = "../../modules/database"
  count  = var.sells ? 1 : 0

  name                      = local.name
  vpc_id                    = module.network[0].vpc_id
  subnet_ids                = module.network[0].isolated_subnet_ids
  client_security_group_ids = [one(var.origin_platform == "apprunner" ? module.apprunner[0].security_group_ids : module.ecs[0].security_group_ids)]
  instance_class            = var.database_class
  storage_gb                = var.database_storage_gb
  multi_az                  = var.database_multi_az
  backup_retention_days     = var.backup_retention_days
  log_retention_days        = var.log_retention_days
  disposable                = var.disposable
}

module "ecs" {
  source = "../../modules/origin_ecs"
  count  = var.origin_platform == "ecs" ? 1 : 0

  name                = local.name
  image_repository    = data.aws_ecr_repository.this.repository_url
  image_tag           = var.image_tag
  cpu                 = var.cpu
  memory              = var.memory
  min_instances       = var.min_instances
  max_instances       = local.max_instances
  variables           = local.variables
  secrets             = local.secrets
  domain              = var.api_domain
  zone_id             = data.aws_route53_zone.api.zone_id
  vpc_id              = module.network[0].vpc_id
  subnet_ids          = module.network[0].subnet_ids
  egress_ports        = local.egress_ports
  log_retention_days  = var.log_retention_days
  deletion_protection = !var.disposable

  permissions_boundary = local.permissions_boundary
}

module "limits" {
  source = "../../modules/origin_limits"
  count  = var.limit_requests ? 1 : 0

  name                = local.name
  resource_arn        = var.origin_platform == "apprunner" ? module.apprunner[0].arn : module.ecs[0].balancer_arn
  requests_per_minute = var.requests_per_minute
  searches_per_minute = var.searches_per_minute
}

module "alarms" {
  source = "../../modules/origin_alarms"

  name                = local.prefix
  topic_arn           = data.aws_sns_topic.alarms.arn
  platform            = var.origin_platform
  dimensions          = var.origin_platform == "apprunner" ? module.apprunner[0].metric_dimensions : module.ecs[0].metric_dimensions
  balancer_dimensions = var.origin_platform == "apprunner" ? {} : module.ecs[0].balancer_dimensions
  selling             = var.sells ? { log_group = var.origin_platform == "apprunner" ? module.apprunner[0].log_group : module.ecs[0].log_group, database = module.database[0].id } : null
}
