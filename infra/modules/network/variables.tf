variable "name" {
  description = "Name of the network."
  type        = string
}

variable "cidr" {
  description = "Its addresses."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.cidr, 8, 1))
    error_message = "A network in CIDR form with room for two subnets, such as 10.40.0.0/16."
  }
}
