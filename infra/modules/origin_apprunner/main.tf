# The origin of record on App Runner: the image that the registry's tag points at, deployed again whenever that tag moves.
# AWS takes no new customers for App Runner since 2026-04-30; accounts without it use `origin_ecs`.

locals {
  # A variable may take one key of a secret: `ARN:KEY::`. The right is to the secret.
  secret_arns = distinct([for value in values(var.secrets) : join(":", slice(split(":", value), 0, 7))])
}

resource "aws_apprunner_auto_scaling_configuration_version" "this" {
  auto_scaling_configuration_name = var.name
  min_size                        = var.min_instances
  max_size                        = var.max_instances
  max_concurrency                 = var.concurrency
}

resource "aws_apprunner_service" "this" {
  service_name                   = var.name
  auto_scaling_configuration_arn = aws_apprunner_auto_scaling_configuration_version.this.arn

  source_configuration {
    auto_deployments_enabled = true

    authentication_configuration {
      access_role_arn = aws_iam_role.access.arn
    }

    image_repository {
      image_identifier      = "${var.image_repository}:${var.image_tag}"
      image_repository_type = "ECR"

      image_configuration {
        port                          = tostring(var.port)
        runtime_environment_variables = var.variables
        runtime_environment_secrets   = var.secrets
      }
    }
  }

  instance_configuration {
    cpu               = tostring(var.cpu)
    memory            = tostring(var.memory)
    instance_role_arn = aws_iam_role.instance.arn
  }

  dynamic "network_configuration" {
    for_each = var.vpc == null ? [] : [1]

    content {
      egress_configuration {
        egress_type       = "VPC"
        vpc_connector_arn = aws_apprunner_vpc_connector.this[0].arn
      }
    }
  }

  health_check_configuration {
    protocol            = "HTTP"
    path                = "/"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 1
    unhealthy_threshold = 5
  }

  depends_on = [aws_iam_role_policy_attachment.access, aws_iam_role_policy.instance]
}

# Pulls the image.
resource "aws_iam_role" "access" {
  name                 = "${var.name}-access"
  path                 = "/storefront/"
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.access_trust.json
}

resource "aws_iam_role_policy_attachment" "access" {
  role       = aws_iam_role.access.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess"
}

data "aws_iam_policy_document" "access_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["build.apprunner.amazonaws.com"]
    }
  }
}

# What the program itself may do: read its secrets.
resource "aws_iam_role" "instance" {
  name                 = "${var.name}-instance"
  path                 = "/storefront/"
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.instance_trust.json
}

resource "aws_iam_role_policy" "instance" {
  name   = "read-secrets"
  role   = aws_iam_role.instance.id
  policy = data.aws_iam_policy_document.instance.json
}

data "aws_iam_policy_document" "instance_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["tasks.apprunner.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "instance" {
  statement {
    sid       = "ReadItsSecrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = local.secret_arns
  }
}

data "aws_partition" "current" {}

# The name of the API. The service's own address works as well, so nothing waits for the certificate.
resource "aws_apprunner_custom_domain_association" "this" {
  domain_name          = var.domain
  service_arn          = aws_apprunner_service.this.arn
  enable_www_subdomain = false
}

# App Runner asks for two records where there is no `www`. They are known only once the association is there, so their number stands here.
resource "aws_route53_record" "validation" {
  count = 2

  zone_id         = var.zone_id
  name            = tolist(aws_apprunner_custom_domain_association.this.certificate_validation_records)[count.index].name
  type            = tolist(aws_apprunner_custom_domain_association.this.certificate_validation_records)[count.index].type
  records         = [tolist(aws_apprunner_custom_domain_association.this.certificate_validation_records)[count.index].value]
  ttl             = 300
  allow_overwrite = true
}

data "aws_apprunner_hosted_zone_id" "current" {}

resource "aws_route53_record" "this" {
  zone_id = var.zone_id
  name    = var.domain
  type    = "A"

  alias {
    name                   = aws_apprunner_custom_domain_association.this.dns_target
    zone_id                = data.aws_apprunner_hosted_zone_id.current.id
    evaluate_target_health = true
  }
}
