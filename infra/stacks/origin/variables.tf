variable "name" {
  description = "Name of the shop, which everything's name begins with."
  type        = string
  default     = "storefront"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "2 to 20 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "environment" {
  description = "Which shop of that name this is, such as `production`."
  type        = string
  default     = "production"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.environment))
    error_message = "2 to 12 lower-case letters and digits, beginning with a letter."
  }
}

variable "region" {
  description = "AWS region."
  type        = string
  default     = "us-east-1"
}

variable "api_domain" {
  description = "Name of the API, such as `api.shop.example`."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.api_domain))
    error_message = "A host name in lower case, without scheme or path."
  }
}

variable "origin_platform" {
  description = "Where the origin of record runs: `apprunner`, or `ecs` in accounts that App Runner no longer takes (since 2026-04-30 all new ones)."
  type        = string
  default     = "apprunner"

  validation {
    condition     = contains(["apprunner", "ecs"], var.origin_platform)
    error_message = "The platform is `apprunner` or `ecs`."
  }
}

variable "image_tag" {
  description = "Which image ECS starts with; deployments replace it. App Runner always runs `live`."
  type        = string
  default     = "live"
}

variable "public_origin" {
  description = "The shop's own address, such as `https://shop.example`."
  type        = string

  validation {
    condition     = can(regex("^https://[a-z0-9.-]+$", var.public_origin))
    error_message = "An https origin without a path."
  }
}

variable "cors_origins" {
  description = "Which other origins may read the API from a browser."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.cors_origins : can(regex("^https://[a-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "Each is an https origin without a path."
  }
}

variable "currency" {
  description = "Currency of all prices, as ISO 4217 has it."
  type        = string
  default     = "USD"

  validation {
    condition     = can(regex("^[A-Z]{3}$", var.currency))
    error_message = "Three capital letters, such as USD."
  }
}

variable "catalog_min_products" {
  description = "The fewest products that a catalog file may have, at the start too. Without it: half of what is served, and 1."
  type        = number
  default     = null

  validation {
    condition     = var.catalog_min_products == null ? true : floor(var.catalog_min_products) == var.catalog_min_products && var.catalog_min_products >= 0 && var.catalog_min_products <= 10000000
    error_message = "A whole number from 0 to 10,000,000."
  }
}

variable "cpu" {
  description = "CPU units of an instance; 1024 are one core."
  type        = number
  default     = 256
}

variable "memory" {
  description = "Memory of an instance in MiB."
  type        = number
  default     = 512
}

variable "min_instances" {
  description = "How many instances there are at least."
  type        = number
  default     = 1

  validation {
    condition     = var.min_instances >= 1 && var.min_instances <= (var.sells ? min(var.max_instances, var.max_selling_instances) : var.max_instances)
    error_message = "At least 1, and at most `max_instances`; where the shop sells, at most `max_selling_instances` too."
  }
}

variable "max_instances" {
  description = "How many instances there are at most."
  type        = number
  default     = 25
}

variable "limit_requests" {
  description = "Whether AWS WAF limits what one address may ask of the origin, past the edge (`docs/cost.md` has what it costs)."
  type        = bool
  default     = true
}

variable "requests_per_minute" {
  description = "How many requests one address may make of the origin in a minute, past the edge. The edge's own questions are not counted."
  type        = number
  default     = 1200
}

variable "searches_per_minute" {
  description = "How many of them may be searches or ask for suggestions."
  type        = number
  default     = 120
}

variable "log_retention_days" {
  description = "How many days the origin's log is kept."
  type        = number
  default     = 30
}

variable "disposable" {
  description = "Whether load balancer and database can be deleted right away, with all data. Only for tests."
  type        = bool
  default     = false
}

variable "sells" {
  description = "Whether the origin sells: with a database of record, and the secrets of office, mail server and database. Without a default: an apply that lacks it would delete them."
  type        = bool
  nullable    = false
}

variable "stripe_account" {
  description = "Whether the shop has an account with Stripe, also where shoppers cannot pay that way at the moment: orders, refunds and webhooks under way need its two secrets. A shop that sells states it, since an apply that lacks it would delete them."
  type        = bool
  default     = null

  validation {
    condition     = !var.sells || var.stripe_account != null
    error_message = "A shop that sells sets `stripe_account` to true or false."
  }
}

variable "previous_secrets" {
  description = "Secrets that are being replaced: `OFFICE_SECRET_PREVIOUS`, `STRIPE_WEBHOOK_SECRET_PREVIOUS`. Each needs a value, or the origin does not start."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.previous_secrets : contains(["OFFICE_SECRET_PREVIOUS", "STRIPE_WEBHOOK_SECRET_PREVIOUS"], name)])
    error_message = "Of `OFFICE_SECRET_PREVIOUS` and `STRIPE_WEBHOOK_SECRET_PREVIOUS`; the one of `ORIGIN_SECRET` is always there."
  }

  validation {
    condition     = length(var.previous_secrets) == 0 || var.sells
    error_message = "Only a shop that sells has these secrets."
  }

  validation {
    condition     = !contains(var.previous_secrets, "STRIPE_WEBHOOK_SECRET_PREVIOUS") || coalesce(var.stripe_account, false)
    error_message = "`STRIPE_WEBHOOK_SECRET_PREVIOUS` needs `stripe_account = true`."
  }
}

variable "stripe_test" {
  description = "Whether the key of Stripe may be a test key, which charges nobody. Only for a shop without customers."
  type        = bool
  default     = false

  validation {
    condition     = !var.stripe_test || coalesce(var.stripe_account, false)
    error_message = "A test key needs `stripe_account = true`."
  }
}

variable "payments" {
  description = "The ways to pay, in the order in which shoppers see them: `invoice`, `on-delivery`, `stripe`."
  type        = list(string)
  default     = ["invoice"]

  validation {
    condition     = length(var.payments) > 0 && length(distinct(var.payments)) == length(var.payments) && alltrue([for way in var.payments : contains(["invoice", "on-delivery", "stripe"], way)])
    error_message = "Each of `invoice`, `on-delivery` and `stripe` once at most; a test card charges nobody."
  }

  validation {
    condition     = !contains(var.payments, "stripe") || coalesce(var.stripe_account, false)
    error_message = "`stripe` needs `stripe_account = true`."
  }
}

variable "mail_from" {
  description = "The sender of mails, such as `Shop <hello@shop.example>`. Null: name and address in `shop.toml`."
  type        = string
  default     = null
}

variable "payment_minutes" {
  description = "How many minutes an order holds its goods while its payment is awaited. Null: 35."
  type        = number
  default     = null

  validation {
    condition     = var.payment_minutes == null ? true : var.payment_minutes >= 1 && var.payment_minutes <= 1440 && floor(var.payment_minutes) == var.payment_minutes
    error_message = "A whole number from 1 to 1440."
  }
}

variable "database_class" {
  description = "Size of the database's instance."
  type        = string
  default     = "db.t4g.micro"
}

variable "database_storage_gb" {
  description = "Storage of the database in gigabytes at the beginning; it grows by itself to five times that."
  type        = number
  default     = 20
}

variable "database_multi_az" {
  description = "Whether a second instance of the database in another zone takes over by itself. It doubles the price (`docs/cost.md`)."
  type        = bool
  default     = true
}

variable "backup_retention_days" {
  description = "How many days the database can be taken back, to the second."
  type        = number
  default     = 14
}

variable "max_selling_instances" {
  description = "How many instances there are at most where they have a database. Each opens up to 17 connections (a pool of 16, and one that listens), a deployment runs twice as many instances for minutes, and `db.t4g.micro` takes some 90 connections: 2 x 2 x 17 = 68."
  type        = number
  default     = 2

  validation {
    condition     = var.max_selling_instances >= 1 && floor(var.max_selling_instances) == var.max_selling_instances
    error_message = "A whole number from 1."
  }
}
