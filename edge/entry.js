// The Worker's module entry: hands each request to the compiled Rust and restarts it after a trap.
// Holds no logic of the shop. `worker-build` has a shim of its own; this one leaves out its two proxies and their
// traps per request, which cost a fifth of a small answer (docs/benchmarks.md has the figures).
import * as worker from "./index_bindgen.js";
import { begin, end } from "./observe.js";

/** What the one request gets that hit a trap; everything the shop itself says comes from Rust. */
const PAGE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Something went wrong</title><h1>Something went wrong</h1><p>Please try again.</p>';
const PROBLEM = '{"type":"urn:problem:internal-error","title":"Internal error","status":500,"detail":"the shop cannot answer now"}';
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "strict-origin-when-cross-origin",
  "x-content-type-options": "nosniff",
};

let broken = false;

/** A trap leaves the module's memory in an unknown state: the next request gets a new instance of it. */
function trapped(request, error) {
  if (error instanceof WebAssembly.RuntimeError) broken = true;
  console.error("error: the Worker trapped\n  Caused by:", error);
  const program = /^\/(api|assets|remotes|health|beacon)(\/|$)/.test(new URL(request.url).pathname);
  const type = program ? "application/problem+json" : "text/html; charset=utf-8";
  return new Response(program ? PROBLEM : PAGE, { status: 500, headers: { ...HEADERS, "content-type": type } });
}

// A trap in an answer that had to wait surfaces here; its request ends with the runtime's own error.
addEventListener("error", (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) broken = true;
});

/** Replaces an instance that trapped. */
function renew() {
  if (!broken) return;
  worker.__wbg_reset_state();
  broken = false;
}

/** The trace of a request. A failure costs its log line the trace, and no response. */
function traceOf(traceparent) {
  try {
    renew();
    return worker.traceOf(traceparent);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) broken = true;
    return undefined;
  }
}

function answer(request, env, context, trace) {
  try {
    renew();
    return worker.fetch(request, env, context, trace);
  } catch (error) {
    return trapped(request, error);
  }
}

/** An answer that had to wait says how long, in whole milliseconds; the others have said that they did not. */
async function waited(begun, started, promise) {
  const response = await promise;
  response.headers.set("server-timing", `edge;dur=${Date.now() - started}`);
  end(begun, response);
  return response;
}

/** A preview has a public address and is no shop: search engines leave its answers out. */
function marked(env, response) {
  if (env.ROBOTS === "noindex") response.headers.set("x-robots-tag", "noindex, nofollow");
  return response;
}

export default {
  fetch(request, env, context) {
    const begun = begin(request, env, traceOf);
    const answered = answer(request, env, context, begun?.trace);
    if (answered instanceof Promise) return waited(begun, Date.now(), answered).then((response) => marked(env, response));
    end(begun, answered);
    return marked(env, answered);
  },
};
