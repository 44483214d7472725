variable "name" {
  description = "Name of the bucket, unique in all of S3."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "A bucket's name has 3 to 63 lower-case letters, digits and hyphens; a dot would break TLS for its host name."
  }
}

variable "remote" {
  description = "Name of the remote whose versions it holds. Every key begins with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.remote))
    error_message = "A remote's name has 1 to 40 lower-case letters, digits and hyphens and begins with a letter."
  }
}

variable "noncurrent_days" {
  description = "How many days an object that was replaced or deleted can be brought back."
  type        = number
  default     = 90

  validation {
    condition     = var.noncurrent_days >= 7
    error_message = "Give a mistake at least 7 days to be noticed."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may delete a bucket with objects in it. Only for tests."
  type        = bool
  default     = false
}
