# The bucket of the state of a shop.
provider "aws" {
  region = "us-east-1"
}

module "state" {
  source = "../.."

  name   = "shop"
  bucket = "shop-terraform-state-123456789012"
}
