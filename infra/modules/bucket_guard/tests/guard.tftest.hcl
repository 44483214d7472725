# Nothing is made, and no provider is asked: the document follows from the ARN alone. What it refuses is looked at where it is applied
# (`infra/checks/tests/it/applied.rs`).
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

run "an_arn_of_another_service_is_refused" {
  command = plan
  variables { arn = "arn:aws:sqs:us-east-1:123456789012:queue" }
  expect_failures = [var.arn]
}

run "a_bucket_is_guarded_with_all_its_objects" {
  command = plan
  variables { arn = "arn:aws:s3:::shop-products-production" }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.this.statement : length(statement.resources) == 2])
    error_message = "a statement covers the bucket and its objects"
  }
}
