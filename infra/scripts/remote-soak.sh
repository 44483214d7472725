#!/usr/bin/env bash
# Watches a version of a remote for a while. Judges by the share of its page views in which browsers reported a failure of it.
#   exit code 0: passed; 1: failed; 2: a value is wrong; 3: cannot be judged (too few page views, too many refused reports, no answer);
#   4: somebody changed the release meanwhile (output `changed`)
#   needs REMOTE, VERSION, SOAK_MINUTES, MINIMUM_VIEWS, MOST_PERCENT, MOST_REPORTS, and what analytics.sh and `storefront` need
set -euo pipefail

: "${REMOTE:?the remote}" "${VERSION:?its version}" "${SOAK_MINUTES:?how many minutes}" "${MINIMUM_VIEWS:?page views that it is judged by}"
: "${MOST_PERCENT:?percent of page views with a report}" "${MOST_REPORTS:?how many reports are too few to stop it}"
here="$(dirname "${BASH_SOURCE[0]}")"
every="${SOAK_SECONDS_BETWEEN:-30}"
# They become part of a question in SQL, or are counted with.
[[ "$REMOTE" =~ ^[a-z0-9-]+$ && "$VERSION" =~ ^[0-9A-Za-z.+-]+$ && "$SOAK_MINUTES" =~ ^[0-9]{1,4}$ && "$MOST_REPORTS" =~ ^[0-9]{1,6}$ &&
  "$MINIMUM_VIEWS" =~ ^[1-9][0-9]{0,6}$ && "$MOST_PERCENT" =~ ^[1-9][0-9]?$ ]] || {
  printf 'error: `%s` `%s`: no such remote or version, or `%s` minutes, `%s` page views, `%s` %% or `%s` reports is no number of such\n' \
    "$REMOTE" "$VERSION" "$SOAK_MINUTES" "$MINIMUM_VIEWS" "$MOST_PERCENT" "$MOST_REPORTS" >&2
  exit 2
}

unjudged() {
  printf 'error: `%s` %s cannot be judged: %s\n\nhint: %s\n' "$REMOTE" "$VERSION" "$1" "$2" >&2
  exit 3
}

# too_many COUNT: whether so many are more than both limits.
too_many() {
  (($1 > MOST_REPORTS && $1 * 100 > MOST_PERCENT * views))
}

started=$SECONDS
while :; do
  # A release that cannot be read now is read before anything is promoted (remote-promote.sh): a role may end before a soak does.
  ours=0
  "$here/remote-ours.sh" || ours=$?
  ((ours != 4)) || exit 4
  # A minute more than the soak, since points arrive late. A page with the version in its slot is a view of it; 304 is one as well.
  rows="$("$here/analytics.sh" "SELECT
      sum(if(index1 = 'request', _sample_interval, 0)) AS views,
      sum(if(index1 = 'remote-failed', _sample_interval, 0)) AS failed,
      sum(if(index1 = 'remote-refused', _sample_interval * double1, 0)) AS refused
    FROM storefront_edge
    WHERE timestamp > NOW() - INTERVAL '$((SOAK_MINUTES + 1))' MINUTE
      AND ((index1 = 'request' AND blob3 = 'GET' AND blob4 IN ('200', '304') AND blob6 = '$REMOTE@$VERSION')
        OR (index1 IN ('remote-failed', 'remote-refused') AND blob2 = '$REMOTE' AND blob3 = '$VERSION'))")" ||
    unjudged 'Analytics Engine was asked in vain' 'is the token of the environment valid (Account Analytics: Read)?'
  # Sums of nothing are null, and no row at all is nothing; a figure that is not there is neither.
  counts="$(jq --exit-status --raw-output '
    def count: if . == null then 0 elif (type == "number" or type == "string") then tonumber else error("no number") end
      | if . >= 0 and . < 1e12 then ceil else error("no count") end;
    if length == 0 then "0 0 0"
    elif length == 1 and (.[0] | has("views") and has("failed") and has("refused")) then .[0] | "\(.views | count) \(.failed | count) \(.refused | count)"
    else error("these are no counts") end' <<<"$rows")" ||
    unjudged 'the answer of Analytics Engine has no counts' 'ask it by hand (infra/scripts/analytics.sh)'
  read -r views failed refused <<<"$counts"
  passed=$((SECONDS - started))
  printf '%d s of %d min: `%s` %s had %d page views, %d reports of failures, %d refused reports\n' \
    "$passed" "$SOAK_MINUTES" "$REMOTE" "$VERSION" "$views" "$failed" "$refused"
  over=0
  if ((passed >= SOAK_MINUTES * 60)); then over=1; fi
  # A share of few page views means little, and a few forged reports would make it: the version hurts no more shoppers than these until then.
  if ((over || views >= MINIMUM_VIEWS)); then
    if too_many "$failed"; then
      printf 'error: browsers have reported %d failures of `%s` %s in %d page views, more than %d and more than %d %%\n' \
        "$failed" "$REMOTE" "$VERSION" "$views" "$MOST_REPORTS" "$MOST_PERCENT" >&2
      printf '\nhint: the lines `"event":"remote-failed"` in the log of the Worker have the causes; docs/operations.md describes forged ones\n' >&2
      exit 1
    fi
    # The gate refuses reports of failures as well, so that it moves them from one count to the other.
    if too_many "$((failed + refused))"; then
      unjudged "$failed reports of failures and $refused refused ones in $views page views: nobody knows how many of these were of failures" \
        'docs/operations.md, "A rollout was stopped by reports"'
    fi
  fi
  ((over)) && break
  sleep "$every"
done
((views >= MINIMUM_VIEWS)) ||
  unjudged "$views page views of it, fewer than $MINIMUM_VIEWS" 'give it more percent or more minutes, or fewer `minimum_views` to a quiet shop'
printf 'passed\n'
