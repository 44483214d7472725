# The database of record: PostgreSQL without a public address, reached by the origin alone, over TLS alone.

locals {
  port = 5432
  user = "storefront"
}

resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "Subnets of ${var.name} without a route to the internet"
  subnet_ids  = var.subnet_ids
}

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:attached to the instance below
  name        = "${var.name}-database"
  description = "The origin to the database of ${var.name}"
  vpc_id      = var.vpc_id

  lifecycle {
    create_before_destroy = true
  }
}

# It begins no connection, so it has no rule for traffic that leaves.
resource "aws_vpc_security_group_ingress_rule" "client" {
  count = length(var.client_security_group_ids)

  security_group_id            = aws_security_group.this.id
  description                  = "From the origin"
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
  referenced_security_group_id = var.client_security_group_ids[count.index]
}

resource "aws_vpc_security_group_egress_rule" "client" {
  count = length(var.client_security_group_ids)

  security_group_id            = var.client_security_group_ids[count.index]
  description                  = "To the database"
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
  referenced_security_group_id = aws_security_group.this.id
}

resource "aws_db_parameter_group" "this" {
  #checkov:skip=CKV2_AWS_30:a log of every statement is not needed; Performance Insights has statements and their times, without values
  # A major version has a family of its own, and the group before it exists until the instance has left it.
  name   = "${var.name}-${var.engine_version}"
  family = "postgres${var.engine_version}"

  # The server refuses a connection without TLS.
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  # No value of a statement is logged, also where the statement fails.
  parameter {
    name  = "log_parameter_max_length"
    value = "0"
  }

  parameter {
    name  = "log_parameter_max_length_on_error"
    value = "0"
  }

  # The DETAIL line of a violated constraint has the whole row. `terse` leaves out DETAIL, HINT, QUERY and CONTEXT.
  parameter {
    name  = "log_error_verbosity"
    value = "terse"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# RDS would make these itself, to be kept for ever.
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:the parameters above keep values of rows and statements out of the log; it is encrypted at rest with the service's key
  #checkov:skip=CKV_AWS_338:the log tells of a failure while it is looked into; nobody is asked for last year's
  for_each = toset(["postgresql", "upgrade"])

  name              = "/aws/rds/instance/${var.name}/${each.value}"
  retention_in_days = var.log_retention_days
}

resource "aws_db_instance" "this" {
  #checkov:skip=CKV_AWS_118:figures of each second would cost more than they say of a database this size; CloudWatch has those of each minute
  #checkov:skip=CKV_AWS_157:a variable, on by default; a shop that can be closed for an hour may turn it off
  #checkov:skip=CKV_AWS_161:the origin signs in with a password, which RDS makes and Secrets Manager holds
  #checkov:skip=CKV_AWS_293:a variable, on but where a test says that it will be destroyed
  #checkov:skip=CKV_AWS_354:the account's own key; the figures have no values of statements
  identifier     = var.name
  engine         = "postgres"
  engine_version = var.engine_version
  instance_class = var.instance_class
  db_name        = "storefront"
  port           = local.port

  # RDS makes the password. Neither Terraform nor its state ever has it.
  username                    = local.user
  manage_master_user_password = true

  allocated_storage     = var.storage_gb
  max_allocated_storage = var.storage_gb * 5
  storage_type          = "gp3"
  storage_encrypted     = true

  multi_az               = var.multi_az
  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  publicly_accessible    = false
  parameter_group_name   = aws_db_parameter_group.this.name
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  # Any second of these days can be restored (docs/runbooks.md).
  backup_retention_period   = var.backup_retention_days
  backup_window             = "03:00-04:00"
  maintenance_window        = "sun:04:30-sun:05:30"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = false
  deletion_protection       = !var.disposable
  skip_final_snapshot       = var.disposable
  final_snapshot_identifier = "${var.name}-final"

  auto_minor_version_upgrade      = true
  allow_major_version_upgrade     = true
  performance_insights_enabled    = true
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]

  depends_on = [aws_cloudwatch_log_group.this]
}

# By default RDS exchanges the password each week, and a running origin keeps the one before until it starts anew. Here a person chooses the
# time (docs/operations.md). RDS exchanges it by itself 365 days after the last exchange, so the origin has to start anew on that day too.
resource "aws_secretsmanager_secret_rotation" "this" {
  #checkov:skip=CKV_AWS_304:each exchange needs a start of the origin, which AWS does not make; docs/operations.md has the steps
  secret_id          = one(aws_db_instance.this.master_user_secret).secret_arn
  rotate_immediately = false

  rotation_rules {
    automatically_after_days = 365
  }
}
