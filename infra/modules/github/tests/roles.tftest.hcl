# Nothing is made: the provider is mocked. What it would make is looked at.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_region" {
    defaults = { name = "us-east-1" }
  }
}

variables {
  name                = "shop-production"
  repository          = "example/shop"
  remote_environments = { products = "production-remote-products" }
  bucket_prefix       = "shop"
  registry_arn        = "arn:aws:ecr:us-east-1:123456789012:repository/shop-production-origin"
  origin_platform     = "apprunner"
  origin_arn          = "arn:aws:apprunner:us-east-1:123456789012:service/shop-production-origin/*"
  origin_role_arns    = []
  state_bucket_arn    = "arn:aws:s3:::shop-terraform-state-123456789012"
  state_key_arn       = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  metric_namespace    = "Storefront/Edge/production"
}

run "one_role_a_purpose" {
  command = plan

  assert {
    condition     = sort(keys(aws_iam_role.this)) == tolist(["apply", "deploy-origin", "edge-metrics", "plan"])
    error_message = "a role for each purpose"
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.this : role.max_session_duration == 3600 && role.path == "/storefront/"])
    error_message = "a session ends after an hour"
  }
}

run "what_workflows_make_and_use_is_bounded" {
  command = plan

  override_resource {
    target          = aws_iam_policy.boundary
    override_during = plan
    values          = { arn = "arn:aws:iam::123456789012:policy/storefront/shop-production-boundary" }
  }

  assert {
    condition     = alltrue([for purpose in ["deploy-origin", "edge-metrics"] : aws_iam_role.this[purpose].permissions_boundary == aws_iam_policy.boundary.arn])
    error_message = "no role of a deployment can do more than the boundary"
  }

  assert {
    condition     = aws_iam_role.this["apply"].permissions_boundary == null
    error_message = "the boundary is too narrow for Terraform itself"
  }
}

run "an_account_has_one_provider" {
  command = plan
  variables { create_provider = false }

  assert {
    condition     = length(aws_iam_openid_connect_provider.this) == 0
    error_message = "the one that is there is used"
  }
}

run "a_pattern_is_no_repository" {
  command = plan
  variables { repository = "example/*" }
  expect_failures = [var.repository]
}
