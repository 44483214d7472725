# The bucket of the remote `products`.
provider "aws" {
  region = "us-east-1"
}

module "bucket" {
  source = "../.."

  name   = "shop-products-production"
  remote = "products"
}
