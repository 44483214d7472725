# An origin on App Runner.
provider "aws" {
  region = "us-east-1"
}

module "origin" {
  source = "../.."

  name             = "shop-production-origin"
  image_repository = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop-production-origin"
  image_tag        = "live"
  variables        = { ENVIRONMENT = "production", PUBLIC_ORIGIN = "https://shop.example" }
  secrets          = { ORIGIN_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-production-origin-secret-a1b2c3" }
  domain           = "api.shop.example"
  zone_id          = "Z0123456789ABCDEFGHIJ"
}
