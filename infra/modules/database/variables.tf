variable "name" {
  description = "Name of the instance, and beginning of all other names."
  type        = string
}

variable "vpc_id" {
  description = "Network it runs in."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets in at least two availability zones, without a route to the internet."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "RDS needs subnets in two availability zones, with one instance too."
  }
}

variable "client_security_group_ids" {
  description = "Security groups of the programs that may connect. Their traffic to the database is allowed here."
  type        = list(string)
}

variable "engine_version" {
  description = "Major version of PostgreSQL; minor ones come by themselves in the maintenance window. A later one stops the database for minutes (`docs/operations.md`)."
  type        = string
  default     = "17"

  validation {
    condition     = can(regex("^1[4-9]$", var.engine_version))
    error_message = "A major version from 14 to 19: those that the origin is tested with."
  }
}

variable "instance_class" {
  description = "Size of the instance."
  type        = string
  default     = "db.t4g.micro"
}

variable "storage_gb" {
  description = "Storage in gigabytes at the beginning; it grows by itself to five times that."
  type        = number
  default     = 20

  validation {
    condition     = var.storage_gb >= 20 && var.storage_gb <= 1000
    error_message = "20 to 1000 GB: gp3 begins at 20."
  }
}

variable "multi_az" {
  description = "Whether a second instance in another zone takes over within a minute or two. It doubles the price."
  type        = bool
  default     = true
}

variable "backup_retention_days" {
  description = "How many days can be gone back, to the second."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_retention_days >= 7 && var.backup_retention_days <= 35
    error_message = "7 to 35 days: orders without a backup of a week are lost with the first mistake that is seen late."
  }
}

variable "log_retention_days" {
  description = "How many days its log is kept."
  type        = number
  default     = 30
}

variable "disposable" {
  description = "Whether `terraform destroy` deletes it with its data and without a last snapshot. Only for tests."
  type        = bool
  default     = false
}
