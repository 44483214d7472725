#!/usr/bin/env bash
# Prints what the edge counted in the last MINUTES, in the form that `aws cloudwatch put-metric-data --metric-data` takes.
#   edge-metrics.sh MINUTES
set -euo pipefail

minutes="${1:?usage: edge-metrics.sh MINUTES}"
[[ "$minutes" =~ ^[1-9][0-9]{0,3}$ ]] || { printf 'error: `%s` is no number of minutes\n' "$minutes" >&2; exit 2; }
here="$(dirname "${BASH_SOURCE[0]}")"

# Analytics Engine keeps a sample; `_sample_interval` is how many points each row stands for.
requests="$("$here/analytics.sh" "SELECT
    sum(_sample_interval) AS requests,
    sum(if(blob4 >= '400' AND blob4 < '500', _sample_interval, 0)) AS responses4xx,
    sum(if(blob4 >= '500', _sample_interval, 0)) AS responses5xx
  FROM storefront_edge
  WHERE index1 = 'request' AND timestamp > NOW() - INTERVAL '$minutes' MINUTE")"
origin="$("$here/analytics.sh" "SELECT
    sum(_sample_interval) AS questions,
    quantileWeighted(0.95)(double1, _sample_interval) AS p95
  FROM storefront_edge
  WHERE index1 = 'origin' AND timestamp > NOW() - INTERVAL '$minutes' MINUTE")"

# Sums of nothing are null; a count of 0 is a figure too, and shows that somebody counted. A latency of nothing is none. A figure that is not in the
# answer is neither: it would be counted as 0, and an alarm would stay silent.
jq --null-input --argjson requests "$requests" --argjson origin "$origin" '
  def number: if . == null then 0 elif type == "number" or type == "string" then tonumber else error("`\(.)` is no number") end;
  def row($names): if length == 0 then {} elif length == 1 and (.[0] | [has($names[])] | all) then .[0] else error("the answer lacks one of \($names)") end;
  ($requests | row(["requests", "responses4xx", "responses5xx"])) as $request | ($origin | row(["questions", "p95"])) as $origin |
  [
    { MetricName: "Requests", Unit: "Count", Value: ($request.requests | number) },
    { MetricName: "Responses4xx", Unit: "Count", Value: ($request.responses4xx | number) },
    { MetricName: "Responses5xx", Unit: "Count", Value: ($request.responses5xx | number) }
  ] + if ($origin.questions | number) > 0 then
    [{ MetricName: "OriginLatencyP95", Unit: "Milliseconds", Value: ($origin.p95 | number) }]
  else [] end'
