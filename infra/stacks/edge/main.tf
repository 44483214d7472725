# The shop at Cloudflare. See the module for what it consists of.

terraform {
  required_version = ">= 1.11.0"

  required_providers {
    cloudflare = {
      source  = "cloudflare/cloudflare"
      version = "~> 5.14"
    }
  }

  # Bucket, region and key come from `-backend-config` (infra/README.md).
  backend "s3" {
    key          = "edge/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

# The token comes from CLOUDFLARE_API_TOKEN.
provider "cloudflare" {}

module "edge" {
  source = "../../modules/cloudflare_edge"

  account_id              = var.account_id
  zone_name               = var.zone_name
  shop_domain             = var.shop_domain
  other_hosts             = var.other_hosts
  worker_name             = "storefront-${var.environment}"
  remotes_bucket          = "storefront-remotes-${var.environment}"
  remotes_location        = var.remotes_location
  api_domain              = var.api_domain
  api_name_servers        = var.api_name_servers
  requests_per_10_seconds = var.requests_per_10_seconds
  searches_per_10_seconds = var.searches_per_10_seconds
  managed_rules           = var.managed_rules
  log_destination         = var.log_destination
}
