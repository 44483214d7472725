#!/usr/bin/env bash
# Prints which versions of a remote get traffic: `STABLE CANARY`, with `none` for what there is not. For other scripts.
#   needs REMOTE, and what `storefront` needs (docs/operator.md)
set -euo pipefail

: "${REMOTE:?the remote}"
status="$("${STOREFRONT:-target/debug/storefront}" status "$REMOTE" --json)" || {
  printf 'error: cannot tell which versions of `%s` get traffic\n' "$REMOTE" >&2
  exit 1
}
jq --exit-status --slurp --raw-output --arg remote "$REMOTE" '
  def version: if type == "string" and test("^[0-9]+[.][0-9]+[.][0-9]+[0-9A-Za-z.+-]*$") then . else error("no version") end;
  if length == 1 and (.[0] | type == "object" and (.remotes | type == "array")) then .[0].remotes else error("no list of remotes") end
  | map(select(.remote == $remote)) | if length == 1 and (.[0] | has("release")) then .[0].release else error("not one such remote") end
  | if . == null then "none none"
    elif has("stable") and has("canary") then "\(.stable | version) \(if .canary == null then "none" else .canary.version | version end)"
    else error("no release") end' <<<"$status" || {
  printf 'error: `storefront status` does not print a release of `%s`\n' "$REMOTE" >&2
  exit 1
}
