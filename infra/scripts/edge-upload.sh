#!/usr/bin/env bash
# Uploads the Worker as a version that nobody gets. Says which one (`version`) and which one everybody has (`before`) as outputs.
#   needs CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID, PUBLIC_ORIGIN
set -euo pipefail

: "${PUBLIC_ORIGIN:?the address of the shop}" "${GITHUB_OUTPUT:=/dev/stdout}"
wrangler=(npx wrangler)
told="$(mktemp)"
trap 'rm -f "$told"' EXIT

before="$("${wrangler[@]}" deployments status --env production --json | jq --raw-output '.versions | max_by(.percentage) | .version_id')" || before=""
WRANGLER_OUTPUT_FILE_PATH="$told" "${wrangler[@]}" versions upload --env production \
  --var "PUBLIC_ORIGIN:$PUBLIC_ORIGIN" --tag "${GITHUB_SHA:0:12}" --message "run ${GITHUB_RUN_ID:-by hand}"
version="$(jq --raw-output --slurp 'map(select(.type == "version-upload")) | last | .version_id // empty' "$told")"
[[ -n "$version" ]] || { printf 'error: wrangler does not say which version it uploaded\n' >&2; exit 1; }
printf 'version=%s\nbefore=%s\n' "$version" "$before" >>"$GITHUB_OUTPUT"
