output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "subnet_ids" {
  description = "Its public subnets, each in another availability zone."
  value       = aws_subnet.public[*].id
}
