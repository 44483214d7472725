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

variable "permissions_boundary" {
  description = "ARN of the policy that it cannot do more than. Null: none, as in an account that is only the shop's."
  type        = string
  default     = null
}
