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
  name        = "shop-production-edge"
  bucket_arns = ["arn:aws:s3:::shop-products-production"]
}

run "is_a_user_whose_rights_are_its_groups" {
  command = plan

  assert {
    condition     = aws_iam_user.this.path == "/storefront/" && one(aws_iam_user_group_membership.this.groups) == aws_iam_group.this.name
    error_message = "the user has the rights of its group"
  }
}

run "it_reads_something" {
  command = plan
  variables { bucket_arns = [] }
  expect_failures = [var.bucket_arns]
}
