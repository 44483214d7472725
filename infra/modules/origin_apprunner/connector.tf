# The way into a network, for an origin with a database there. All that the program sends goes through it, so the network needs a way out.

resource "aws_apprunner_vpc_connector" "this" {
  count = var.vpc == null ? 0 : 1

  vpc_connector_name = var.name
  subnets            = var.vpc.subnet_ids
  security_groups    = [aws_security_group.connector[0].id]
}

resource "aws_security_group" "connector" {
  count = var.vpc == null ? 0 : 1

  name        = "${var.name}-connector"
  description = "From the instances of ${var.name} into the network"
  vpc_id      = var.vpc.id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "connector" {
  for_each = var.vpc == null ? toset([]) : toset([for port in var.egress_ports : tostring(port)])

  security_group_id = aws_security_group.connector[0].id
  description       = "To services outside: payment provider and mail server"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.value)
  to_port           = tonumber(each.value)
  cidr_ipv4         = "0.0.0.0/0"
}
