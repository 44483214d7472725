variable "name" {
  description = "Name of the service."
  type        = string
}

variable "image_repository" {
  description = "Where the image is, without its tag."
  type        = string
}

variable "image_tag" {
  description = "Which image runs."
  type        = string
}

variable "port" {
  description = "Port the program listens on."
  type        = number
  default     = 3333
}

variable "cpu" {
  description = "CPU units of an instance; 1024 are one core. `docs/origin.md` has what 256 carry."
  type        = number
  default     = 256
}

variable "memory" {
  description = "Memory of an instance in MiB. `docs/origin.md` has what 512 carry."
  type        = number
  default     = 512
}

variable "min_instances" {
  description = "How many instances there are at least."
  type        = number
  default     = 1
}

variable "max_instances" {
  description = "How many instances there are at most."
  type        = number
  default     = 25

  validation {
    condition     = var.max_instances >= 1 && var.max_instances <= 25
    error_message = "1 to 25: more would be a runaway before it is a success; raise it here on purpose."
  }
}

variable "variables" {
  description = "The program's configuration (`docs/configuration.md`)."
  type        = map(string)
}

variable "secrets" {
  description = "Names of variables and the ARNs of the secrets that hold their values, each with a key where the value is a part of it: `ARN:KEY::`."
  type        = map(string)
}

variable "domain" {
  description = "Name of the API."
  type        = string
}

variable "zone_id" {
  description = "Route 53 zone that the name is in."
  type        = string
}

variable "vpc_id" {
  description = "Network it runs in."
  type        = string
}

variable "subnet_ids" {
  description = "Public subnets in at least two availability zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "A load balancer needs subnets in two availability zones."
  }
}

variable "log_retention_days" {
  description = "How many days its log is kept."
  type        = number
  default     = 30
}

variable "deletion_protection" {
  description = "Whether the load balancer can be deleted only after this is turned off."
  type        = bool
  default     = true
}

variable "permissions_boundary" {
  description = "ARN of the policy that it cannot do more than. Null: none, as in an account that is only the shop's."
  type        = string
  default     = null
}

variable "egress_ports" {
  description = "Ports of services outside that the program may connect to: HTTPS, and those of a mail server (465, 587)."
  type        = list(number)
  default     = [443]

  validation {
    condition     = contains(var.egress_ports, 443) && !contains(var.egress_ports, 25)
    error_message = "443 is always needed, and 25 takes mails without TLS."
  }
}
