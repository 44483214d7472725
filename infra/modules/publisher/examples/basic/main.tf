# The team of the remote `products`, which works in a GitHub environment of its own.
provider "aws" {
  region = "us-east-1"
}

module "publisher" {
  source = "../.."

  name       = "shop-production-publish-products"
  remote     = "products"
  bucket_arn = "arn:aws:s3:::shop-products-production"

  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
      Condition = { StringEquals = {
        "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub" = "repo:example/shop:environment:production-remote-products"
      } }
    }]
  })
}
