# A shop at Cloudflare whose API is elsewhere.
provider "cloudflare" {}

terraform {
  required_providers {
    cloudflare = {
      source  = "cloudflare/cloudflare"
      version = "~> 5.14"
    }
  }
}

module "edge" {
  source = "../.."

  account_id  = "0123456789abcdef0123456789abcdef"
  zone_name   = "shop.example"
  shop_domain = "shop.example"
  api_domain  = "api.shop.example"
}
