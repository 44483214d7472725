# A registry for ECS, where no tag moves.
provider "aws" {
  region = "us-east-1"
}

module "registry" {
  source = "../.."

  name       = "shop-production-origin"
  moving_tag = false
}
