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
  name   = "shop-products-production"
  remote = "products"
}

run "is_private_versioned_and_encrypted" {
  command = plan

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls,
      aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls,
      aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "no part of the bucket may be public"
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "what is overwritten must be kept"
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "objects must be encrypted"
  }

  assert {
    condition     = one(aws_s3_bucket_ownership_controls.this.rule).object_ownership == "BucketOwnerEnforced"
    error_message = "access lists must be off"
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days == 90
    error_message = "replaced objects must go in the end"
  }

  assert {
    condition     = aws_s3_bucket.this.force_destroy == false
    error_message = "a bucket with objects in it must not be destroyed"
  }
}

run "a_name_with_a_dot_is_refused" {
  command = plan
  variables { name = "shop.products" }
  expect_failures = [var.name]
}

run "a_remote_is_named_as_everywhere" {
  command = plan
  variables { remote = "Products" }
  expect_failures = [var.remote]
}

run "a_mistake_has_a_week_to_be_noticed" {
  command = plan
  variables { noncurrent_days = 1 }
  expect_failures = [var.noncurrent_days]
}
