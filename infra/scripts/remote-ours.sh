#!/usr/bin/env bash
# Whether the canary of a remote is still the version of this run. If it is not, outputs `changed`: a person's change of a release always wins.
#   exit code 0: it is; 1: nobody knows; 4: somebody changed the release
#   needs REMOTE, VERSION, and what `storefront` needs (docs/operator.md)
set -euo pipefail

: "${REMOTE:?the remote}" "${VERSION:?the version}" "${GITHUB_OUTPUT:=/dev/stdout}"
release="$("$(dirname "${BASH_SOURCE[0]}")/remote-release.sh")"
read -r stable canary <<<"$release"
if [[ "$canary" != "$VERSION" ]]; then
  printf 'changed=true\n' >>"$GITHUB_OUTPUT"
  printf 'error: somebody changed the release of `%s`: its canary is `%s`, not `%s`; everybody else gets `%s`\n' \
    "$REMOTE" "$canary" "$VERSION" "$stable" >&2
  printf '\nhint: it stays as it is; `storefront history %s` shows who changed it and why\n' "$REMOTE" >&2
  exit 4
fi
