# The network of an origin.
provider "aws" {
  region = "us-east-1"
}

module "network" {
  source = "../.."

  name = "shop-production-origin"
}
