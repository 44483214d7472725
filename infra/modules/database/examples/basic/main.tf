# A database for one origin, in a network that is there.
provider "aws" {
  region = "us-east-1"
}

module "database" {
  source = "../.."

  name                      = "shop-production-origin"
  vpc_id                    = "vpc-0123456789abcdef0"
  subnet_ids                = ["subnet-00000000000000001", "subnet-00000000000000002"]
  client_security_group_ids = ["sg-0123456789abcdef0"]
}
