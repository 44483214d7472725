variable "name" {
  description = "Name of the repository."
  type        = string
}

variable "kept" {
  description = "How many images are kept, the newest ones."
  type        = number
  default     = 10

  validation {
    condition     = var.kept >= 2
    error_message = "Going back needs the image before: keep at least 2."
  }
}

variable "moving_tag" {
  description = "Whether a tag may move to another image. App Runner deploys what is pushed under the one tag it watches, so it needs that; ECS does not."
  type        = bool
}

variable "force_delete" {
  description = "Whether `terraform destroy` may delete it with images in it. Only for tests."
  type        = bool
  default     = false
}
