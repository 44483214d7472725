// The Worker's module entry. A warm GET goes through the compiled module in one call with numbers alone (`src/host/warm.rs`): its URL
// and three header fields are written into the module's memory, and a descriptor there (`src/host/descriptor.rs`) says how to make
// the response. Every other request goes to `fetch`, which is asynchronous. After a trap the module starts afresh.
// Holds no logic of the shop. `worker-build` has a shim of its own; its proxies cost a fifth of a small response.
import * as worker from "./index_bindgen.js";
import { begin, end } from "./observe.js";

/** The response to a request that hit a trap; everything that the shop itself says comes from Rust. */
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

/** Bytes of the buffer in the module's memory. */
const INPUT = 24 * 1024;
/** Words of a descriptor, in their order. */
const [SLOT, KIND, STATUS, HEAD, BODY, BODY_SIZE, OWN, OWN_SIZE, COOKIES, COOKIES_SIZE, KNOWN, KNOWN_SIZE, EMPTIED, EMPTIED_SIZE] =
  Array(14).keys();
/** The slot of a response that is not kept. */
const NO_SLOT = 0xffffffff;
/** What is sent of a response: all of it, a 304, or its head and length. */
const NOT_MODIFIED = 1;
const HEAD_ONLY = 2;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The module's memory as bytes and words, and the buffer in it. They are made anew when the memory grows or the module restarts. */
let memory = null;
let base = 0;
let bytes, words, input;
/** The fields of each head that the module has named, and the pages that it keeps. */
let heads = [];
let slots = [];

let broken = false;
/** The requests that wait: a trap ends all of them, since no promise of the broken module will. */
const waiting = new Set();

/** The end of a request that waited while another one trapped. Its own instance is gone already. */
class Ended extends Error {}

/** Whether an error leaves the module's memory in an unknown state: a trap, an overflow of the stack, or a call after either. */
function isTrap(error) {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error?.message === "Module terminated";
}

/** Notes a trap, and ends the requests that wait for promises of the broken instance. */
function note(error) {
  if (!isTrap(error)) return;
  broken = true;
  for (const reject of waiting) reject(new Ended("another request trapped", { cause: error }));
  waiting.clear();
}

/** A trap leaves the module's memory in an unknown state: the next request gets a new instance of it. */
function restart() {
  worker.__wbg_reset_state();
  broken = false;
  memory = null;
  heads = [];
  slots = [];
}

/** The response to a request that could not be answered. */
function failed(request, error) {
  note(error);
  console.error("error: the Worker trapped\n  Caused by:", error);
  // The readers of `shop::routes`, which a broken module cannot be asked for.
  const program = /^\/(api(\/|$)|assets\/|remotes\/|health(\/ready)?$|beacon$)/.test(new URL(request.url).pathname);
  const type = program ? "application/problem+json" : "text/html; charset=utf-8";
  return new Response(program ? PROBLEM : PAGE, { status: 500, headers: { ...HEADERS, "content-type": type } });
}

// A trap in a task of the module surfaces here, and not in the promise that its request waits for.
addEventListener("error", (event) => note(event.error));
addEventListener("unhandledrejection", (event) => note(event.reason));

function attach() {
  if (memory === null) {
    memory = worker.linear_memory();
    base = worker.input_buffer();
  }
  bytes = new Uint8Array(memory.buffer);
  words = new Uint32Array(memory.buffer);
  input = bytes.subarray(base, base + INPUT);
}

function text(at, size) {
  return decoder.decode(bytes.subarray(at, at + size));
}

/** Adds the fields of a text, `name\tvalue\n` each, to an object. */
function read(fields, lines) {
  for (let start = 0, end; (end = lines.indexOf("\n", start)) >= 0; start = end + 1) {
    const tab = lines.indexOf("\t", start);
    fields[lines.slice(start, tab)] = lines.slice(tab + 1, end);
  }
  return fields;
}

/** The response to a warm GET or HEAD; `null` for any other request. */
function warm(request, prepared) {
  const method = request.method;
  if (method !== "GET" && method !== "HEAD") return null;
  const headers = request.headers;
  const given = `${request.url}\n${headers.get("if-none-match") ?? ""}\n${headers.get("cookie") ?? ""}\n${headers.get("origin") ?? ""}`;
  if (memory === null || bytes.buffer !== memory.buffer) attach();
  const written = encoder.encodeInto(given, input);
  if (written.read < given.length) return null;
  const address = worker.answer(written.written, method === "HEAD", Date.now(), prepared);
  if (address === 0) return null;
  if (bytes.buffer !== memory.buffer) attach();
  return make(address >>> 2);
}

/** Makes the response of a descriptor. */
function make(at) {
  const slot = words[at + SLOT];
  const send = words[at + KIND] >>> 1;
  let page;
  if (words[at + KIND] & 1) {
    page = fresh(at);
    if (slot !== NO_SLOT) {
      for (let n = 0, list = words[at + EMPTIED] >>> 2; n < words[at + EMPTIED_SIZE]; n++) slots[words[list + n]] = undefined;
      // As an object of the runtime the fields are read once, and copied for each response.
      page.init.headers = new Headers(page.init.headers);
      slots[slot] = page;
    }
  } else {
    page = slots[slot];
  }
  const response = send === 0 ? new Response(page.body, page.init) : partly(page, send);
  if (words[at + COOKIES_SIZE] > 0) {
    for (const cookie of text(words[at + COOKIES], words[at + COOKIES_SIZE]).split("\n")) {
      if (cookie !== "") response.headers.append("set-cookie", cookie);
    }
  }
  return response;
}

/** Body, status and fields of a response that the module hands over. */
function fresh(at) {
  const head = words[at + HEAD];
  if (words[at + KNOWN_SIZE] > 0) heads[head] = read({}, text(words[at + KNOWN], words[at + KNOWN_SIZE]));
  const fields = { ...heads[head] };
  if (words[at + OWN_SIZE] > 0) read(fields, text(words[at + OWN], words[at + OWN_SIZE]));
  const start = words[at + BODY];
  const size = words[at + BODY_SIZE];
  return { body: size > 0 ? bytes.slice(start, start + size) : null, init: { status: words[at + STATUS], headers: fields } };
}

/** A page without its body: a 304, or the response to HEAD. */
function partly(page, send) {
  const headers = new Headers(page.init.headers);
  if (send === HEAD_ONLY) headers.set("content-length", String(page.body?.length ?? 0));
  if (send === NOT_MODIFIED) headers.delete("content-type");
  return new Response(null, { status: send === NOT_MODIFIED ? 304 : page.init.status, headers });
}

/** The trace of a request. A failure costs its log line the trace, and no response. */
function traceOf(traceparent) {
  try {
    if (broken) restart();
    return worker.traceOf(traceparent);
  } catch (error) {
    note(error);
    return undefined;
  }
}

/** The response to any other request, with the milliseconds that it had to wait. */
async function wait(request, env, context, trace) {
  const started = Date.now();
  let reject;
  const trapped = new Promise((_, refuse) => waiting.add((reject = refuse)));
  try {
    const answer = (isLast) => Promise.race([worker.fetch(request, env, context, trace, isLast), trapped]);
    // A request that is too large for the buffer, or whose response depends on more fields, is the module's in the end.
    const response = (await answer(false)) ?? warm(request, true) ?? (await answer(true));
    response.headers.set("server-timing", `edge;dur=${Date.now() - started}`);
    return response;
  } catch (error) {
    return failed(request, error);
  } finally {
    waiting.delete(reject);
  }
}

/** The name of an address's route; without a module there is none to ask. */
function nameOf(url) {
  try {
    return broken ? "other" : worker.route_name(url);
  } catch (error) {
    note(error);
    return "other";
  }
}

/** Marks the response of a preview deployment, which search engines leave out, and records the request. */
function finish(request, env, begun, response) {
  if (env.ROBOTS === "noindex") response.headers.set("x-robots-tag", "noindex, nofollow");
  if (begun !== null) end(begun, response, nameOf(request.url));
  return response;
}

export default {
  fetch(request, env, context) {
    const begun = begin(request, env, traceOf);
    let response;
    try {
      if (broken) restart();
      response = warm(request, false);
    } catch (error) {
      response = failed(request, error);
    }
    if (response !== null) return finish(request, env, begun, response);
    return wait(request, env, context, begun?.trace).then((response) => finish(request, env, begun, response));
  },
};
