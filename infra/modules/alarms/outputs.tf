output "topic_arn" {
  description = "ARN of the topic that alarms are sent to."
  value       = aws_sns_topic.this.arn
}

output "alarm_names" {
  description = "Names of all alarms."

  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.edge_share : alarm.alarm_name],
    [aws_cloudwatch_metric_alarm.edge_origin_latency.alarm_name, aws_cloudwatch_metric_alarm.edge_unmeasured.alarm_name],
  ))
}
