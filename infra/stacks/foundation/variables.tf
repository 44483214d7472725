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

variable "remotes" {
  description = "The remotes, by name, and the GitHub environment of the team that publishes each (default: `<environment>-remote-<name>`)."
  type        = map(object({ github_environment = optional(string) }))

  default = {
    cart           = {}
    checkout       = {}
    products       = {}
    product-detail = {}
  }

  validation {
    condition     = length(var.remotes) > 0
    error_message = "A shop has at least one remote."
  }
}

variable "bucket_suffix" {
  description = "Added to the buckets' names where another account has taken them, such as `-7f3a`."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^(-[a-z0-9]{1,12})?$", var.bucket_suffix))
    error_message = "A hyphen and 1 to 12 lower-case letters or digits."
  }
}

variable "github_repository" {
  description = "The repository on GitHub, as `owner/name`."
  type        = string
}

variable "create_github_provider" {
  description = "Whether to make the account's token provider for GitHub. An account has one: say false where it is there already."
  type        = bool
  default     = true
}

variable "state_bucket" {
  description = "The bucket that stack `state` has made."
  type        = string
}

variable "state_key_arn" {
  description = "The key that stack `state` has made."
  type        = string
}

variable "alarm_emails" {
  description = "Who is told when something is wrong."
  type        = list(string)
}

variable "alarm_minimum_requests" {
  description = "Below so many requests in a quarter of an hour the shares of 4xx and 5xx are not looked at."
  type        = number
  default     = 100
}

variable "budget_usd" {
  description = "What a month may cost in US dollars before somebody is told. docs/cost.md has what to expect."
  type        = number
  default     = 75
}

variable "disposable" {
  description = "Whether `terraform destroy` deletes buckets and images with all that is in them. Only for tests."
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
