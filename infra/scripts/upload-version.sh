#!/usr/bin/env bash
# Uploads what was built before as a version of the Worker and prints wrangler's report of it, one line of JSON. For other scripts.
#   upload-version.sh ENVIRONMENT [OPTION…]     needs CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID
set -euo pipefail

environment="${1:?usage: upload-version.sh ENVIRONMENT [OPTION…]}"
report="$(mktemp)"
# Beside `wrangler.toml`, whose paths begin there, and without its `[build]`: the token is not for what builds the Worker.
configuration="$(mktemp wrangler.upload.XXXXXX.toml)"
trap 'rm -f "$report" "$configuration"' EXIT

sed '/^\[build\]/,/^$/d' wrangler.toml >"$configuration"
WRANGLER_OUTPUT_FILE_PATH="$report" npx wrangler versions upload --config "$configuration" --env "$environment" "${@:2}" >&2
jq --exit-status --slurp --compact-output '
  map(select(type == "object" and .type == "version-upload"))
  | if length == 1 and (.[0].version_id | type == "string" and test("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")) then .[0]
    else error("there is not one upload of a version in it") end' "$report" || {
  printf 'error: wrangler does not report which version it uploaded\n' >&2
  exit 1
}
