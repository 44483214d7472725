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
  api_domain        = "api.shop.example"
  github_repository = "example/shop"
  alarm_emails      = ["operations@shop.example"]
  state_bucket      = "storefront-state"
  state_key_arn     = "arn:aws:kms:us-east-1:123456789012:key/43553e12-0000-0000-0000-000000000000"
  sells             = false
}

run "a_shop_that_shows_has_the_feed_s_secrets" {
  command = plan

  assert {
    condition     = keys(output.origin_secret_names) == ["ORIGIN_SECRET", "ORIGIN_SECRET_PREVIOUS"]
    error_message = "each secret costs 40 cents a month"
  }
}

run "a_shop_that_sells_has_those_of_its_account" {
  command = plan

  variables {
    sells          = true
    stripe_account = true
  }

  assert {
    condition     = keys(output.origin_secret_names) == ["OFFICE_SECRET", "ORIGIN_SECRET", "ORIGIN_SECRET_PREVIOUS", "PGSSLROOTCERT", "SMTP_URL", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"]
    error_message = "the ways to pay of the moment decide about no secret"
  }
}

run "secrets_that_are_replaced_have_one_more" {
  command = plan

  variables {
    sells            = true
    stripe_account   = false
    previous_secrets = ["OFFICE_SECRET_PREVIOUS"]
  }

  assert {
    condition     = contains(keys(output.origin_secret_names), "OFFICE_SECRET_PREVIOUS") && !contains(keys(output.origin_secret_names), "STRIPE_SECRET_KEY")
    error_message = "the origin reads it from where the others are"
  }
}

run "a_shop_that_sells_states_its_account" {
  command = plan
  variables { sells = true }
  expect_failures = [var.stripe_account]
}

run "a_previous_secret_of_stripe_needs_its_account" {
  command = plan

  variables {
    sells            = true
    stripe_account   = false
    previous_secrets = ["STRIPE_WEBHOOK_SECRET_PREVIOUS"]
  }

  expect_failures = [var.previous_secrets]
}
