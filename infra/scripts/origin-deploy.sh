#!/usr/bin/env bash
# Has the pushed image deployed and waits until the platform says that it is well.
#   needs PLATFORM, SERVICE (App Runner: its ARN; ECS: its name), IMAGE, LOG_RETENTION_DAYS, AWS credentials
set -euo pipefail

: "${PLATFORM:?apprunner or ecs}" "${SERVICE:?the service}" "${IMAGE:?the image}" "${LOG_RETENTION_DAYS:?days}"

case "$PLATFORM" in
apprunner)
  # The push starts a deployment by itself, a moment later: one that began before it is another's.
  : "${STARTED:?when the push began, in seconds since 1970}"
  status="not begun"
  for _ in $(seq 90); do
    read -r began state < <(aws apprunner list-operations --service-arn "$SERVICE" \
      --query 'OperationSummaryList[0].[StartedAt,Status]' --output text) || true
    if [[ -n "${began:-}" && "$began" != None && "$(date --date "$began" +%s)" -ge "$STARTED" ]]; then status="$state"; fi
    [[ "$status" == SUCCEEDED ]] && break
    [[ "$status" == *FAILED* || "$status" == *ROLLBACK* ]] && {
      printf 'error: the deployment ended as %s; the image before goes on\n' "$status" >&2
      exit 1
    }
    printf 'the deployment is %s\n' "$status"
    sleep "${DEPLOY_SECONDS_BETWEEN:-10}"
  done
  [[ "$status" == SUCCEEDED ]] || { printf 'error: the deployment is still %s\n' "$status" >&2; exit 1; }
  # App Runner makes these groups itself, to be kept for ever.
  for kind in application service; do
    aws logs put-retention-policy --retention-in-days "$LOG_RETENTION_DAYS" \
      --log-group-name "/aws/apprunner/$(cut -d/ -f2,3 <<<"$SERVICE")/$kind"
  done
  ;;
ecs)
  definition="$(aws ecs describe-task-definition --task-definition "$SERVICE" --query taskDefinition |
    jq --arg image "$IMAGE" '.containerDefinitions[0].image = $image
      | del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy)')"
  arn="$(aws ecs register-task-definition --cli-input-json "$definition" --query taskDefinition.taskDefinitionArn --output text)"
  aws ecs update-service --cluster "$SERVICE" --service "$SERVICE" --task-definition "$arn" --query service.serviceName --output text
  # The service's circuit breaker goes back by itself when the tasks do not come up; the wait then ends, and the definition is another.
  aws ecs wait services-stable --cluster "$SERVICE" --services "$SERVICE"
  runs="$(aws ecs describe-services --cluster "$SERVICE" --services "$SERVICE" --query 'services[0].taskDefinition' --output text)"
  [[ "$runs" == "$arn" ]] || { printf 'error: the service went back to `%s`\n' "$runs" >&2; exit 1; }
  ;;
*)
  printf 'error: `%s` is neither `apprunner` nor `ecs`\n' "$PLATFORM" >&2
  exit 2
  ;;
esac
