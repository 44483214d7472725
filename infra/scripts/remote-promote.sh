#!/usr/bin/env bash
# Gives the canary of a remote to everybody, if it is still the version of this run. A release that somebody changed meanwhile is left as it is.
# Outputs: `begun` before the change, `changed` when the release is somebody else's by now.
#   exit code 0: promoted; 1: failed; 4: somebody changed the release
#   needs REMOTE, VERSION, and what `storefront` needs (docs/operator.md)
set -euo pipefail

: "${REMOTE:?the remote}" "${VERSION:?the version}" "${GITHUB_OUTPUT:=/dev/stdout}"
here="$(dirname "${BASH_SOURCE[0]}")"
storefront="${STOREFRONT:-target/debug/storefront}"

"$here/remote-ours.sh"
printf 'begun=true\n' >>"$GITHUB_OUTPUT"
# Without `--yes`: a version that is no canary any more takes a confirmation, which nobody gives here.
"$storefront" promote "$REMOTE" "$VERSION" -m "soaked in run ${GITHUB_RUN_ID:-by hand}" && exit 0
release="$("$here/remote-release.sh")"
if [[ "$release" == "$VERSION none" ]]; then
  printf '`%s` of `%s` is what everybody gets; only the answer was lost\n' "$VERSION" "$REMOTE"
  exit 0
fi
# Between the question and the change somebody may have been faster.
"$here/remote-ours.sh"
exit 1
