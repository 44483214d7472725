variable "name" {
  description = "Name of the shop."
  type        = string
}

variable "bucket" {
  description = "Name of the bucket, unique in all of S3."
  type        = string
}
