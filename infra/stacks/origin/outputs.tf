output "origin_url" {
  description = "The Worker's `ORIGIN_URL`."
  value       = var.origin_platform == "apprunner" ? module.apprunner[0].url : module.ecs[0].url
}

output "service" {
  description = "What `deploy-origin.yml` deploys to: the variable `ORIGIN_SERVICE` of its environment."
  value       = var.origin_platform == "apprunner" ? module.apprunner[0].arn : module.ecs[0].service
}

output "alarm_names" {
  description = "Names of the origin's alarms."
  value       = module.alarms.alarm_names
}

output "variables" {
  description = "The program's configuration (`docs/configuration.md`), without its secrets."
  value       = local.variables
}

output "secret_names" {
  description = "The variables of the program whose values are secrets."
  value       = sort(keys(local.secrets))
}
