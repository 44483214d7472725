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
