# Alarms of an origin on App Runner.
provider "aws" {
  region = "us-east-1"
}

module "origin_alarms" {
  source = "../.."

  name       = "shop-production"
  topic_arn  = "arn:aws:sns:us-east-1:123456789012:shop-production-alarms"
  platform   = "apprunner"
  dimensions = { ServiceName = "shop-production-origin", ServiceID = "0123456789abcdef0123456789abcdef" }
}
