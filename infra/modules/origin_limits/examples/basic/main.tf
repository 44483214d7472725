# Limits before a load balancer.
provider "aws" {
  region = "us-east-1"
}

module "limits" {
  source = "../.."

  name         = "shop-production-origin"
  resource_arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop-production-origin/0123456789abcdef"
}
