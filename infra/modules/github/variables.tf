variable "name" {
  description = "What the names of the roles begin with."
  type        = string
}

variable "repository" {
  description = "The repository on GitHub, as `owner/name`."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "The repository is `owner/name`, without stars: whoever can push to it can take the roles."
  }
}

variable "create_provider" {
  description = "Whether to make the account's token provider for GitHub. An account has one: say false where it is there already."
  type        = bool
  default     = true
}

variable "environments" {
  description = "Names of the GitHub environments that take each role."

  type = object({
    plan    = optional(string, "plan")
    apply   = optional(string, "production-infra")
    origin  = optional(string, "production-origin")
    metrics = optional(string, "production-metrics")
  })

  default = {}
}

variable "remote_environments" {
  description = "The GitHub environment of each remote's team, by the remote's name."
  type        = map(string)
}

variable "bucket_prefix" {
  description = "What the names of the shop's buckets begin with."
  type        = string
}

variable "registry_arn" {
  description = "ARN of the registry that images are pushed to."
  type        = string
}

variable "origin_platform" {
  description = "`apprunner` or `ecs`."
  type        = string
}

variable "origin_arn" {
  description = "ARN of the origin's service. A star may stand for the number that App Runner adds."
  type        = string
}

variable "origin_role_arns" {
  description = "ARNs of the roles that a deployment hands to the origin's tasks."
  type        = list(string)
}

variable "state_bucket_arn" {
  description = "ARN of the bucket with Terraform's state."
  type        = string
}

variable "state_key_arn" {
  description = "ARN of the key that the state is encrypted with."
  type        = string
}

variable "metric_namespace" {
  description = "Namespace of the edge's metrics."
  type        = string
}
