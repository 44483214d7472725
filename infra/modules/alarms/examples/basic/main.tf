# Alarms for one shop, heard by one person.
provider "aws" {
  region = "us-east-1"
}

module "alarms" {
  source = "../.."

  name             = "shop-production"
  emails           = ["operations@shop.example"]
  metric_namespace = "Storefront/Edge/production"
  budget_usd       = 75
}
