#!/usr/bin/env bash
# Watches a version of a remote for a while: fails as soon as browsers have reported more failures of it than allowed.
#   needs REMOTE, VERSION, SOAK_MINUTES, MOST_REPORTS, and what analytics.sh needs
set -euo pipefail

: "${REMOTE:?the remote}" "${VERSION:?its version}" "${SOAK_MINUTES:?how many minutes}" "${MOST_REPORTS:?how many reports are too few to stop it}"
here="$(dirname "${BASH_SOURCE[0]}")"
every="${SOAK_SECONDS_BETWEEN:-30}"
# They become part of a question in SQL.
[[ "$REMOTE" =~ ^[a-z0-9-]+$ && "$VERSION" =~ ^[0-9A-Za-z.+-]+$ && "$SOAK_MINUTES" =~ ^[0-9]+$ && "$MOST_REPORTS" =~ ^[0-9]+$ ]] || {
  printf 'error: `%s` `%s`, %s minutes, %s reports: no such remote, version or number\n' "$REMOTE" "$VERSION" "$SOAK_MINUTES" "$MOST_REPORTS" >&2
  exit 2
}
started=$SECONDS
while :; do
  # A minute more than the soak, since points arrive late.
  rows="$("$here/analytics.sh" "SELECT sum(_sample_interval) AS reports FROM storefront_edge
    WHERE index1 = 'remote-failed' AND blob2 = '$REMOTE' AND blob3 = '$VERSION'
      AND timestamp > NOW() - INTERVAL '$((SOAK_MINUTES + 1))' MINUTE")"
  reports="$(jq --raw-output '(.[0].reports // 0) | tonumber' <<<"$rows")"
  passed=$((SECONDS - started))
  printf '%d s of %d min: %s reports of `%s` %s\n' "$passed" "$SOAK_MINUTES" "$reports" "$REMOTE" "$VERSION"
  if ((${reports%.*} > MOST_REPORTS)); then
    printf 'error: browsers have reported %s failures of `%s` %s, more than %s\n' "$reports" "$REMOTE" "$VERSION" "$MOST_REPORTS" >&2
    printf '\nhint: the lines `"event":"remote-failed"` in the log of the Worker say what failed\n' >&2
    exit 1
  fi
  ((passed >= SOAK_MINUTES * 60)) && break
  sleep "$every"
done
