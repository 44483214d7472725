// The record of a request: a line in the log and a point for Analytics Engine. Traces and counted events are `src/observe.rs`'s.
// A record identifies no visitor: it has no address, query, cookie, user agent or product id. docs/operations.md lists its fields.

/** To be called before the request is answered. `traceOf` gives the trace of a `traceparent`, or a new one for `null`. */
export function begin(request, env, traceOf) {
  if (env.LOG !== checked) check(env.LOG);
  const isLogged = env.LOG === "requests";
  if (!isLogged && env.METRICS === undefined) return null;
  const trace = isLogged ? traceOf(request.headers.get("traceparent")) : undefined;
  return { env, request, started: Date.now(), trace };
}

/** To be called with the response and the name of its route. The runtime's clock stands still while the module computes, so this is the time that was waited. */
export function end(begun, response, route) {
  if (begun === null) return;
  const { env, request, started, trace } = begun;
  const waited = Date.now() - started;
  const revision = response.headers.get("x-catalog-revision") ?? "";
  const remotes = response.headers.get("x-remotes") ?? "";
  if (env.LOG === "requests") {
    console.log(
      JSON.stringify({ event: "request", method: request.method, route, status: response.status, ms: waited, revision, remotes, trace }),
    );
  }
  const blobs = ["request", route, request.method, String(response.status), revision, remotes];
  env.METRICS?.writeDataPoint({ indexes: ["request"], blobs, doubles: [waited] });
}

/** A value that is refused is logged once, and no request is, as by default. */
let checked;
function check(value) {
  checked = value;
  if (value !== undefined && value !== "requests" && value !== "events") {
    console.error(`error: \`LOG\` was refused\n  Caused by: \`${value}\` is neither \`requests\` nor \`events\``);
  }
}
