// What is told of a request: its route, its trace, one line, one point; and nothing of who sent it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { begin, end, traceOf } from "../observe.js";

const TRACE = "0af7651916cd43dd8448eb211c80319c";

test("a valid trace goes on, and any other begins anew", () => {
  const of = (traceparent) => traceOf(new Request("http://shop.invalid/", traceparent ? { headers: { traceparent } } : {}));
  assert.equal(of(`00-${TRACE}-b7ad6b7169203331-01`), TRACE);
  const others = [
    undefined,
    "",
    TRACE,
    `00-${"0".repeat(32)}-b7ad6b7169203331-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-b7ad6b7169203331-01`,
    `ff-${TRACE}-b7ad6b7169203331-01`,
    `00-${TRACE}-b7ad6b7169203331-01-more`,
  ];
  for (const other of others) {
    const found = of(other);
    assert.match(found, /^[0-9a-f]{32}$/, other);
    assert.notEqual(found, TRACE, other);
  }
});

test("a line and a point say what was answered, and not to whom", (context) => {
  const lines = context.mock.method(console, "log", () => {});
  context.mock.method(Date, "now", () => 0);
  const points = [];
  const env = { LOG: "requests", METRICS: { writeDataPoint: (point) => points.push(point) } };
  const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, cookie: "visitor=secret", "user-agent": "secret", "cf-connecting-ip": "192.0.2.1" };
  const request = new Request("http://shop.invalid/products/secret?search=secret", { headers });
  const answer = new Response("", { status: 404, headers: { "x-catalog-revision": "abc", "x-remotes": "product-detail@1.0.1" } });
  end(begin(request, env), answer, "product");
  const line = lines.mock.calls[0].arguments[0];
  assert.deepEqual(JSON.parse(line), {
    event: "request", method: "GET", route: "product", status: 404, ms: 0, revision: "abc", remotes: "product-detail@1.0.1", trace: TRACE,
  });
  const blobs = ["request", "product", "GET", "404", "abc", "product-detail@1.0.1"];
  assert.deepEqual(points, [{ indexes: ["request"], blobs, doubles: [0] }]);
  assert.doesNotMatch(line + JSON.stringify(points), /secret|192\.0\.2\.1/);
});

test("nothing is told where nobody listens", (context) => {
  const lines = context.mock.method(console, "log", () => {});
  end(begin(new Request("http://shop.invalid/"), { LOG: "events" }), new Response(""));
  assert.equal(lines.mock.callCount(), 0);
});

test("the origin is asked in the trace of the request that led to it", async (context) => {
  const points = [];
  const env = { METRICS: { writeDataPoint: (point) => points.push(point) } };
  context.mock.method(Date, "now", () => 0);
  const asked = context.mock.method(globalThis, "fetch", async () => new Response(null, { status: 204 }));
  begin(new Request("http://shop.invalid/", { headers: { traceparent: `00-${TRACE}-b7ad6b7169203331-01` } }), env);
  await globalThis.fetchOrigin("http://origin.invalid/catalog/changes?since=1", { headers: new Headers() });
  const { headers } = asked.mock.calls[0].arguments[1];
  assert.match(headers.get("traceparent"), new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  assert.deepEqual(points, [{ indexes: ["origin"], blobs: ["origin", "changes", "204"], doubles: [0] }]);

  const lines = context.mock.method(console, "log", () => {});
  const unnamed = new Request("http://shop.invalid/");
  end(begin(unnamed, { LOG: "requests" }), new Response(""));
  await globalThis.fetchOrigin("http://origin.invalid/catalog/changes?since=1", { headers: new Headers() });
  const { trace } = JSON.parse(lines.mock.calls[0].arguments[0]);
  assert.match(asked.mock.calls[1].arguments[1].headers.get("traceparent"), new RegExp(`^00-${trace}-`), "a trace made here goes on");

  begin(unnamed, env);
  context.mock.method(globalThis, "fetch", async () => Promise.reject(new Error("refused")));
  await assert.rejects(globalThis.fetchOrigin("http://origin.invalid/catalog/snapshot/1", { headers: new Headers() }));
  assert.deepEqual(points[1].blobs, ["origin", "snapshot", "failed"]);
});

test("what was refused is counted, by as many as there were", (context) => {
  context.mock.method(console, "log", () => {});
  const points = [];
  begin(new Request("http://shop.invalid/beacon"), { METRICS: { writeDataPoint: (point) => points.push(point) } });
  globalThis.logLine('{"event":"remote-refused","remote":"products","version":"1.1.0","count":37}');
  globalThis.logLine('{"event":"preview-refused","reason":"signature","count":2}');
  globalThis.logLine('{"event":"secret-refused","count":1}');
  globalThis.logLine('{"event":"catalog-followed","revision":"1"}');
  globalThis.logLine('{"event":"constructor"}');
  assert.deepEqual(points, [
    { indexes: ["remote-refused"], blobs: ["remote-refused", "products", "1.1.0"], doubles: [37] },
    { indexes: ["preview-refused"], blobs: ["preview-refused", "signature"], doubles: [2] },
    { indexes: ["secret-refused"], blobs: ["secret-refused"], doubles: [1] },
  ]);
});

test("a report of a remote that failed is counted by its version", (context) => {
  const lines = context.mock.method(console, "log", () => {});
  const points = [];
  begin(new Request("http://shop.invalid/beacon"), { METRICS: { writeDataPoint: (point) => points.push(point) } });
  globalThis.logLine('{"event":"remote-failed","remote":"products","version":"1.1.0","kind":"mount","message":"secret"}');
  globalThis.logLine("error: something else");
  assert.equal(lines.mock.callCount(), 2);
  assert.deepEqual(points, [{ indexes: ["remote-failed"], blobs: ["remote-failed", "products", "1.1.0", "mount"], doubles: [0] }]);
});
