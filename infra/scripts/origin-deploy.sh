#!/usr/bin/env bash
# Has the pushed image deployed and waits until the platform reports that it is well.
#   needs PLATFORM, SERVICE (App Runner: its ARN; ECS: its name), IMAGE, LOG_RETENTION_DAYS, AWS credentials
set -euo pipefail

: "${PLATFORM:?apprunner or ecs}" "${SERVICE:?the service}" "${IMAGE:?the image}" "${LOG_RETENTION_DAYS:?days}"
[[ "$IMAGE" =~ ^[^@[:space:]]+@sha256:[0-9a-f]{64}$ ]] || { printf 'error: `%s` is no image with its digest\n' "$IMAGE" >&2; exit 2; }

case "$PLATFORM" in
apprunner)
  # The push starts a deployment by itself, a moment later: one that began before it is another's.
  [[ "${STARTED:-}" =~ ^[0-9]+$ ]] || { printf 'error: `STARTED` is to be when the push began, in seconds since 1970\n' >&2; exit 2; }
  status="not begun"
  for _ in $(seq "${DEPLOY_ATTEMPTS:-90}"); do
    # An answer that cannot be had or read is no deployment; the next one may be.
    operation="$(aws apprunner list-operations --service-arn "$SERVICE" \
      --query 'OperationSummaryList[0].[StartedAt,Status]' --output text)" || operation=""
    read -r began state <<<"$operation" || true
    if [[ "${began:-}" =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T && "$(date --date "$began" +%s)" -ge "$STARTED" ]]; then status="${state:-unknown}"; fi
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
    jq --exit-status --slurp --arg image "$IMAGE" --arg family "$SERVICE" '
      if length == 1 and (.[0] | type == "object" and .family == $family and (.containerDefinitions | type == "array" and length == 1)) then .[0]
      else error("this is not the definition of one container") end
      | .containerDefinitions[0].image = $image
      | del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy)')"
  arn="$(aws ecs register-task-definition --cli-input-json "$definition" --query taskDefinition.taskDefinitionArn --output text)"
  [[ "$arn" =~ ^arn:[a-z-]+:ecs:[^[:space:]]+:task-definition/[^[:space:]]+$ ]] || {
    printf 'error: ECS does not name the definition that it registered\n' >&2
    exit 1
  }
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
