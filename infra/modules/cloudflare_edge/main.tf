# The zone of the shop, and what stands in front of the Worker. The Worker itself is deployed by wrangler, with its catalog and its remotes in
# it; so are its secrets, whose values Terraform never sees.

resource "cloudflare_zone" "this" {
  account = { id = var.account_id }
  name    = var.zone_name
  type    = "full"
}

resource "cloudflare_zone_dnssec" "this" {
  zone_id = cloudflare_zone.this.id
  status  = "active"
}

# What Cloudflare would do to the shop's bytes is off: its pages have hashes in their policy and its modules an integrity, so a rewritten page is
# a broken page.
locals {
  settings = {
    always_use_https         = "on"
    automatic_https_rewrites = "off"
    email_obfuscation        = "off"
    http3                    = "on"
    min_tls_version          = "1.2"
    rocket_loader            = "off"
    ssl                      = "strict"
    tls_1_3                  = "on"
  }
}

resource "cloudflare_zone_setting" "this" {
  for_each = local.settings

  zone_id    = cloudflare_zone.this.id
  setting_id = each.key
  value      = each.value
}

# Cloudflare reads `\`, dot segments and escaped letters of an address before rules and Worker see it. It does so by default; fixed here, since the
# rules below compare paths as they come, and a zone without it would let `/api\products` pass them by (ARCHITECTURE.md).
resource "cloudflare_url_normalization_settings" "this" {
  zone_id = cloudflare_zone.this.id
  scope   = "incoming"
  type    = "cloudflare"
}

# Where the Worker answers. The custom domain makes its own DNS record and certificate.
resource "cloudflare_workers_custom_domain" "shop" {
  account_id = var.account_id
  zone_id    = cloudflare_zone.this.id
  hostname   = var.shop_domain
  service    = var.worker_name
}

# Other names are answered by the Worker as well, by a route over a record that leads nowhere. Links on its pages name the shop's own address.
resource "cloudflare_dns_record" "other" {
  for_each = var.other_hosts

  zone_id = cloudflare_zone.this.id
  name    = each.value
  type    = "AAAA"
  content = "100::"
  proxied = true
  ttl     = 1
  comment = "answered by the Worker ${var.worker_name}"
}

resource "cloudflare_workers_route" "other" {
  for_each = var.other_hosts

  zone_id = cloudflare_zone.this.id
  pattern = "${each.value}/*"
  script  = var.worker_name
}

# The API's zone is in Route 53: what stack `foundation` puts out as `api_name_servers`.
resource "cloudflare_dns_record" "api_delegation" {
  for_each = var.api_name_servers

  zone_id = cloudflare_zone.this.id
  name    = var.api_domain
  type    = "NS"
  content = each.value
  ttl     = 3600
}

# The published versions, for shops that keep them here rather than in S3. No public address: the Worker reads it through its binding.
resource "cloudflare_r2_bucket" "remotes" {
  account_id    = var.account_id
  name          = var.remotes_bucket
  location      = var.remotes_location
  storage_class = "Standard"
}

resource "cloudflare_r2_bucket_lifecycle" "remotes" {
  account_id  = var.account_id
  bucket_name = cloudflare_r2_bucket.remotes.name

  rules = [{
    id         = "drop-abandoned-uploads"
    enabled    = true
    conditions = { prefix = "" }
    abort_multipart_uploads_transition = {
      condition = { type = "Age", max_age = 86400 }
    }
  }]
}

# Nobody needs more from one address; a search costs the most, made-up versions of remotes are each looked for in the store, sitemaps are large, and
# the reports of browsers are written down. The first rule is by path alone, since the free plan has one rule and knows no more. The second one, for
# plans that have it, is about texts to search for, on pages and in the API.
resource "cloudflare_ruleset" "rate_limit" {
  zone_id     = cloudflare_zone.this.id
  name        = "Storefront: rate limits"
  description = "Requests per address and location"
  kind        = "zone"
  phase       = "http_ratelimit"

  rules = concat([
    {
      ref         = "api_and_reports"
      description = "The API, listings, files of remotes, sitemaps, and reports of failed remotes"
      expression  = "(starts_with(http.request.uri.path, \"/api/\") or starts_with(http.request.uri.path, \"/remotes/\") or starts_with(http.request.uri.path, \"/sitemap\") or http.request.uri.path in {\"/products\" \"/beacon\"})"
      action      = "block"
      ratelimit = {
        characteristics     = ["cf.colo.id", "ip.src"]
        period              = 10
        requests_per_period = var.requests_per_10_seconds
        mitigation_timeout  = 10
      }
    },
    ], var.managed_rules ? [
    {
      ref         = "searches"
      description = "Searches and suggestions"
      expression  = "(http.request.uri.path in {\"/products\" \"/api/products\"} and url_decode(http.request.uri.query) contains \"search=\") or (http.request.uri.path eq \"/api/products/suggest\" and url_decode(http.request.uri.query) contains \"q=\")"
      action      = "block"
      ratelimit = {
        characteristics     = ["cf.colo.id", "ip.src"]
        period              = 10
        requests_per_period = var.searches_per_10_seconds
        mitigation_timeout  = 10
      }
    },
  ] : [])
}

# The Worker answers all of this with 404; refused here it costs no invocation. Methods that the shop does not have go through to it, since its
# 405 is part of the contract.
resource "cloudflare_ruleset" "firewall" {
  zone_id     = cloudflare_zone.this.id
  name        = "Storefront: firewall"
  description = "What no shopper and no operator sends to the shop"
  kind        = "zone"
  phase       = "http_request_firewall_custom"

  rules = [
    {
      ref         = "probes"
      description = "Files of other programs"
      expression  = "(ends_with(http.request.uri.path, \".php\") or starts_with(http.request.uri.path, \"/wp-\") or starts_with(http.request.uri.path, \"/.git\") or starts_with(http.request.uri.path, \"/.env\"))"
      action      = "block"
    },
  ]
}

# Cloudflare's own rules: on plans that have them. The free ones are on by themselves.
resource "cloudflare_ruleset" "managed" {
  count = var.managed_rules ? 1 : 0

  zone_id     = cloudflare_zone.this.id
  name        = "Storefront: managed rules"
  description = "Cloudflare's managed rules"
  kind        = "zone"
  phase       = "http_request_firewall_managed"

  rules = [
    {
      ref               = "cloudflare_managed"
      description       = "Cloudflare Managed Ruleset"
      expression        = "true"
      action            = "execute"
      action_parameters = { id = "efb7b8c949ac4650a09736fc376e9aee" }
    },
  ]
}

# The Worker's lines, to a bucket. They hold no address and no name of a visitor (docs/operations.md has the fields); neither do these columns.
resource "cloudflare_logpush_job" "worker" {
  count = var.log_destination == null ? 0 : 1

  account_id                  = var.account_id
  name                        = "storefront-worker"
  dataset                     = "workers_trace_events"
  destination_conf            = var.log_destination
  enabled                     = true
  max_upload_interval_seconds = 300
  filter                      = jsonencode({ where = { key = "ScriptName", operator = "eq", value = var.worker_name } })

  output_options = {
    output_type      = "ndjson"
    timestamp_format = "rfc3339"
    field_names      = ["EventTimestampMs", "EventType", "Exceptions", "Logs", "Outcome", "ScriptName", "ScriptVersion"]
  }
}
