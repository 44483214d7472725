// The entry alone, around a module that stands in for the compiled one: how a descriptor becomes a response, and what happens to
// requests when the module traps. The compiled Worker has no trap to offer; the entry is the real one.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

// Answers by its address: a page that is handed over and kept, the page from its slot, a trap, or the other way.
const STAND_IN = `
export const calls = [];
export const memory = new WebAssembly.Memory({ initial: 2 });
const BASE = 1024, WORDS = 32768, TEXT = 40000;
const encoder = new TextEncoder(), decoder = new TextDecoder();
export let pending = [];
export function __wbg_reset_state() { calls.push("reset"); }
export const linear_memory = () => memory;
export const input_buffer = () => BASE;
export const route_name = () => "home";
function put(at, text) { return encoder.encodeInto(text, new Uint8Array(memory.buffer, at)).written; }
export function answer(length, isHead, now, prepared) {
  const [url, etag, cookie, origin] = decoder.decode(new Uint8Array(memory.buffer, BASE, length)).split("\\n");
  calls.push(["answer", new URL(url).pathname, etag, cookie, origin, isHead, prepared].join(" "));
  if (url.includes("trap")) throw new WebAssembly.RuntimeError("unreachable");
  if (url.includes("throw")) throw new Error("no trap");
  if (url.includes("wait") && !prepared) return 0;
  const kept = url.includes("kept");
  const body = put(TEXT, "well"), own = put(TEXT + 100, 'etag\\t"1"\\nx-remotes\\tproducts@1.0.0\\n');
  const cookies = url.includes("cookie") ? put(TEXT + 200, "a=1; Path=/\\nb=2; Path=/\\n") : 0;
  const head = put(TEXT + 300, "content-type\\ttext/html\\ncache-control\\tno-cache\\n");
  const send = etag === '"1"' ? 1 : isHead ? 2 : 0;
  new Uint32Array(memory.buffer, WORDS, 14).set([
    url.includes("keep") || kept ? 3 : 0xffffffff, (kept ? 0 : 1) | (send << 1), 200, 0,
    TEXT, body, TEXT + 100, own, TEXT + 200, cookies, TEXT + 300, head, 0, 0,
  ]);
  return WORDS;
}
export function fetch(request, env, context, trace, isLast) {
  calls.push("fetch");
  if (isLast) return Promise.resolve(new Response("last"));
  if (request.url.includes("stuck")) return new Promise(() => {});
  if (request.url.includes("broken")) return Promise.reject(new WebAssembly.RuntimeError("unreachable"));
  return Promise.resolve(request.url.includes("file") ? new Response("file") : undefined);
}`;

async function load(context) {
  const folder = await mkdtemp(path.join(tmpdir(), "entry-"));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, "package.json"), '{"type":"module"}');
  await writeFile(path.join(folder, "index_bindgen.js"), STAND_IN);
  for (const name of ["entry.js", "observe.js"]) {
    await writeFile(path.join(folder, name), await readFile(new URL(`../${name}`, import.meta.url)));
  }
  const listeners = [];
  globalThis.addEventListener = (name, listener) => listeners.push([name, listener]);
  context.mock.method(console, "error", () => {});
  const { default: entry } = await import(pathToFileURL(path.join(folder, "entry.js")).href);
  const module = await import(pathToFileURL(path.join(folder, "index_bindgen.js")).href);
  const ask = (target, init = {}, env = {}) => entry.fetch(new Request(`http://shop.invalid${target}`, init), env);
  const raise = (error) => listeners.forEach(([name, listener]) => name === "error" && listener({ error }));
  return { ask, calls: module.calls, raise };
}

test("a descriptor becomes a response, kept or not", async (context) => {
  const { ask, calls } = await load(context);
  const page = ask("/products?fresh", { headers: { "if-none-match": '"0"', cookie: "a=b", origin: "https://reader.example" } });
  assert.deepEqual(calls, ['answer /products "0" a=b https://reader.example false false']);
  assert.equal(page.status, 200);
  const fields = { "cache-control": "no-cache", "content-type": "text/html", etag: '"1"', "x-remotes": "products@1.0.0" };
  assert.deepEqual(Object.fromEntries(page.headers), fields);
  assert.equal(await page.text(), "well");

  assert.equal(await ask("/products?keep").text(), "well");
  for (let times = 0; times < 2; times++) {
    const kept = ask("/products?kept&cookie");
    assert.deepEqual(kept.headers.getSetCookie(), ["a=1; Path=/", "b=2; Path=/"]);
    assert.equal(await kept.text(), "well");
  }
  const plain = ask("/products?kept");
  assert.deepEqual(Object.fromEntries(plain.headers), fields, "cookies are no part of the page that is kept");

  const known = ask("/products?kept", { headers: { "if-none-match": '"1"' } });
  assert.deepEqual([known.status, known.headers.get("content-type"), known.headers.get("etag")], [304, null, '"1"']);
  const head = ask("/products?kept", { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-length"), await head.text()], [200, "4", ""]);
});

test("a request that has to wait is answered by the warm path afterwards, or by the module itself", async (context) => {
  const { ask, calls } = await load(context);
  const waited = await ask("/products?wait");
  assert.equal(await waited.text(), "well");
  assert.match(waited.headers.get("server-timing"), /^edge;dur=\d+$/);
  assert.deepEqual(calls.map((call) => call.split(" ").at(-1)), ["false", "fetch", "true"]);
  assert.equal(await (await ask("/assets/file", { method: "POST" })).text(), "file");
  const large = await ask("/products?last", { headers: { cookie: "c".repeat(50_000) } });
  assert.equal(await large.text(), "last", "a request that is too large for the buffer is the module's in the end");
});

test("a trap costs one request and the next one gets a new instance", async (context) => {
  const { ask, calls } = await load(context);
  const page = ask("/products?trap");
  assert.equal(page.status, 500);
  assert.match(page.headers.get("content-type"), /^text\/html/);
  assert.equal(page.headers.get("cache-control"), "no-store");
  assert.doesNotMatch(await page.text(), /unreachable|RuntimeError/);

  calls.length = 0;
  assert.equal(await ask("/products").text(), "well");
  assert.equal(calls[0], "reset", "the instance that trapped must answer nothing more");

  const problem = ask("/api/products?trap");
  assert.equal(problem.headers.get("content-type"), "application/problem+json");
  assert.equal((await problem.json()).status, 500);

  await ask("/").text();
  calls.length = 0;
  assert.equal(ask("/throw").status, 500);
  await ask("/").text();
  assert.ok(!calls.includes("reset"), "an error that is no trap leaves the instance as it is");

  const robots = (env) => ask("/", {}, env).headers.get("x-robots-tag");
  assert.equal(robots({}), null, "the shop itself is to be found");
  assert.equal(robots({ ROBOTS: "noindex" }), "noindex, nofollow", "a preview is not");
});

test("a trap behind a promise ends every request that waits in the shop's own 500", async (context) => {
  const { ask, calls, raise } = await load(context);
  const stuck = [ask("/products?wait&stuck"), ask("/api/products?wait&stuck")];
  raise(new WebAssembly.RuntimeError("unreachable"));
  const [page, problem] = await Promise.all(stuck);
  assert.deepEqual([page.status, page.headers.get("content-type")], [500, "text/html; charset=utf-8"]);
  assert.deepEqual([problem.status, problem.headers.get("content-type")], [500, "application/problem+json"]);
  calls.length = 0;
  await ask("/").text();
  assert.equal(calls[0], "reset");
  const waiting = ask("/products?wait&stuck");
  assert.equal(ask("/products?trap").status, 500);
  assert.equal((await waiting).status, 500, "a trap of another request ends the one that waits");
  calls.length = 0;
  await ask("/").text();
  await ask("/").text();
  assert.equal(calls.filter((call) => call === "reset").length, 1, "the end of a request that waited breaks no new instance");
  assert.equal((await ask("/products?wait&broken")).status, 500, "a promise that is rejected is no page");
});
