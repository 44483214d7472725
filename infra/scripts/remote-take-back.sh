#!/usr/bin/env bash
# Takes a version of a remote back, however far its rollout came, and does not end well before nobody gets it. Leaves alone what others released:
# another version, this one if a person promoted it, and a canary that somebody began after this run had promoted it.
#   exit code 0: nobody gets it, or a person gave it to everybody; 1: it was not taken back; 4: somebody's canary is in the way
#   needs REMOTE, VERSION, PROMOTED (`true` once this run began to promote it), and what `storefront` needs (docs/operator.md)
set -euo pipefail

: "${REMOTE:?the remote}" "${VERSION:?the version}"
here="$(dirname "${BASH_SOURCE[0]}")"
storefront="${STOREFRONT:-target/debug/storefront}"
for attempt in 1 2 3; do
  if release="$("$here/remote-release.sh")"; then
    read -r stable canary <<<"$release"
    if [[ "$canary" == "$VERSION" ]]; then
      "$storefront" abort "$REMOTE" -m "taken back by run ${GITHUB_RUN_ID:-by hand}" || true
    elif [[ "$stable" == "$VERSION" && "${PROMOTED:-}" != true ]]; then
      printf 'a person gave `%s` of `%s` to everybody: it stays\n' "$VERSION" "$REMOTE"
      exit 0
    elif [[ "$stable" == "$VERSION" && "$canary" != none ]]; then
      # `rollback` would end that canary and leave the version where it is.
      printf 'error: `%s` of `%s` was NOT taken back: somebody began the canary `%s` meanwhile\n' "$VERSION" "$REMOTE" "$canary" >&2
      printf '\nhint: `storefront rollback %s --to BEFORE` goes back and ends that canary; `storefront history %s` has the version before\n' \
        "$REMOTE" "$REMOTE" >&2
      exit 4
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
