output "user" {
  description = "Name of the user whose access key the Worker gets."
  value       = aws_iam_user.this.name
}

output "policy" {
  description = "What it may do, as JSON."
  value       = data.aws_iam_policy_document.this.json
}
