#!/usr/bin/env bash
# Outputs what is to be deployed: `edge`, `origin` and `infra` as true or false, `remotes` as a JSON list. That is whatever has changed since its
# last deployment that succeeded, by the paths in .github/deployments.json: a commit whose checks or deployment failed goes out with the next one.
# A remote is compared with its last deployment, whatever became of it: the same version would be shown to shoppers again after it was judged.
#   needs GITHUB_REPOSITORY, GITHUB_SHA, GH_TOKEN (deployments: read), and the history of `main`
set -euo pipefail

: "${GITHUB_REPOSITORY:?owner/name}" "${GITHUB_SHA:?the commit}" "${GITHUB_OUTPUT:=/dev/stdout}"
deployments=.github/deployments.json

# asked FILTER PATH: what the filter makes of GitHub's answer.
asked() {
  local answer
  answer="$(gh api "repos/$GITHUB_REPOSITORY/$2")" || { printf 'error: GitHub does not answer `%s`\n' "$2" >&2; return 1; }
  jq --exit-status --slurp --raw-output "
    def commit: if type == \"string\" and test(\"^[0-9a-f]{40}$\") then . else error(\"no commit\") end;
    def list: if type == \"array\" then . else error(\"no list\") end;
    if length == 1 then .[0] else error(\"no answer\") end | $1" <<<"$answer" || {
    printf 'error: GitHub does not answer `%s` as it should\n' "$2" >&2
    return 1
  }
}

# deployed ENVIRONMENT: the commit that was deployed last, or `none`.
deployed() {
  local list id commit state tried=" "
  list="$(asked 'list | map("\(.id | if type == "number" then . else error("no number") end) \(.sha | commit)") | join("\n")' \
    "deployments?environment=$1&per_page=30")" || return 1
  while read -r id commit; do
    # Of a commit the newest one counts: a repeated run, or the last stack of a run.
    [[ -n "$id" && "$tried" != *" $commit "* ]] || continue
    tried+="$commit "
    state="$(asked 'list | if length == 0 then "none" else .[0].state | if type == "string" then . else error("no state") end end' \
      "deployments/$id/statuses?per_page=1")" || return 1
    if [[ "$state" == success ]]; then printf '%s\n' "$commit"; return 0; fi
    if [[ "$1" == production-remote-* ]]; then
      [[ "$state" != failure && "$state" != error ]] ||
        printf '::warning::the deployment of %s to %s failed, and is not tried again before something of it changes; by hand: remote-%s.yml\n' \
          "$commit" "$1" "${1#production-remote-}" >&2
      printf '%s\n' "$commit"
      return 0
    fi
  done <<<"$list"
  printf 'none\n'
}

# Whether a part, a path into the JSON, has to be deployed.
is_due() {
  local environment base
  environment="$(jq --exit-status --raw-output "$1.environment" "$deployments")" || return 2
  mapfile -t paths < <(jq --raw-output "$1.paths[]" "$deployments")
  ((${#paths[@]} > 0)) || { printf 'error: `%s` has no paths\n' "$1" >&2; return 2; }
  base="$(deployed "$environment")" || return 2
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
