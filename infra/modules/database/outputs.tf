output "url" {
  description = "The origin's `DATABASE_URL`, without its password."
  value       = "postgres://${local.user}@${aws_db_instance.this.address}:${local.port}/${aws_db_instance.this.db_name}?sslmode=verify-full"
}

output "password" {
  description = "The key of a secret in Secrets Manager that holds the password: the origin's `PGPASSWORD`."
  value       = "${one(aws_db_instance.this.master_user_secret).secret_arn}:password::"
}

output "id" {
  description = "How CloudWatch knows the instance."
  value       = aws_db_instance.this.identifier
}
