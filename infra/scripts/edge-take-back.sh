#!/usr/bin/env bash
# Gives every shopper the version of the Worker that ran before a rollout, and does not end well before it runs. It asks nothing first, since
# a rollout that was cut off may have changed a deployment without a word.
#   needs BEFORE (`none`: there was no version), and wrangler's variables
set -euo pipefail

: "${BEFORE:?the version before, or none}"
here="$(dirname "${BASH_SOURCE[0]}")"
[[ "$BEFORE" != none ]] || {
  printf 'error: there is no version to return to: this was the first deployment of the Worker\n' >&2
  printf '\nhint: mend what is wrong and deploy again; until then the shop answers with the version of this run\n' >&2
  exit 1
}
for attempt in 1 2 3; do
  if "$here/edge-deploy.sh" "$BEFORE@100"; then exit 0; fi
  printf 'attempt %s of 3 to return to `%s` failed\n' "$attempt" "$BEFORE" >&2
  sleep "${SECONDS_BETWEEN:-10}"
done
printf 'error: the version was NOT taken back\n\nhint: `npx wrangler versions deploy %s@100 --env production --yes`\n' "$BEFORE" >&2
exit 1
