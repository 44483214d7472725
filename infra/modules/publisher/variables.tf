variable "name" {
  description = "Name of the role."
  type        = string
}

variable "remote" {
  description = "Name of the remote."
  type        = string
}

variable "bucket_arn" {
  description = "ARN of the remote's bucket."
  type        = string
}

variable "trust" {
  description = "Who may take the role, as a policy in JSON: the GitHub environment of the remote."
  type        = string
}
