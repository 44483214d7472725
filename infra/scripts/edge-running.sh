#!/usr/bin/env bash
# Prints what runs of the Worker, a line `VERSION PERCENT` for each version of its deployment, the largest share first. Prints nothing only if
# Cloudflare answers that the Worker has no deployment; every other answer, and none, is a failure.
#   needs CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID
set -euo pipefail

worker="${WORKER_NAME:-storefront-production}"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT

if ! answer="$(npx wrangler deployments status --env production --json 2>"$log")"; then
  # The words of wrangler 4 for an empty list of deployments. Its other errors mean that nobody knows.
  if grep --quiet --fixed-strings "The Worker $worker has no deployments." "$log" - <<<"$answer"; then exit 0; fi
  printf 'error: cannot tell which version of `%s` runs\n' "$worker" >&2
  printf '  Caused by: %s\n' "$(tr -s '\n' ' ' <"$log")" >&2
  exit 1
fi
jq --exit-status --slurp --raw-output '
  def is_version: (.version_id | type == "string" and test("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"))
    and (.percentage | type == "number" and . >= 0 and . <= 100);
  def is_deployment: type == "object" and (.versions | type == "array" and length > 0 and all(.[]; type == "object" and is_version)
    and (map(.percentage) | add | . > 99.9 and . < 100.1));
  if length == 1 and (.[0] | is_deployment) then .[0].versions | sort_by(-.percentage)[] | "\(.version_id) \(.percentage)"
  else error("this is no deployment") end' <<<"$answer" || {
  printf 'error: wrangler does not answer which version of `%s` runs\n' "$worker" >&2
  printf '\nhint: `npx wrangler deployments status --env production --json` has to print an object with `versions`\n' >&2
  exit 1
}
