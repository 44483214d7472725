output "role_arns" {
  description = "ARN of each role, by its purpose."
  value       = { for purpose, role in aws_iam_role.this : purpose => role.arn }
}

output "remote_trusts" {
  description = "Who may take the role of each remote's publisher, as a policy in JSON."
  value       = { for remote in keys(var.remote_environments) : remote => data.aws_iam_policy_document.trust["remote-${remote}"].json }
}

output "boundary_arn" {
  description = "ARN of the policy that no role or user of the shop can do more than."
  value       = aws_iam_policy.boundary.arn
}
