// The record of a request: its route, one line, one point; and nothing that identifies its sender.
// Traces and counted events are tested in `src/observe.rs`, `shop/src/reports/counted.rs` and `tests/it/deployment/observed.rs`.
import assert from "node:assert/strict";
import { test } from "node:test";

import { begin, end } from "../observe.js";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const traceOf = (traceparent) => traceparent?.slice(3, 35);

test("a line and a point say what was answered, and not to whom", (context) => {
  const lines = context.mock.method(console, "log", () => {});
  context.mock.method(Date, "now", () => 0);
  const points = [];
  const env = { LOG: "requests", METRICS: { writeDataPoint: (point) => points.push(point) } };
  const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, cookie: "visitor=secret", "user-agent": "secret", "cf-connecting-ip": "192.0.2.1" };
  const request = new Request("http://shop.invalid/products/secret?search=secret", { headers });
  const answer = new Response("", { status: 404, headers: { "x-catalog-revision": "abc", "x-remotes": "product-detail@1.0.1" } });
  end(begin(request, env, traceOf), answer, "product");
  const line = lines.mock.calls[0].arguments[0];
  assert.deepEqual(JSON.parse(line), {
    event: "request", method: "GET", route: "product", status: 404, ms: 0, revision: "abc", remotes: "product-detail@1.0.1", trace: TRACE,
  });
  const blobs = ["request", "product", "GET", "404", "abc", "product-detail@1.0.1"];
  assert.deepEqual(points, [{ indexes: ["request"], blobs, doubles: [0] }]);
  assert.doesNotMatch(line + JSON.stringify(points), /secret|192\.0\.2\.1/);
});

test("no record is written and no trace is drawn where neither log nor dataset is on", (context) => {
  const lines = context.mock.method(console, "log", () => {});
  const traces = context.mock.fn(traceOf);
  end(begin(new Request("http://shop.invalid/"), { LOG: "events" }, traces), new Response(""));
  assert.deepEqual([lines.mock.callCount(), traces.mock.callCount()], [0, 0]);
});

test("two requests that overlap keep a trace each", (context) => {
  const lines = context.mock.method(console, "log", () => {});
  const other = "4bf92f3577b34da6a3ce929d0e0e4736";
  const started = [TRACE, other].map((trace) => {
    const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
    return begin(new Request("http://shop.invalid/", { headers }), { LOG: "requests" }, traceOf);
  });
  for (const begun of started) end(begun, new Response(""));
  const traces = lines.mock.calls.map((call) => JSON.parse(call.arguments[0]).trace);
  assert.deepEqual(traces, [TRACE, other]);
});
