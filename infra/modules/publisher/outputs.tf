output "role_arn" {
  description = "ARN of the role, for the variable `AWS_ROLE` of the remote's GitHub environment."
  value       = aws_iam_role.this.arn
}

output "policy" {
  description = "What it may do, as JSON."
  value       = data.aws_iam_policy_document.this.json
}
