#!/usr/bin/env bash
# Uploads the Worker as a version that nobody gets. Outputs: `version`, and `before`, the version that the shoppers have, or `none`.
#   needs CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID, PUBLIC_ORIGIN; FIRST_DEPLOYMENT=true for a Worker that was never deployed
set -euo pipefail

: "${PUBLIC_ORIGIN:?the address of the shop}" "${GITHUB_OUTPUT:=/dev/stdout}"
here="$(dirname "${BASH_SOURCE[0]}")"

# Without the version to return to there is no rollout: this question comes before the upload, and a failure of it ends the script.
if running="$("$here/edge-running.sh")"; then
  if [[ -z "$running" ]]; then
    before=none
  else
    read -r before percent <<<"$running"
    ((${percent%.*} > 50)) || {
      printf 'error: no version has most of the shoppers: a rollout is half way\n' >&2
      printf '\nhint: end it with `npx wrangler versions deploy VERSION@100 --env production`\n' >&2
      exit 1
    }
  fi
elif [[ "${FIRST_DEPLOYMENT:-}" == true ]]; then
  printf 'nobody knows what runs; by the input `first_deployment` it is nothing\n'
  before=none
else
  printf '\nhint: nothing was uploaded; run it again, and start the workflow with `first_deployment` if the Worker was never deployed\n' >&2
  exit 1
fi
uploaded="$("$here/upload-version.sh" production --var "PUBLIC_ORIGIN:$PUBLIC_ORIGIN" --tag "${GITHUB_SHA:0:12}" --message "run ${GITHUB_RUN_ID:-by hand}")"
printf 'version=%s\nbefore=%s\n' "$(jq --raw-output .version_id <<<"$uploaded")" "$before" >>"$GITHUB_OUTPUT"
