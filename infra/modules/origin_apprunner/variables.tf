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

variable "concurrency" {
  description = "How many requests at once an instance gets before another one is started."
  type        = number
  default     = 100
}

variable "permissions_boundary" {
  description = "ARN of the policy that it cannot do more than. Null: none, as in an account that is only the shop's."
  type        = string
  default     = null
}

variable "vpc" {
  description = "Network that the program's own connections go through, with private subnets that lead to the internet. Null: none, and no database there."
  type        = object({ id = string, subnet_ids = list(string) })
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
