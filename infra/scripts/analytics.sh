#!/usr/bin/env bash
# Asks Analytics Engine one question in SQL and prints the rows as a JSON array of objects. For other scripts.
#   analytics.sh SQL        needs CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN (permission: Account Analytics, read)
set -euo pipefail

: "${CLOUDFLARE_ACCOUNT_ID:?the number of the account}" "${CLOUDFLARE_API_TOKEN:?a token that may read analytics}"
api="${CLOUDFLARE_API_URL:-https://api.cloudflare.com/client/v4}"

# The token comes on standard input: arguments of a program can be read by others.
answer="$(curl --silent --show-error --fail-with-body --max-time 30 --config - \
  --data "$1 FORMAT JSON" "$api/accounts/$CLOUDFLARE_ACCOUNT_ID/analytics_engine/sql" \
  <<<"header = \"authorization: Bearer $CLOUDFLARE_API_TOKEN\"")" || {
  printf 'error: Analytics Engine does not answer the question\n  Caused by: %s\n' "$answer" >&2
  exit 1
}
jq --exit-status --slurp --compact-output '
  if length == 1 and (.[0] | type == "object" and (.data | type == "array" and all(.[]; type == "object"))) then .[0].data
  else error("the answer has no rows") end' <<<"$answer" || {
  printf 'error: the answer of Analytics Engine is not one of rows\n' >&2
  exit 1
}
