#!/usr/bin/env bash
# Outputs what is to be deployed: `edge`, `origin` and `infra` as true or false, `remotes` as a JSON list. That is whatever has changed since its
# last deployment, by the paths in .github/deployments.json, so that a commit whose checks failed goes out with the next one.
#   needs GITHUB_REPOSITORY, GITHUB_SHA, GH_TOKEN (deployments: read), and the history of `main`
set -euo pipefail

: "${GITHUB_REPOSITORY:?owner/name}" "${GITHUB_SHA:?the commit}" "${GITHUB_OUTPUT:=/dev/stdout}"
deployments=.github/deployments.json

# asked FILTER PATH: what GitHub answers, if the filter makes one commit of it, or `none`.
asked() {
  local answer
  answer="$(gh api "repos/$GITHUB_REPOSITORY/$2")" || { printf 'error: GitHub does not answer `%s`\n' "$2" >&2; return 1; }
  jq --exit-status --slurp --raw-output "
    def commit: if type == \"string\" and test(\"^[0-9a-f]{40}$\") then . else error(\"no commit\") end;
    if length == 1 then .[0] else error(\"no answer\") end | $1" <<<"$answer" || {
    printf 'error: GitHub does not answer `%s` with a commit\n' "$2" >&2
    return 1
  }
}

# Whether a part, a path into the JSON, has to be deployed.
is_due() {
  local environment base
  environment="$(jq --exit-status --raw-output "$1.environment" "$deployments")" || return 2
  mapfile -t paths < <(jq --raw-output "$1.paths[]" "$deployments")
  ((${#paths[@]} > 0)) || { printf 'error: `%s` has no paths\n' "$1" >&2; return 2; }
  # Also one that failed: it is not tried again before something of it changes.
  base="$(asked 'if type == "array" then (if length == 0 then "none" else .[0].sha | commit end) else error("no list") end' \
    "deployments?environment=$environment&per_page=1")" || return 2
  # A base that is not in the history (or none) cannot be compared with, so the part is due.
  if [[ "$base" != none ]] && git cat-file -e "$base^{commit}" 2>/dev/null; then
    git diff --quiet "$base" "$GITHUB_SHA" -- "${paths[@]}" && return 1
    (($? == 1)) || return 2
  fi
  printf '%s has changed since %s\n' "$1" "$base"
}

tip="$(asked '.sha | commit' 'commits/main')"
outputs=""
remotes=()
if [[ "$tip" != "$GITHUB_SHA" ]]; then
  printf '`main` is at %s by now, whose own run deploys this commit as well\n' "$tip"
  outputs=$'edge=false\norigin=false\ninfra=false\n'
else
  for part in edge origin infra; do
    code=0
    is_due ".$part" || code=$?
    ((code < 2)) || exit 1
    outputs+="$part=$([[ $code == 0 ]] && printf true || printf false)"$'\n'
  done
  mapfile -t names < <(jq --raw-output '.remotes | keys[]' "$deployments")
  for remote in "${names[@]}"; do
    code=0
    is_due ".remotes[\"$remote\"]" || code=$?
    ((code < 2)) || exit 1
    ((code == 1)) || remotes+=("$remote")
  done
fi
printf '%sremotes=%s\n' "$outputs" "$(jq --null-input --compact-output '$ARGS.positional' --args -- "${remotes[@]}")" >>"$GITHUB_OUTPUT"
