// The entry alone, around a module that traps: what that request gets, and that the next one finds a new instance.
// The compiled Worker has no trap to offer, so a stand-in takes the place of the bindings; the entry is the real one.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const STAND_IN = `
export const calls = [];
export function __wbg_reset_state() { calls.push("reset"); }
export function fetch(request) {
  calls.push("fetch");
  if (request.url.endsWith("trap")) throw new WebAssembly.RuntimeError("unreachable");
  if (request.url.endsWith("throw")) throw new Error("no trap");
  return new Response("well");
}`;

test("a trap costs one request and the next one gets a new instance", async (context) => {
  const folder = await mkdtemp(path.join(tmpdir(), "entry-"));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, "package.json"), '{"type":"module"}');
  await writeFile(path.join(folder, "index_bindgen.js"), STAND_IN);
  for (const name of ["entry.js", "observe.js"]) {
    await writeFile(path.join(folder, name), await readFile(new URL(`../${name}`, import.meta.url)));
  }
  globalThis.addEventListener ??= () => {};
  context.mock.method(console, "error", () => {});
  const { default: entry } = await import(pathToFileURL(path.join(folder, "entry.js")).href);
  const { calls } = await import(pathToFileURL(path.join(folder, "index_bindgen.js")).href);
  const ask = (target) => entry.fetch(new Request(`http://shop.invalid${target}`), {});

  const page = ask("/products?trap");
  assert.equal(page.status, 500);
  assert.match(page.headers.get("content-type"), /^text\/html/);
  assert.equal(page.headers.get("cache-control"), "no-store");
  assert.doesNotMatch(await page.text(), /unreachable|RuntimeError/);

  assert.equal(await ask("/products").text(), "well");
  assert.deepEqual(calls, ["fetch", "reset", "fetch"], "the instance that trapped must answer nothing more");

  const problem = ask("/api/products?trap");
  assert.equal(problem.headers.get("content-type"), "application/problem+json");
  assert.equal((await problem.json()).status, 500);

  calls.length = 0;
  await ask("/").text();
  assert.equal(ask("/throw").status, 500);
  await ask("/").text();
  assert.deepEqual(calls, ["reset", "fetch", "fetch", "fetch"], "an error that is no trap leaves the instance as it is");

  const robots = (env) => entry.fetch(new Request("http://shop.invalid/"), env).headers.get("x-robots-tag");
  assert.equal(robots({}), null, "the shop itself is to be found");
  assert.equal(robots({ ROBOTS: "noindex" }), "noindex, nofollow", "a preview is not");
});
