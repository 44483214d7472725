#!/usr/bin/env bash
# Gives a version of the Worker to nobody and tries it, then to more and more shoppers, trying it at each step. Fails at the first wrong
# answer; the workflow then takes the version back.
#   needs VERSION, BEFORE (may be empty: nothing runs yet), STEPS, WATCH_SECONDS, SHOP_URL, and wrangler's variables
set -euo pipefail

: "${VERSION:?the version}" "${STEPS:?percents}" "${WATCH_SECONDS:?seconds a step}" "${SHOP_URL:?the address of the shop}"
here="$(dirname "${BASH_SOURCE[0]}")"
worker="${WORKER_NAME:-storefront-production}"
# A request with this header gets the version whatever its share, once it is part of a deployment.
override="Cloudflare-Workers-Version-Overrides: $worker=\"$VERSION\""

deploy() {
  npx wrangler versions deploy "$@" --env production --yes --message "run ${GITHUB_RUN_ID:-by hand}"
}

if [[ -z "${BEFORE:-}" ]]; then
  printf 'nothing runs yet: everybody gets the version\n'
  deploy "$VERSION@100"
  exec "$here/smoke.sh" "$SHOP_URL"
fi

deploy "$VERSION@0" "$BEFORE@100"
"$here/smoke.sh" "$SHOP_URL" shop "$override"
for percent in $STEPS; do
  if ((percent == 100)); then deploy "$VERSION@100"; else deploy "$VERSION@$percent" "$BEFORE@$((100 - percent))"; fi
  for _ in 1 2 3; do
    sleep "$((WATCH_SECONDS / 3))"
    "$here/smoke.sh" "$SHOP_URL" shop "$override"
  done
done
