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

override_data {
  target = data.aws_sns_topic.alarms
  values = { arn = "arn:aws:sns:us-east-1:123456789012:storefront-production-alarms" }
}

override_data {
  target = data.aws_secretsmanager_secret.this
  values = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:storefront-production-origin-secret-a1b2c3" }
}

override_data {
  target = module.network[0].data.aws_availability_zones.available
  values = { names = ["us-east-1a", "us-east-1b"] }
}

variables {
  api_domain    = "api.shop.example"
  public_origin = "https://shop.example"
  sells         = false
}

run "app_runner_is_the_default" {
  command = plan

  assert {
    condition     = length(module.apprunner) == 1 && length(module.ecs) == 0 && length(module.network) == 0
    error_message = "one platform, and nothing of the other"
  }

  assert {
    condition     = length(output.alarm_names) == 3
    error_message = "CPU, memory and latency have alarms"
  }

  assert {
    condition     = length(module.limits) == 1
    error_message = "an address has a limit at the service"
  }
}

run "ecs_brings_its_network" {
  command = plan
  variables { origin_platform = "ecs" }

  assert {
    condition     = length(module.apprunner) == 0 && length(module.ecs) == 1 && length(module.network) == 1
    error_message = "one platform, and nothing of the other"
  }

  assert {
    condition     = length(module.limits) == 1
    error_message = "an address has a limit at the load balancer"
  }

  assert {
    condition     = output.origin_url == "https://api.shop.example" && output.service == "storefront-production-origin"
    error_message = "the API has its name on both"
  }
}

run "a_third_platform_is_refused" {
  command = plan
  variables { origin_platform = "lambda" }
  expect_failures = [var.origin_platform]
}

run "a_shop_is_https" {
  command = plan
  variables { public_origin = "http://shop.example" }
  expect_failures = [var.public_origin]
}

run "the_limits_can_be_left_out" {
  command = plan
  variables { limit_requests = false }

  assert {
    condition     = length(module.limits) == 0
    error_message = "they cost more than the origin of a small shop"
  }
}

run "a_balancer_is_not_limited_as_one_client" {
  command = plan
  variables { origin_platform = "ecs" }

  assert {
    condition     = output.variables["SEARCHES_PER_SECOND"] == "0" && output.variables["MAX_CONNECTIONS_PER_ADDRESS"] == "4096"
    error_message = "all clients come from the balancer's addresses"
  }

  assert {
    condition     = !contains(keys(output.variables), "CATALOG_MIN_PRODUCTS")
    error_message = "the program's own rule holds"
  }
}

run "searches_have_a_limit_where_no_client_has_one" {
  command = plan
  variables { limit_requests = false }

  assert {
    condition     = output.variables["SEARCHES_PER_SECOND"] == "50"
    error_message = "nothing else would limit them"
  }
}

run "a_catalog_has_at_least_so_many_products" {
  command = plan
  variables { catalog_min_products = 1000 }

  assert {
    condition     = output.variables["CATALOG_MIN_PRODUCTS"] == "1000"
    error_message = "an export that failed is refused at the start too"
  }
}

run "half_a_product_is_refused" {
  command = plan
  variables { catalog_min_products = 0.5 }
  expect_failures = [var.catalog_min_products]
}

run "a_shop_that_shows_has_no_database" {
  command = plan

  assert {
    condition     = length(module.database) == 0 && output.variables["DATABASE_URL"] == "none"
    error_message = "it costs more than the origin"
  }

  assert {
    condition     = output.secret_names == tolist(["ORIGIN_SECRET", "ORIGIN_SECRET_PREVIOUS"])
    error_message = "a secret without a value would keep the origin from starting"
  }
}

run "a_shop_that_sells_on_app_runner" {
  command = plan

  variables {
    sells          = true
    stripe_account = true
    payments       = ["stripe", "invoice"]
  }

  override_module {
    target = module.database[0]
    outputs = {
      url      = "postgres://storefront@db.internal:5432/storefront?sslmode=verify-full"
      password = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0123-a1b2c3:password::"
      id       = "storefront-production-origin"
    }
  }

  assert {
    condition     = length(module.network) == 1 && length(module.network[0].private_subnet_ids) == 2 && length(module.network[0].isolated_subnet_ids) == 2
    error_message = "a database in a network of its own, and a way out for the connector"
  }

  assert {
    condition     = output.variables["DATABASE_URL"] == "postgres://storefront@db.internal:5432/storefront?sslmode=verify-full" && output.variables["PAYMENTS"] == "stripe,invoice" && output.variables["SHOP_URL"] == "https://shop.example"
    error_message = "the program knows its database, its ways to pay and its shop"
  }

  assert {
    condition     = output.secret_names == tolist(["OFFICE_SECRET", "ORIGIN_SECRET", "ORIGIN_SECRET_PREVIOUS", "PGPASSWORD", "PGSSLROOTCERT", "SMTP_URL", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"])
    error_message = "what is secret comes from the store"
  }

  assert {
    condition     = length(output.alarm_names) == 12
    error_message = "selling and its database have alarms"
  }
}

run "a_shop_that_sells_on_ecs" {
  command = plan

  variables {
    origin_platform = "ecs"
    sells           = true
    stripe_account  = false
    mail_from       = "Shop <hello@shop.example>"
    payment_minutes = 60
  }

  override_module {
    target = module.database[0]
    outputs = {
      url      = "postgres://storefront@db.internal:5432/storefront?sslmode=verify-full"
      password = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0123-a1b2c3:password::"
      id       = "storefront-production-origin"
    }
  }

  assert {
    condition     = length(module.network[0].private_subnet_ids) == 0 && length(module.network[0].isolated_subnet_ids) == 2
    error_message = "tasks have public addresses, so no NAT gateway is paid for"
  }

  assert {
    condition     = output.variables["MAIL_FROM"] == "Shop <hello@shop.example>" && output.variables["PAYMENT_TIME_MS"] == "3600000"
    error_message = "the program knows who sends, and how long goods are held"
  }

  assert {
    condition     = !contains(output.secret_names, "STRIPE_SECRET_KEY")
    error_message = "without Stripe there is no key of it"
  }
}

run "an_outage_of_stripe_keeps_its_secrets" {
  command = plan

  variables {
    sells          = true
    stripe_account = true
    payments       = ["invoice"]
  }

  override_module {
    target = module.database[0]
    outputs = {
      url      = "postgres://storefront@db.internal:5432/storefront?sslmode=verify-full"
      password = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0123-a1b2c3:password::"
      id       = "storefront-production-origin"
    }
  }

  assert {
    condition     = output.variables["PAYMENTS"] == "invoice" && length(setsubtract(["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"], output.secret_names)) == 0
    error_message = "orders and refunds under way go on with the account"
  }

  assert {
    condition     = !contains(keys(output.variables), "STRIPE_TEST_IN_PRODUCTION") && length([for name in output.secret_names : name if endswith(name, "_PREVIOUS")]) == 1
    error_message = "neither a test key nor a previous secret is expected by itself"
  }
}

run "secrets_are_replaced_and_test_keys_allowed" {
  command = plan

  variables {
    sells            = true
    stripe_account   = true
    stripe_test      = true
    previous_secrets = ["OFFICE_SECRET_PREVIOUS", "STRIPE_WEBHOOK_SECRET_PREVIOUS"]
  }

  override_module {
    target = module.database[0]
    outputs = {
      url      = "postgres://storefront@db.internal:5432/storefront?sslmode=verify-full"
      password = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0123-a1b2c3:password::"
      id       = "storefront-production-origin"
    }
  }

  assert {
    condition     = output.variables["STRIPE_TEST_IN_PRODUCTION"] == "yes" && length(setsubtract(var.previous_secrets, output.secret_names)) == 0
    error_message = "the variables that the documents of operations name can be set"
  }
}

run "stripe_needs_its_account" {
  command = plan

  variables {
    sells          = true
    stripe_account = false
    stripe_test    = true
    payments       = ["stripe"]
  }

  override_module {
    target = module.database[0]
    outputs = {
      url      = "postgres://storefront@db.internal:5432/storefront?sslmode=verify-full"
      password = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0123-a1b2c3:password::"
      id       = "storefront-production-origin"
    }
  }

  expect_failures = [var.payments, var.stripe_test]
}

run "a_shop_that_sells_states_its_account" {
  command = plan
  variables { sells = true }

  override_module {
    target = module.database[0]
    outputs = {
      url      = "postgres://storefront@db.internal:5432/storefront?sslmode=verify-full"
      password = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0123-a1b2c3:password::"
      id       = "storefront-production-origin"
    }
  }

  expect_failures = [var.stripe_account]
}

run "a_secret_that_is_always_there_is_not_named" {
  command = plan
  variables { previous_secrets = ["ORIGIN_SECRET_PREVIOUS"] }
  expect_failures = [var.previous_secrets]
}

run "more_instances_than_the_database_takes_are_refused" {
  command = plan

  variables {
    sells          = true
    stripe_account = false
    min_instances  = 3
  }

  override_module {
    target = module.database[0]
    outputs = {
      url      = "postgres://storefront@db.internal:5432/storefront?sslmode=verify-full"
      password = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0123-a1b2c3:password::"
      id       = "storefront-production-origin"
    }
  }

  expect_failures = [var.min_instances]
}

run "a_test_card_is_refused" {
  command = plan
  variables { payments = ["test-card"] }
  expect_failures = [var.payments]
}
