#!/usr/bin/env bash
# Publishes the version of a remote that was built here and gives it to some shoppers. Outputs it as `version`, or
# nothing when everybody has it already or somebody runs a canary.
#   needs REMOTE, PERCENT, and what `storefront` needs (docs/operator.md)
set -euo pipefail

: "${REMOTE:?the remote}" "${PERCENT:?percent of the shoppers}" "${GITHUB_OUTPUT:=/dev/stdout}"
here="$(dirname "${BASH_SOURCE[0]}")"
storefront="${STOREFRONT:-target/debug/storefront}"
folders=("assets/dist/remotes/$REMOTE"/*/)
[[ ${#folders[@]} -eq 1 && -d "${folders[0]}" ]] || {
  printf 'error: one version of `%s` was to be built, not %s\n' "$REMOTE" "${folders[*]}" >&2
  exit 1
}
version="$(basename "${folders[0]}")"

"$storefront" publish "${folders[0]}"
release="$("$here/remote-release.sh")"
read -r stable canary <<<"$release"
if [[ "$stable" == "$version" ]]; then
  printf '`%s` of `%s` is what everybody gets already\n' "$version" "$REMOTE"
  exit 0
fi
# Also this version: a canary that this run did not begin is not its to judge, promote or take back.
if [[ "$canary" != none ]]; then
  printf 'error: `%s` of `%s` is a canary already, which somebody else began\n' "$canary" "$REMOTE" >&2
  printf '\nhint: promote it or `storefront abort %s`, and run this again\n' "$REMOTE" >&2
  exit 1
fi
# Before the change: whatever becomes of it, the workflow looks for the version and takes it back.
printf 'version=%s\n' "$version" >>"$GITHUB_OUTPUT"
"$storefront" canary "$REMOTE" "$version" --percent "$PERCENT" -m "run ${GITHUB_RUN_ID:-by hand}"
