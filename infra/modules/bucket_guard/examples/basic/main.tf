# The guard of one bucket.
provider "aws" {
  region = "us-east-1"
}

module "guard" {
  source = "../.."

  arn = "arn:aws:s3:::shop-products-production"
}
