variable "name" {
  description = "Name of the user and its group."
  type        = string
}

variable "bucket_arns" {
  description = "ARNs of the buckets it reads."
  type        = list(string)

  validation {
    condition     = length(var.bucket_arns) > 0
    error_message = "It needs at least one bucket."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that it cannot do more than. Null: none, as in an account that is only the shop's."
  type        = string
  default     = null
}
