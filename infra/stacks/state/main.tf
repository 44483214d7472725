# First of all: the bucket that the other stacks keep their state in. It is applied once, from a person's shell, with its own state in a file;
# the backend is then added with `backend.tf.example`, and the file moves into the bucket it made (infra/README.md).

terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = { Project = var.name, ManagedBy = "terraform" }
  }
}

module "state" {
  source = "../../modules/state"

  name   = var.name
  bucket = "${var.name}-terraform-state-${data.aws_caller_identity.current.account_id}"
}

data "aws_caller_identity" "current" {}

variable "name" {
  description = "Name of the shop, which everything's name begins with."
  type        = string
  default     = "storefront"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "2 to 20 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "region" {
  description = "AWS region."
  type        = string
  default     = "us-east-1"
}

output "bucket" {
  description = "The bucket, for `-backend-config`."
  value       = module.state.bucket
}

output "key_arn" {
  description = "The key it is encrypted with, for `-backend-config`."
  value       = module.state.key_arn
}

output "policy" {
  description = "The bucket's policy, as JSON."
  value       = module.state.policy
}
