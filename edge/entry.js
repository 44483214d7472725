// The Worker's module entry: hands each request to the compiled Rust and restarts it after a trap.
// Holds no logic of the shop. `worker-build` has a shim of its own; this one leaves out its two proxies and their
// traps per request, which cost a fifth of a small answer (docs/benchmarks.md has the figures).
import * as worker from "./index_bindgen.js";

/** What a shopper sees in the one request that hit a trap; everything the shop itself says comes from Rust. */
const FAILED = new TextEncoder().encode(
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Something went wrong</title><h1>Something went wrong</h1><p>Please try again.</p>',
);
const HEADERS = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", "content-security-policy": "default-src 'none'; frame-ancestors 'none'", "x-content-type-options": "nosniff" };

let broken = false;

/** A trap leaves the module's memory in an unknown state: the next request gets a new instance of it. */
function trapped(error) {
  if (error instanceof WebAssembly.RuntimeError) broken = true;
  console.error("error: the Worker trapped\n  Caused by:", error);
  return new Response(FAILED, { status: 500, headers: HEADERS });
}

addEventListener("error", (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) broken = true;
});

export default {
  fetch(request, env, context) {
    try {
      if (broken) {
        worker.__wbg_reset_state();
        broken = false;
      }
      return worker.fetch(request, env, context);
    } catch (error) {
      return trapped(error);
    }
  },
};
