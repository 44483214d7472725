variable "name" {
  description = "Name of the network."
  type        = string
}

variable "cidr" {
  description = "Its addresses."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.cidr, 8, 21))
    error_message = "A network in CIDR form with room for its subnets, such as 10.40.0.0/16."
  }
}

variable "isolated" {
  description = "Whether there are two subnets that lead nowhere, for a database."
  type        = bool
  default     = false
}

variable "nat" {
  description = "Whether there are two subnets that lead to the internet through a NAT gateway, for App Runner's connector."
  type        = bool
  default     = false
}
