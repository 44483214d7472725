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
  description = "Whether the origin sells: with a database of record, and the secrets of office, mail server and database."
  type        = bool
  default     = false
}

variable "payments" {
  description = "The ways to pay, in the order in which shoppers see them: `invoice`, `on-delivery`, `stripe`."
  type        = list(string)
  default     = ["invoice"]

  validation {
    condition     = length(var.payments) > 0 && length(distinct(var.payments)) == length(var.payments) && alltrue([for way in var.payments : contains(["invoice", "on-delivery", "stripe"], way)])
    error_message = "Each of `invoice`, `on-delivery` and `stripe` once at most; a test card charges nobody."
  }
}
