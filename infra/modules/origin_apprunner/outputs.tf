output "url" {
  description = "Where the origin answers: the Worker's `ORIGIN_URL`."
  value       = "https://${var.domain}"
}

output "default_url" {
  description = "The service's own address, which answers before the certificate is issued."
  value       = "https://${aws_apprunner_service.this.service_url}"
}

output "arn" {
  description = "ARN of the service."
  value       = aws_apprunner_service.this.arn
}

output "role_arns" {
  description = "ARNs of the roles that the service runs with."
  value       = [aws_iam_role.access.arn, aws_iam_role.instance.arn]
}

output "metric_dimensions" {
  description = "How CloudWatch knows the service."
  value       = { ServiceName = aws_apprunner_service.this.service_name, ServiceID = aws_apprunner_service.this.service_id }
}

output "security_group_ids" {
  description = "The security group of its connections into the network; none without `vpc`."
  value       = aws_security_group.connector[*].id
}

output "log_group" {
  description = "Name of the log group of the program, which App Runner makes."
  value       = "/aws/apprunner/${aws_apprunner_service.this.service_name}/${aws_apprunner_service.this.service_id}/application"
}
