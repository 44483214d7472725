variable "name" {
  description = "Name of the origin's service."
  type        = string
}

variable "resource_arn" {
  description = "What the limits stand before: the load balancer of ECS, or the service of App Runner."
  type        = string
}

variable "requests_per_minute" {
  description = "How many requests one address may make in a minute."
  type        = number
  default     = 1200

  validation {
    condition     = var.requests_per_minute >= 100
    error_message = "A partner that reads 10,000 products a hundred a request makes 100 requests: at least 100."
  }
}

variable "searches_per_minute" {
  description = "How many of them may be searches or ask for suggestions."
  type        = number
  default     = 120

  validation {
    condition     = var.searches_per_minute >= 10 && var.searches_per_minute <= var.requests_per_minute
    error_message = "At least 10, which is the least that WAF counts, and no more than `requests_per_minute`."
  }
}
