// What is told of a request: a line in the log, a point for Analytics Engine, a trace that goes on at the origin of record.
// Knows no visitor: neither addresses nor queries, cookies, user agents or product ids are told. docs/operations.md has the fields.

/** The form of W3C trace context, level 1. Ids of zeros alone are none. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The environment and trace of the request that came last: what the compiled module begins in its turn belongs to it. */
let current = { env: {}, trace: null };

/** The trace that a request belongs to: its own if it names a valid one, otherwise a new one. */
export function traceOf(request) {
  return TRACEPARENT.exec(request.headers.get("traceparent") ?? "")?.[1] ?? random(16);
}

/** To be called before the request is answered. */
export function begin(request, env) {
  if (env.LOG !== checked) check(env.LOG);
  const isTold = env.LOG === "requests" || env.METRICS !== undefined;
  // One trace for the line here and the question it leads to; where nothing is told it is made when it is needed.
  const trace = isTold ? traceOf(request) : null;
  current = { env, trace, request };
  return isTold ? { env, request, started: Date.now(), trace } : null;
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
  record(env, "request", [route, request.method, String(response.status), revision, remotes], waited);
}

/** A value that is none is said once, and nothing is told, as by default. */
let checked;
function check(value) {
  checked = value;
  if (value !== undefined && value !== "requests" && value !== "events") {
    console.error(`error: \`LOG\` was refused\n  Caused by: \`${value}\` is neither \`requests\` nor \`events\``);
  }
}

/** Writes a point; the first text is what it is about, the rest is in docs/operations.md. */
function record(env, kind, texts, number) {
  env.METRICS?.writeDataPoint({ indexes: [kind], blobs: [kind, ...texts], doubles: [number] });
}

/** Which lines of the log are points as well: their texts, and their number. */
const COUNTED = {
  "remote-failed": ({ remote, version, kind }) => [[remote, version, kind], 0],
  "remote-refused": ({ remote, version, count }) => [[remote, version], count],
  "preview-refused": ({ reason, count }) => [[reason], count],
  "secret-refused": ({ count }) => [[], count],
  "others-refused": ({ count }) => [[], count],
};

function random(bytes) {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The compiled module calls these two by name.

/** `fetch`, for questions to the origin of record: with the trace of the request that led to it, and measured. */
globalThis.fetchOrigin = async (url, init) => {
  const { env, request } = current;
  current.trace ??= request ? traceOf(request) : random(16);
  init.headers.set("traceparent", `00-${current.trace}-${random(8)}-01`);
  const started = Date.now();
  let status = "failed";
  try {
    const response = await fetch(url, init);
    status = String(response.status);
    return response;
  } finally {
    record(env, "origin", [new URL(url).pathname.split("/")[2] ?? "", status], Date.now() - started);
  }
};

/** `console.log`, with a point for what is counted: by reports of a remote that failed, and by those refused, a rollout is stopped. */
globalThis.logLine = (line) => {
  console.log(line);
  const event = /^\{"event":"([a-z-]+)"/.exec(line)?.[1] ?? "";
  if (!Object.hasOwn(COUNTED, event)) return;
  const [texts, number] = COUNTED[event](JSON.parse(line));
  record(current.env, event, texts, number);
};
