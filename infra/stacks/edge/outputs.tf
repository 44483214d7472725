output "name_servers" {
  description = "Name servers of the zone, for the registrar of the domain."
  value       = module.edge.name_servers
}

output "zone_id" {
  description = "The zone's number."
  value       = module.edge.zone_id
}

output "remotes_endpoint" {
  description = "S3 endpoint of R2, for the operators' `AWS_ENDPOINT_URL_S3`."
  value       = module.edge.remotes_endpoint
}

# Names alone. `npx wrangler secret put NAME --env production` sets a value.
output "worker_secrets" {
  description = "Names of the Worker's secrets, and when each is needed."
  value       = module.edge.worker_secrets
}
