#!/usr/bin/env bash
# Gives versions of the Worker their shares of the shoppers, and asks whether that is what runs now. For other scripts.
#   edge-deploy.sh VERSION@PERCENT…     needs CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID
set -euo pipefail

here="$(dirname "${BASH_SOURCE[0]}")"
(($# > 0)) || { printf 'error: usage: edge-deploy.sh VERSION@PERCENT…\n' >&2; exit 2; }
npx wrangler versions deploy "$@" --env production --yes --message "run ${GITHUB_RUN_ID:-by hand}"
# A version without a share may be left out of the answer.
wanted="$(printf '%s\n' "$@" | tr '@' ' ' | grep -v ' 0$' | sort)"
running="$("$here/edge-running.sh")"
runs="$(grep -v ' 0$' <<<"$running" | sort)" || true
[[ "$runs" == "$wanted" ]] || {
  printf 'error: `%s` was deployed, but this runs: %s\n' "$*" "$(tr '\n' ' ' <<<"${running:-nothing}")" >&2
  exit 1
}
