output "name_servers" {
  description = "Name servers of the zone, for the registrar of the domain."
  value       = cloudflare_zone.this.name_servers
}

output "zone_id" {
  description = "The zone's number."
  value       = cloudflare_zone.this.id
}

output "remotes_endpoint" {
  description = "S3 endpoint of R2, for the operators' `AWS_ENDPOINT_URL_S3`."
  value       = "https://${var.account_id}.r2.cloudflarestorage.com"
}

# Names alone. `npx wrangler secret put NAME --env production` sets a value.
output "worker_secrets" {
  description = "Names of the Worker's secrets, and when each is needed."

  value = {
    ORIGIN_SECRET             = "the origin of record is followed"
    ORIGIN_SECRET_PREVIOUS    = "while that secret is being replaced"
    PREVIEW_SECRET            = "versions are looked at before they are rolled out"
    REMOTES_ACCESS_KEY_ID     = "remotes are kept in S3"
    REMOTES_SECRET_ACCESS_KEY = "remotes are kept in S3"
  }
}
