// The build as a whole: same sources, same bytes; a version keeps its bytes; what is refused is refused by name.
// Every case builds a small project of its own; nothing here looks at the real `dist`.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { build } from "../build.mjs";
import { contents, readJson, withProject, write } from "./project.mjs";

const FIRST = { record: true };

/** Builds and expects the error's message and hint to match. */
async function refuses(root, options, message, hint) {
  await assert.rejects(build({ root, ...options }), (error) => {
    assert.equal(error.name, "BuildError", error.stack);
    assert.match(error.message, message);
    if (hint) assert.match(error.hint, hint);
    assert.doesNotMatch(error.message, /\.$|^[A-Z]/, "lower case, no full stop");
    return true;
  });
}

test("two builds in two places give the same bytes", async () => {
  const first = await withProject({}, async (root) => {
    await build({ root, ...FIRST });
    return contents(root, "assets/dist");
  });
  const second = await withProject({}, async (root) => {
    await build({ root, ...FIRST });
    return contents(root, "assets/dist");
  });
  assert.deepEqual(first, second);
  assert.deepEqual(
    Object.keys(first).map((file) => file.replace(/-[A-Z2-7]{8}\./, "-HASH.")).sort(),
    [
      "remotes/list/1.0.0/later-HASH.js",
      "remotes/list/1.0.0/list-HASH.css",
      "remotes/list/1.0.0/list-HASH.js",
      "remotes/list/1.0.0/manifest.json",
      "shell/display-HASH.woff2",
      "shell/icon-HASH.svg",
      "shell/loader-HASH.js",
      "shell/manifest.json",
      "shell/pictures/mug-HASH.jpg",
      "shell/pictures/mug-HASH.svg",
      "shell/placeholder-HASH.svg",
      "shell/shell-HASH.css",
      "shell/suggestions-HASH.js",
    ],
  );
});

test("manifests describe every file", async () => {
  await withProject({}, async (root) => {
    await build({ root, ...FIRST });
    const files = await contents(root, "assets/dist");
    const manifest = JSON.parse(files["remotes/list/1.0.0/manifest.json"]);
    assert.deepEqual(Object.keys(manifest), ["schema", "remote", "version", "contract", "format", "entry", "styles", "files"]);
    assert.match(manifest.entry, /^list-[A-Z0-9]{8}\.js$/);
    assert.equal(manifest.styles.length, 1);
    assert.equal(Object.keys(manifest.files).length, 3);
    const shell = JSON.parse(files["shell/manifest.json"]);
    assert.deepEqual(Object.keys(shell.files), ["display.woff2", "icon.svg", "loader.js", "pictures/mug.svg", "pictures/mug.svg/link.jpg", "placeholder.svg", "shell.css", "suggestions.js"]);
    const described = [...Object.entries(manifest.files).map(([name, entry]) => [`remotes/list/1.0.0/${name}`, entry]), ...Object.values(shell.files).map((entry) => [`shell/${entry.path}`, entry])];
    for (const [file, entry] of described) {
      const bytes = Buffer.from(files[file], "latin1");
      assert.equal(entry.size, bytes.length, file);
      assert.equal(entry.integrity, `sha384-${createHash("sha384").update(bytes).digest("base64")}`, file);
      assert.ok(entry.contentType, file);
    }
    for (const name of ["display.woff2", "placeholder.svg"]) {
      assert.ok(files[`shell/${shell.files["shell.css"].path}`].includes(`./${shell.files[name].path}`), `${name} by its hashed name`);
    }
  });
});

test("a build that changes nothing writes nothing, and one that does leaves nothing over", async () => {
  await withProject({}, async (root) => {
    await build({ root, ...FIRST });
    const manifest = path.join(root, "assets/dist/shell/manifest.json");
    const before = await stat(manifest);
    const again = await build({ root });
    assert.deepEqual([again.written, again.removed], [0, 0]);
    assert.equal((await stat(manifest)).ino, before.ino);
    await write(root, "assets/shell/shell.css", "body { margin: 1px }");
    await write(root, "assets/dist/shell/old/left-over.js", "");
    const changed = await build({ root });
    assert.deepEqual([changed.written, changed.removed], [2, 2]);
    const names = Object.keys(await contents(root, "assets")).filter((file) => file.startsWith("dist/") || file.startsWith(".dist"));
    assert.equal(names.length, changed.files);
  });
});

test("a version has one set of bytes", async () => {
  await withProject({}, async (root) => {
    await refuses(root, {}, /version `1\.0\.0` of remote `list` is not recorded/, /--record/);
    await build({ root, record: true });
    const recorded = await readJson(root, "assets/bundled.json");
    const manifest = await readFile(path.join(root, "assets/dist/remotes/list/1.0.0/manifest.json"));
    assert.deepEqual(recorded, { list: { "1.0.0": `sha384-${createHash("sha384").update(manifest).digest("base64")}` } });

    await write(root, "assets/list/styles.css", ".list { color: blue }");
    await refuses(root, {}, /remote `list` differ from those recorded as version `1\.0\.0`/, /new version/);
    await refuses(root, { record: true }, /differ from those recorded/);
    assert.deepEqual(await readJson(root, "assets/bundled.json"), recorded);
    assert.ok((await contents(root, "assets/dist"))["remotes/list/1.0.0/manifest.json"], "what was built before stays");

    await write(root, "assets/list/remote.json", JSON.stringify({ name: "list", version: "1.1.0", contract: 1, description: "A list." }));
    await build({ root, record: true });
    assert.deepEqual(Object.keys((await readJson(root, "assets/bundled.json")).list), ["1.0.0", "1.1.0"]);
    await write(root, "assets/list/styles.css", ".list { color: green }");
    await build({ root, record: true, force: true });
    assert.equal((await readJson(root, "assets/bundled.json")).list["1.0.0"], recorded.list["1.0.0"]);
  });
});

test("in development a changed remote has a number of its own", async () => {
  await withProject({}, async (root) => {
    await build({ root, ...FIRST });
    assert.equal((await build({ root, dev: true })).remotes[0].version, "1.0.0");
    await write(root, "assets/list/styles.css", ".list { color: blue }");
    const first = (await build({ root, dev: true })).remotes[0];
    assert.match(first.version, /^1\.0\.0-dev\.(0|[1-9][0-9]*)$/);
    assert.equal(JSON.parse(first.manifest).version, first.version);
    assert.equal((await build({ root, dev: true })).remotes[0].version, first.version);
    await write(root, "assets/list/styles.css", ".list { color: green }");
    assert.notEqual((await build({ root, dev: true })).remotes[0].version, first.version);
    const versions = new Set(Object.keys(await contents(root, "assets/dist/remotes/list")).map((file) => file.split("/")[0]));
    assert.equal(versions.size, 1, "one version of a remote at a time");
    await write(root, "assets/list/remote.json", JSON.stringify({ name: "list", version: "2.0.0-beta.1", contract: 1, description: "A list." }));
    assert.match((await build({ root, dev: true })).remotes[0].version, /^2\.0\.0-beta\.1\.dev\.[0-9]+$/);
  });
});

test("remote.json is held to its rules", async () => {
  const good = { name: "list", version: "1.0.0", contract: 1, description: "A list." };
  const check = (value, message) => withProject({ "assets/list/remote.json": typeof value === "string" ? value : JSON.stringify(value) }, (root) => refuses(root, { ...FIRST }, message));
  await check("{", /`assets\/list\/remote\.json` is no JSON/);
  await check([], /must be a JSON object/);
  await check({ ...good, name: "other" }, /`name` in `assets\/list\/remote\.json` must be the name of its folder/);
  await check({ ...good, version: "1.0" }, /`version` .* semantic version .*not `"1\.0"`/);
  await check({ ...good, version: "1.0.0+build" }, /without build metadata/);
  await check({ ...good, version: "01.0.0" }, /semantic version/);
  await check({ ...good, version: "1.0.0-rc.01" }, /semantic version/);
  await check({ ...good, version: `1.0.0-${"a".repeat(60)}` }, /at most 48 characters/);
  await check({ ...good, contract: 0 }, /`contract` .* 1 or more/);
  await check({ ...good, contract: "1" }, /`contract`/);
  await check({ ...good, description: " " }, /`description` .* 1 to 200/);
  await check({ name: "list", version: "1.0.0", contract: 1 }, /`description` .*it is missing/);
  await check({ ...good, entry: "x" }, /unknown field `entry`; its fields are name, version, contract, description/);
  await withProject({ "assets/Odd_Name/remote.json": JSON.stringify({ ...good, name: "Odd_Name" }) }, (root) => refuses(root, { ...FIRST }, /lower-case letters/));
  await withProject({ "assets/list/remote.json": null }, (root) => refuses(root, { ...FIRST }, /`assets\/list` has no `remote\.json`/));
  await withProject({ "assets/list/styles.css": null }, (root) => refuses(root, { ...FIRST }, /has no `assets\/list\/styles\.css`/));
});

test("sources that cannot work in the page are refused", async () => {
  const check = (file, text, message) => withProject({ [file]: text }, (root) => refuses(root, { ...FIRST }, message));
  await check("assets/list/src/index.ts", "export const = 1", /remote `list` does not bundle: assets\/list\/src\/index\.ts:1:/);
  await check("assets/list/src/index.ts", 'import "nowhere"', /Could not resolve "nowhere"/);
  await check("assets/list/styles.css", ".a { color: }}", /remote `list` does not bundle: assets\/list\/styles\.css/);
  await check("assets/list/styles.css", ".a { background: url(data:image/png;base64,AAAA) }", /Content-Security-Policy/);
  await check("assets/shell/shell.css", '@import "https://fonts.example/x.css";', /Content-Security-Policy/);
  await check("assets/shell/loader.ts", null, /the shell has no `assets\/shell\/loader\.ts`/);
  await check("assets/bundled.json", '{"list":{"1.0.0":"md5-x"}}', /must map each remote/);
});
