# A Worker that reads one bucket.
provider "aws" {
  region = "us-east-1"
}

module "edge_reader" {
  source = "../.."

  name        = "shop-production-edge"
  bucket_arns = ["arn:aws:s3:::shop-products-production"]
}
