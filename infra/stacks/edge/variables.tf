variable "environment" {
  description = "Which shop this is: the environment's name in `wrangler.toml`."
  type        = string
  default     = "production"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.environment))
    error_message = "2 to 12 lower-case letters and digits, beginning with a letter."
  }
}

variable "account_id" {
  description = "The account's number: 32 hexadecimal digits."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{32}$", var.account_id))
    error_message = "32 hexadecimal digits, as the dashboard shows them under \"Account ID\"."
  }
}

variable "zone_name" {
  description = "The domain, such as `shop.example`."
  type        = string
}

variable "shop_domain" {
  description = "The shop's own host name: the domain or a name in it."
  type        = string
}

variable "other_hosts" {
  description = "Other host names that the Worker answers, such as `www.shop.example`."
  type        = set(string)
  default     = []
}

variable "remotes_location" {
  description = "Where R2 keeps the bucket: `wnam`, `enam`, `weur`, `eeur`, `apac` or `oc`."
  type        = string
  default     = "enam"

  validation {
    condition     = contains(["wnam", "enam", "weur", "eeur", "apac", "oc"], var.remotes_location)
    error_message = "One of `wnam`, `enam`, `weur`, `eeur`, `apac` and `oc`."
  }
}

variable "api_domain" {
  description = "Name of the API, whose zone is in Route 53."
  type        = string
}

variable "api_name_servers" {
  description = "Name servers of that zone. None: the API has no name here."
  type        = set(string)
  default     = []
}

variable "requests_per_10_seconds" {
  description = "How many requests to the API, listings, files of remotes, sitemaps and reports one address may make in 10 seconds at one location."
  type        = number
  default     = 200

  validation {
    condition     = var.requests_per_10_seconds >= 20
    error_message = "A shopper who types in the search field makes a dozen requests in 10 seconds: at least 20."
  }
}

variable "searches_per_10_seconds" {
  description = "How many of them may be searches or ask for suggestions, where the plan has a second limit (`managed_rules`)."
  type        = number
  default     = 40

  validation {
    condition     = var.searches_per_10_seconds >= 20 && var.searches_per_10_seconds <= var.requests_per_10_seconds
    error_message = "A shopper who types in the search field makes a dozen requests in 10 seconds: at least 20, and no more than `requests_per_10_seconds`."
  }
}

variable "managed_rules" {
  description = "Whether the plan has Cloudflare's managed rules and a second rate limit that may look at queries (Pro and above)."
  type        = bool
  default     = false
}

variable "log_destination" {
  description = "Where the Worker's lines are pushed, with its keys, such as `r2://storefront-logs/{DATE}?account-id=…&access-key-id=…&secret-access-key=…`. Null: nowhere (pushing needs the paid Workers plan)."
  type        = string
  default     = null
  sensitive   = true
}
