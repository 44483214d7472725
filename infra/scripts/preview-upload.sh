#!/usr/bin/env bash
# Uploads the Worker as a preview with an address of its own, which it says as the output `url`.
#   needs ALIAS, CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID
set -euo pipefail

: "${ALIAS:?what the address begins with}" "${GITHUB_OUTPUT:=/dev/stdout}"
told="$(mktemp)"
trap 'rm -f "$told"' EXIT
WRANGLER_OUTPUT_FILE_PATH="$told" npx wrangler versions upload --env preview --preview-alias "$ALIAS" --message "$ALIAS"
url="$(jq --raw-output --slurp 'map(select(.type == "version-upload")) | last | .preview_alias_url // .preview_url // empty' "$told")"
[[ -n "$url" ]] || { printf 'error: wrangler does not say where the preview is\n' >&2; exit 1; }
printf 'url=%s\n' "$url" >>"$GITHUB_OUTPUT"
