#!/usr/bin/env bash
# Asks a running shop, or a running origin, what shoppers and programs ask it, and fails at the first answer that is not right.
#   smoke.sh URL [shop|origin] [HEADER]     HEADER goes with every request, such as one that picks a version of the Worker
set -euo pipefail

url="${1:?usage: smoke.sh URL [shop|origin] [HEADER]}"
url="${url%/}"
what="${2:-shop}"
header="${3:-accept: */*}"
body="$(mktemp)"
trap 'rm -f "$body"' EXIT

fail() {
  printf 'error: %s\n' "$1" >&2
  printf '  Caused by: %s\n' "$2" >&2
  exit 1
}

# check PATH STATUS TYPE PATTERN: the answer has this status and type, and its body matches the extended regular expression.
check() {
  local seen status type
  # The body of the answer before must not stand for this one.
  : >"$body"
  seen="$(curl --silent --show-error --max-time 20 --header "$header" --output "$body" \
    --write-out '%{http_code} %{content_type}' "$url$1")" || fail "cannot ask \`$url$1\`" "$seen"
  status="${seen%% *}"
  type="${seen#* }"
  [[ "$status" == "$2" ]] || fail "\`$1\` answers $status" "$2 was expected"
  [[ "$type" == "$3"* ]] || fail "\`$1\` is of type \`$type\`" "\`$3\` was expected"
  grep --quiet --extended-regexp "$4" "$body" || fail "\`$1\` does not say what it should" "nothing in it matches \`$4\`"
  printf 'ok  %s %s\n' "$2" "$1"
}

check /health 200 application/json '"status": ?"healthy"'
check /health/ready 200 application/json '.'
check '/api/products?pageSize=1' 200 application/json '"total": ?[1-9]'
check /api/products/categories 200 application/json '"data": ?\[".+"\]'
check '/api/products?page=0' 400 application/problem+json '"status": ?400'
if [[ "$what" == shop ]]; then
  check / 200 text/html '<h1'
  check /products 200 text/html 'class="[^"]*product-card'
  check /sitemap.xml 200 application/xml '<(urlset|sitemapindex)'
  check /no-such-page 404 text/html '<h1'
  check /__versions 200 application/json '.'
fi
