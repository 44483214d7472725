variable "name" {
  description = "What the names of the alarms begin with."
  type        = string
}

variable "emails" {
  description = "Who is told. Each address gets a letter from AWS first and has to agree."
  type        = list(string)

  validation {
    condition     = length(var.emails) > 0 && alltrue([for email in var.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "At least one address, each like `name@example.com`: an alarm that nobody hears is none."
  }
}

variable "metric_namespace" {
  description = "Namespace of the edge's metrics."
  type        = string
}

variable "minimum_requests" {
  description = "Below so many requests in a quarter of an hour shares are not looked at."
  type        = number
  default     = 100
}

variable "budget_usd" {
  description = "What a month may cost in US dollars before somebody is told."
  type        = number

  validation {
    condition     = var.budget_usd > 0
    error_message = "A budget is more than nothing."
  }
}
