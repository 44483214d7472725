output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "subnet_ids" {
  description = "Its public subnets, each in another availability zone."
  value       = aws_subnet.public[*].id
}

output "isolated_subnet_ids" {
  description = "Its subnets that lead nowhere, each in another availability zone; none without `isolated`."
  value       = aws_subnet.isolated[*].id
}

output "private_subnet_ids" {
  description = "Its subnets behind the NAT gateway, each in another availability zone; none without `nat`."
  value       = aws_subnet.private[*].id
}
