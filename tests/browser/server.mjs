#!/usr/bin/env node
// Serves the built Worker to the scenarios, through `wrangler dev` with storage of its own; with AWKWARD set, a shop of awkward
// words, which follows an origin of record; with SELLING set, a shop that takes orders. Builds nothing: `cargo xtask build` did. Ends what it started, and removes what it wrote.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { PRODUCTS, WORDS } from "./awkward.mjs";
import { ORIGIN, PORT, ROOT, findOrigin, programEnvironment } from "./environment.mjs";

/** How long the Worker may take to end before it is made to. */
const GRACE = 3000;

const worker = path.join(ROOT, "edge", "build", "index.js");
if (!existsSync(worker)) fail("the Worker is not built: there is no `edge/build/index.js`", "run `cargo xtask build`");
if (!existsSync(path.join(ROOT, "assets", "dist", "shell", "manifest.json"))) fail("the browser's files are not built: `assets/dist` is empty", "run `cargo xtask build`");

const folder = mkdtempSync(path.join(tmpdir(), "storefront-browser-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const configuration = path.join(folder, "wrangler.toml");
writeFileSync(configuration, derive(readFileSync(path.join(ROOT, "wrangler.toml"), "utf8")));

const origin = process.env.AWKWARD ? startAwkward() : process.env.SELLING ? startSelling() : undefined;
const child = spawn(
  path.join(ROOT, "node_modules", ".bin", "wrangler"),
  [
    "dev",
    ...["--config", configuration],
    ...["--ip", "127.0.0.1", "--port", String(PORT), "--inspector-port", "0"],
    ...["--persist-to", path.join(folder, "state")],
    ...["--var", `PUBLIC_ORIGIN:${ORIGIN}`, ...(origin?.variables ?? [])],
    "--show-interactive-dev-session=false",
  ],
  // A group of its own: wrangler starts workerd, and both have to end together.
  { cwd: folder, env: { ...programEnvironment(), WRANGLER_LOG_PATH: path.join(folder, "logs") }, stdio: ["ignore", "inherit", "inherit"], detached: true },
);

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, stop);
child.on("error", (error) => fail(`wrangler did not start: ${error.message}`, "run `npm ci`"));
child.on("exit", (code) => {
  end("SIGKILL");
  origin?.child.kill("SIGKILL");
  process.exit(stopping ? 0 : (code ?? 1));
});

/** The project's own configuration without its build step, at a place from where relative paths lead nowhere. */
function derive(text) {
  let section = "";
  const lines = text.split("\n").filter((line) => {
    section = /^\s*\[+\s*([^\]]+?)\s*\]/.exec(line)?.[1] ?? section;
    return section !== "build" && !section.startsWith("env.") && !/^\s*"?\$schema"?\s*=/.test(line);
  });
  const absolute = (_, name, value) => `${name} = ${JSON.stringify(path.join(ROOT, value))}`;
  return lines.join("\n").replace(/^(main|directory) = "([^"]+)"/gm, absolute);
}

/**
 * The origin of record with the awkward catalog, and what the Worker needs to follow it: asked behind the first answer and then not for
 * minutes, it confirms nothing for longer than a millisecond, so that every page has its notice.
 */
function startAwkward() {
  const catalog = path.join(folder, "products.json");
  writeFileSync(catalog, JSON.stringify(PRODUCTS));
  const follow = { ORIGIN_EVERY_MS: "600000", ORIGIN_STALE_MS: "1", SHOP_NAME: WORDS.widest.slice(0, 60), SHOP_TAGLINE: WORDS.compound.slice(0, 60) };
  return startOrigin({ CATALOG: catalog, DATABASE_URL: "none" }, follow);
}

/** The origin of record of the shop's own catalog, with a database of its own. */
function startSelling() {
  const catalog = path.join(ROOT, "catalog", "data", "products.json");
  return startOrigin({ CATALOG: catalog, DATABASE_URL: `sqlite:${path.join(folder, "shop.db")}`, SHOP_URL: ORIGIN }, {});
}

/** An origin of record beside the shop, and the variables of the Worker that follows it. */
function startOrigin(environment, follow) {
  const port = PORT + 10;
  const child = spawn(findOrigin(), [], { env: { PORT: String(port), METRICS_PORT: "0", LOG: "events", ...environment }, stdio: ["ignore", "ignore", "inherit"] });
  child.on("error", (error) => fail(`the origin of record did not start: ${error.message}`, "run `cargo xtask test programs`"));
  const variables = Object.entries({ ORIGIN_URL: `http://127.0.0.1:${port}`, ...follow });
  return { child, variables: variables.flatMap(([name, value]) => ["--var", `${name}:${value}`]) };
}

function stop() {
  if (stopping) return;
  stopping = true;
  end("SIGTERM");
  setTimeout(() => end("SIGKILL"), GRACE).unref();
}

function end(signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}

function fail(problem, hint) {
  console.error(`error: ${problem}\n\nhint: ${hint}`);
  process.exit(1);
}
