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

# An instance has the address of its secret once it is made.
override_resource {
  target          = aws_db_instance.this
  override_during = plan

  values = {
    address            = "shop-production-origin.abcdefghijkl.us-east-1.rds.amazonaws.com"
    master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0123-a1b2c3", kms_key_id = "", secret_status = "active" }]
  }
}

variables {
  name                      = "shop-production-origin"
  vpc_id                    = "vpc-0123456789abcdef0"
  subnet_ids                = ["subnet-00000000000000001", "subnet-00000000000000002"]
  client_security_group_ids = ["sg-0123456789abcdef0"]
}

run "is_reached_by_the_origin_alone" {
  command = plan

  assert {
    condition     = !aws_db_instance.this.publicly_accessible
    error_message = "it has no public address"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.client[0].referenced_security_group_id == "sg-0123456789abcdef0" && aws_vpc_security_group_ingress_rule.client[0].cidr_ipv4 == null
    error_message = "the origin's security group is the one way in"
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.client) == 1 && aws_vpc_security_group_ingress_rule.client[0].from_port == 5432
    error_message = "one port"
  }
}

run "takes_connections_over_tls_alone" {
  command = plan

  assert {
    condition     = one([for setting in aws_db_parameter_group.this.parameter : setting.value if setting.name == "rds.force_ssl"]) == "1"
    error_message = "the server refuses what is not encrypted"
  }

  assert {
    condition     = endswith(output.url, ":5432/storefront?sslmode=verify-full") && !strcontains(output.url, ":password")
    error_message = "the origin verifies the server, and the URL has no password"
  }
}

run "keeps_what_it_has" {
  command = plan

  assert {
    condition     = aws_db_instance.this.storage_encrypted && aws_db_instance.this.backup_retention_period == 14 && !aws_db_instance.this.delete_automated_backups
    error_message = "encrypted, and any second of two weeks can be restored"
  }

  assert {
    condition     = aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot
    error_message = "it is not deleted by accident, and not without a last snapshot"
  }

  assert {
    condition     = aws_db_instance.this.multi_az
    error_message = "another zone takes over"
  }
}

run "has_a_password_that_nobody_has_seen" {
  command = plan

  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null
    error_message = "RDS makes it"
  }

  assert {
    condition     = endswith(output.password, ":password::")
    error_message = "the origin reads it from the secret's key"
  }
}

run "logs_no_values" {
  command = plan

  assert {
    condition     = one([for setting in aws_db_parameter_group.this.parameter : setting.value if setting.name == "log_parameter_max_length"]) == "0"
    error_message = "values of statements are names and addresses"
  }

  assert {
    condition     = one([for setting in aws_db_parameter_group.this.parameter : setting.value if setting.name == "log_error_verbosity"]) == "terse"
    error_message = "the DETAIL line of a violated constraint has the whole row"
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.this : group.retention_in_days == 30])
    error_message = "the log ends after a month"
  }
}

run "goes_to_another_major_version" {
  command = plan
  variables { engine_version = "18" }

  assert {
    condition     = aws_db_parameter_group.this.name == "shop-production-origin-18" && aws_db_parameter_group.this.family == "postgres18"
    error_message = "the group of the version before has another name, since both exist for a while"
  }

  assert {
    condition     = aws_db_instance.this.allow_major_version_upgrade && aws_db_instance.this.parameter_group_name == "shop-production-origin-18"
    error_message = "RDS refuses another major version without it"
  }
}

run "one_zone_is_a_choice" {
  command = plan
  variables { multi_az = false }

  assert {
    condition     = !aws_db_instance.this.multi_az
    error_message = "half the price"
  }
}

run "two_zones_are_needed_all_the_same" {
  command = plan
  variables { subnet_ids = ["subnet-00000000000000001"] }
  expect_failures = [var.subnet_ids]
}

run "a_day_of_backups_is_refused" {
  command = plan
  variables { backup_retention_days = 1 }
  expect_failures = [var.backup_retention_days]
}
