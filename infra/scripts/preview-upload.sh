#!/usr/bin/env bash
# Uploads the Worker as a preview with an address of its own; output `url`. Refuses to with a token that reaches the production Worker.
#   needs ALIAS, CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID
set -euo pipefail

: "${ALIAS:?what the address begins with}" "${GITHUB_OUTPUT:=/dev/stdout}"
here="$(dirname "${BASH_SOURCE[0]}")"
[[ "$ALIAS" =~ ^[a-z][a-z0-9-]{0,40}$ ]] || { printf 'error: `%s` is no alias\n' "$ALIAS" >&2; exit 2; }

# Cloudflare's codes for "not with this token" and "no such Worker in this account". Any other failure does not tell what the token may do.
if answer="$(npx wrangler deployments status --env production --json 2>&1)" || grep --quiet 'has no deployments' <<<"$answer"; then
  printf 'error: the token of the preview can read the production Worker\n' >&2
  printf '\nhint: give the environment `preview` a token with the role Editor of `storefront-preview` alone (infra/README.md, step 6)\n' >&2
  exit 1
elif ! grep --quiet --extended-regexp '\[code: (10000|9109|10007)\]' <<<"$answer"; then
  printf 'error: cannot tell whether the token of the preview reaches the production Worker\n' >&2
  printf '  Caused by: %s\n' "$(tr -s '\n' ' ' <<<"$answer")" >&2
  exit 1
fi
uploaded="$("$here/upload-version.sh" preview --preview-alias "$ALIAS" --message "$ALIAS")"
jq --exit-status --raw-output '(.preview_alias_url // .preview_url) as $url
  | if $url | type == "string" and test("^https://[A-Za-z0-9.-]+/?$") then "url=\($url)" else error("no address in it") end' \
  <<<"$uploaded" >>"$GITHUB_OUTPUT" || {
  printf 'error: wrangler does not report where the preview is\n' >&2
  exit 1
}
