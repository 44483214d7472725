#!/usr/bin/env bash
# Takes a version of a remote back, however far its rollout came, and does not end well before nobody gets it. Leaves alone what others released.
#   needs REMOTE, VERSION, and what `storefront` needs (docs/operator.md)
set -euo pipefail

: "${REMOTE:?the remote}" "${VERSION:?the version}"
here="$(dirname "${BASH_SOURCE[0]}")"
storefront="${STOREFRONT:-target/debug/storefront}"
for attempt in 1 2 3; do
  if release="$("$here/remote-release.sh")"; then
    read -r stable canary <<<"$release"
    if [[ "$canary" == "$VERSION" ]]; then
      "$storefront" abort "$REMOTE" -m "taken back by run ${GITHUB_RUN_ID:-by hand}" || true
    elif [[ "$stable" == "$VERSION" ]]; then
      "$storefront" rollback "$REMOTE" -m "taken back by run ${GITHUB_RUN_ID:-by hand}" || true
    else
      printf 'nobody gets `%s` of `%s`\n' "$VERSION" "$REMOTE"
      exit 0
    fi
    # The store is asked again: only its answer ends this.
    if release="$("$here/remote-release.sh")" && [[ " $release " != *" $VERSION "* ]]; then
      printf '`%s` of `%s` was taken back\n' "$VERSION" "$REMOTE"
      exit 0
    fi
  fi
  printf 'attempt %s of 3 failed\n' "$attempt" >&2
  sleep "${SECONDS_BETWEEN:-10}"
done
printf 'error: `%s` of `%s` was NOT taken back\n\nhint: `storefront rollback %s`\n' "$VERSION" "$REMOTE" "$REMOTE" >&2
exit 1
