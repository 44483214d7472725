variable "arn" {
  description = "ARN of the bucket."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:s3:::", var.arn))
    error_message = "The ARN of an S3 bucket begins with `arn:<partition>:s3:::`."
  }
}
