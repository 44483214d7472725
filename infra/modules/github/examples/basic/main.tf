# The roles of one repository, of which one team publishes one remote.
provider "aws" {
  region = "us-east-1"
}

module "github" {
  source = "../.."

  name                = "shop-production"
  repository          = "example/shop"
  remote_environments = { products = "production-remote-products" }
  bucket_prefix       = "shop"
  registry_arn        = "arn:aws:ecr:us-east-1:123456789012:repository/shop-production-origin"
  origin_platform     = "ecs"
  origin_arn          = "arn:aws:ecs:us-east-1:123456789012:service/shop-production-origin/shop-production-origin"
  origin_role_arns    = ["arn:aws:iam::123456789012:role/storefront/shop-production-origin-task"]
  state_bucket_arn    = "arn:aws:s3:::shop-terraform-state-123456789012"
  state_key_arn       = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  metric_namespace    = "Storefront/Edge/production"
}
