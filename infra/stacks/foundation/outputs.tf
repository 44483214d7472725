output "remotes_bucket" {
  description = "The Worker's and the operators' `REMOTES_BUCKET`."
  value       = local.bucket_pattern
}

output "bucket_names" {
  description = "The bucket of each remote."
  value       = { for remote, bucket in module.bucket : remote => bucket.name }
}

output "bucket_policies" {
  description = "The policy of each bucket, as JSON."
  value       = { for remote, bucket in module.bucket : remote => bucket.policy }
}

output "edge_user" {
  description = "The user whose access key the Worker gets."
  value       = module.edge_reader.user
}

output "publisher_role_arns" {
  description = "`AWS_ROLE` of each remote's GitHub environment."
  value       = { for remote, publisher in module.publisher : remote => publisher.role_arn }
}

output "workflow_role_arns" {
  description = "`AWS_ROLE` of the other GitHub environments, by purpose."
  value       = module.github.role_arns
}

output "registry_url" {
  description = "Where images of the origin are pushed, without a tag."
  value       = module.registry.url
}

output "api_name_servers" {
  description = "Name servers of the API's zone, which the zone above it has to name. The variable `api_name_servers` of stack `edge`."
  value       = aws_route53_zone.api.name_servers
}

output "origin_secret_names" {
  description = "Where the origin's secrets are kept."
  value       = { for name, secret in aws_secretsmanager_secret.origin : name => secret.name }
}

output "metric_namespace" {
  description = "CloudWatch namespace of the edge's metrics: the variable `METRIC_NAMESPACE` of the workflow `edge-metrics.yml`."
  value       = local.metric_namespace
}

output "alarm_topic_arn" {
  description = "ARN of the topic that alarms are sent to."
  value       = module.alarms.topic_arn
}
