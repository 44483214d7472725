#!/usr/bin/env bash
# Gives a version of the Worker to nobody and tries it, then to more and more shoppers, trying it at each step. Fails at the first wrong
# answer; the workflow then takes the version back (edge-take-back.sh).
#   needs VERSION, BEFORE (`none`: nothing runs yet), STEPS, WATCH_SECONDS, SHOP_URL, and wrangler's variables
set -euo pipefail

: "${VERSION:?the version}" "${BEFORE:?the version before, or none}" "${STEPS:?percents}" "${WATCH_SECONDS:?seconds a step}"
: "${SHOP_URL:?the address of the shop}"
here="$(dirname "${BASH_SOURCE[0]}")"
worker="${WORKER_NAME:-storefront-production}"
form='^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
[[ "$VERSION" =~ $form && ("$BEFORE" == none || "$BEFORE" =~ $form) && "$VERSION" != "$BEFORE" ]] || {
  printf 'error: `%s` and `%s` are not the version to roll out and another one before it\n' "$VERSION" "$BEFORE" >&2
  exit 2
}
[[ "$STEPS" =~ ^([1-9][0-9]? )*100$ && "$WATCH_SECONDS" =~ ^[0-9]{1,5}$ ]] || {
  printf 'error: `%s` every `%s` seconds are no percents that end with 100\n' "$STEPS" "$WATCH_SECONDS" >&2
  exit 2
}
# A request with this header gets the version whatever its share, once it is part of a deployment.
override="Cloudflare-Workers-Version-Overrides: $worker=\"$VERSION\""

if [[ "$BEFORE" == none ]]; then
  printf 'nothing runs yet: everybody gets the version\n'
  "$here/edge-deploy.sh" "$VERSION@100"
  exec "$here/smoke.sh" "$SHOP_URL"
fi

"$here/edge-deploy.sh" "$VERSION@0" "$BEFORE@100"
"$here/smoke.sh" "$SHOP_URL" shop "$override"
for percent in $STEPS; do
  if ((percent == 100)); then
    "$here/edge-deploy.sh" "$VERSION@100"
  else
    "$here/edge-deploy.sh" "$VERSION@$percent" "$BEFORE@$((100 - percent))"
  fi
  for _ in 1 2 3; do
    sleep "$((WATCH_SECONDS / 3))"
    "$here/smoke.sh" "$SHOP_URL" shop "$override"
  done
done
