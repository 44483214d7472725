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
  name       = "shop-production-publish-products"
  remote     = "products"
  bucket_arn = "arn:aws:s3:::shop-products-production"
  trust      = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

run "is_a_role_of_one_hour" {
  command = plan

  assert {
    condition     = aws_iam_role.this.max_session_duration == 3600 && aws_iam_role.this.path == "/storefront/"
    error_message = "a session ends after an hour"
  }
}
