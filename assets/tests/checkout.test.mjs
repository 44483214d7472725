// The pure parts of the remote `checkout`: the rules of fields and the note of what was typed.
import assert from "node:assert/strict";
import test from "node:test";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

import { bundle } from "../build/bundle.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function load(entry) {
  const [file] = await bundle({ root, esbuild, entry, name: "module", what: entry });
  return import(`data:text/javascript;base64,${file.bytes.toString("base64")}`);
}

test("a field breaks the first of its rules, in the words of its attributes", async () => {
  const { faultOf } = await load("assets/checkout/src/fault.ts");
  const field = (value, more = {}) => ({ value, required: false, pattern: "", dataset: {}, ...more });
  const name = (value) => faultOf(field(value, { required: true, dataset: { missing: "Enter it", most: "5", long: "At most 5" } }));
  assert.equal(name(" \t "), "Enter it");
  assert.equal(name("  a   b  "), "");
  assert.equal(name("  a  b  c  "), "", "counted as the server counts: one space between words");
  assert.equal(name("abcdef"), "At most 5");
  assert.equal(name("👩‍🍳é"), "", "characters are code points");
  const mail = (value) => faultOf(field(value, { pattern: "[^@]+@[^@]+\\.[a-z]+", dataset: { noAt: "No @", malformed: "Not one" } }));
  assert.equal(mail(""), "", "nothing at an optional field that is empty");
  assert.equal(mail("ada"), "No @");
  assert.equal(mail("ada@x"), "Not one");
  assert.equal(mail("ada@x.org"), "");
});

test("a pattern is for the whole value, and one that cannot be read refuses nothing", async () => {
  const { faultOf } = await load("assets/checkout/src/fault.ts");
  const check = (pattern, value) => faultOf({ value, required: true, pattern, dataset: { malformed: "wrong" } });
  assert.equal(check("[0-9]{5}|[0-9]{4}", "123456"), "wrong");
  assert.equal(check("\\p{Alphabetic}{1,3}", "éß"), "");
  assert.equal(check("[", "x"), "");
});

test("a note of another format, and anything that is none, is ignored", async () => {
  const { read } = await load("assets/checkout/src/draft.ts");
  assert.deepEqual(read('{"format":1,"fields":{"name":"Ada","news":true}}'), { name: "Ada", news: true });
  for (const text of [null, "", '{"format":2,"fields":{"name":"Ada"}}', '{"format":1}', '{"format":1,"fields":"x"}']) assert.equal(read(text), undefined, text);
});
