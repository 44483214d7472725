output "url" {
  description = "Where the origin answers: the Worker's `ORIGIN_URL`."
  value       = "https://${var.domain}"
}

output "cluster" {
  description = "Name of the cluster."
  value       = aws_ecs_cluster.this.name
}

output "service" {
  description = "Name of the service."
  value       = aws_ecs_service.this.name
}

output "service_arn" {
  description = "ARN of the service."
  value       = aws_ecs_service.this.id
}

output "role_arns" {
  description = "ARNs of the roles that a deployment hands to the tasks."
  value       = [aws_iam_role.execution.arn, aws_iam_role.task.arn]
}

output "metric_dimensions" {
  description = "How CloudWatch knows the service."
  value       = { ClusterName = aws_ecs_cluster.this.name, ServiceName = aws_ecs_service.this.name }
}

output "balancer_arn" {
  description = "ARN of the load balancer, which limits are associated with."
  value       = aws_lb.this.arn
}

output "balancer_dimensions" {
  description = "How CloudWatch knows the load balancer."
  value       = { LoadBalancer = aws_lb.this.arn_suffix }
}

output "security_group_ids" {
  description = "The security group of the tasks."
  value       = [aws_security_group.task.id]
}

output "log_group" {
  description = "Name of the log group of the program."
  value       = aws_cloudwatch_log_group.this.name
}
