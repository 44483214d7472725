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
  name             = "shop-production-origin"
  image_repository = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop-production-origin"
  image_tag        = "live"
  variables        = { ENVIRONMENT = "production", PUBLIC_ORIGIN = "https://shop.example" }
  secrets          = { ORIGIN_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-production-origin-secret-a1b2c3" }
  domain           = "api.shop.example"
  zone_id          = "Z0123456789ABCDEFGHIJ"
  vpc_id           = "vpc-0123456789abcdef0"
  subnet_ids       = ["subnet-00000000000000001", "subnet-00000000000000002"]
}

run "takes_https_alone" {
  command = plan

  assert {
    condition     = aws_lb_listener.https.protocol == "HTTPS" && aws_lb_listener.https.ssl_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    error_message = "TLS 1.2 or newer"
  }

  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "redirect" && aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS"
    error_message = "HTTP is redirected"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.task.from_port == 3333 && aws_vpc_security_group_ingress_rule.task.cidr_ipv4 == null
    error_message = "tasks take traffic from the load balancer alone"
  }

  assert {
    condition     = aws_lb.this.enable_deletion_protection && aws_lb.this.drop_invalid_header_fields
    error_message = "the load balancer is not deleted by accident, and hands on no broken header"
  }
}

run "is_healthy_as_on_app_runner" {
  command = plan

  assert {
    condition = (
      aws_lb_target_group.this.health_check[0].path == "/" &&
      aws_lb_target_group.this.health_check[0].interval == 10 &&
      aws_lb_target_group.this.health_check[0].timeout == 5 &&
      aws_lb_target_group.this.health_check[0].unhealthy_threshold == 5
    )
    error_message = "health is asked for at `/` every 10 s with a timeout of 5 s, 5 unhealthy"
  }

  assert {
    condition     = aws_ecs_service.this.deployment_circuit_breaker[0].enable && aws_ecs_service.this.deployment_circuit_breaker[0].rollback
    error_message = "a deployment that does not come up is taken back"
  }

  assert {
    condition     = aws_appautoscaling_target.this.min_capacity == 1 && aws_appautoscaling_target.this.max_capacity == 25
    error_message = "1 to 25 tasks"
  }
}

run "runs_one_program_without_rights" {
  command = plan

  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].readonlyRootFilesystem &&
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].user == "65532:65532" &&
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].linuxParameters.capabilities.drop == ["ALL"]
    )
    error_message = "the program is nobody, and can write nowhere"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].portMappings[0].containerPort == 3333
    error_message = "the program listens on 3333"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck.command == ["CMD", "/origin", "healthcheck"]
    error_message = "the image has no shell to ask with"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].secrets[0].name == "ORIGIN_SECRET"
    error_message = "the feed's secret comes from the store"
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "the log ends after a month"
  }
}

run "a_load_balancer_needs_two_zones" {
  command = plan
  variables { subnet_ids = ["subnet-00000000000000001"] }
  expect_failures = [var.subnet_ids]
}

run "reaches_a_mail_server_where_it_sells" {
  command = plan
  variables { egress_ports = [443, 465] }

  assert {
    condition     = sort(keys(aws_vpc_security_group_egress_rule.task)) == tolist(["443", "465"])
    error_message = "HTTPS and mail, and nothing else"
  }
}

run "a_key_of_a_secret_needs_a_right_to_the_secret" {
  command = plan
  variables { secrets = { PGPASSWORD = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0123-a1b2c3:password::" } }

  assert {
    condition     = contains(data.aws_iam_policy_document.execution_secrets.statement[0].resources, "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0123-a1b2c3")
    error_message = "a policy knows no keys"
  }
}
