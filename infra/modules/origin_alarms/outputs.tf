output "alarm_names" {
  description = "Names of all alarms."
  value = sort([
    for alarm in concat(values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.selling), values(aws_cloudwatch_metric_alarm.database)) : alarm.alarm_name
  ])
}
