variable "name" {
  description = "What the names of the alarms begin with."
  type        = string
}

variable "topic_arn" {
  description = "ARN of the topic that alarms are sent to."
  type        = string
}

variable "platform" {
  description = "`apprunner` or `ecs`."
  type        = string

  validation {
    condition     = contains(["apprunner", "ecs"], var.platform)
    error_message = "The platform is `apprunner` or `ecs`."
  }
}

variable "dimensions" {
  description = "How CloudWatch knows the origin's service."
  type        = map(string)
}

variable "balancer_dimensions" {
  description = "How CloudWatch knows the origin's load balancer; none on App Runner."
  type        = map(string)
  default     = {}
}

variable "selling" {
  description = "The log group of the origin and the identifier of its database, where it sells. Null: it does not."
  type        = object({ log_group = string, database = string })
  default     = null
}
