#!/usr/bin/env node
// Serves the built Worker to the scenarios, through `wrangler dev` with storage of its own.
// Builds nothing: `cargo xtask build` did. Ends what it started, and removes what it wrote, when it is told to stop.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { ORIGIN, PORT, ROOT, programEnvironment } from "./environment.mjs";

/** How long the Worker may take to end before it is made to. */
const GRACE = 3000;

const worker = path.join(ROOT, "edge", "build", "index.js");
if (!existsSync(worker)) fail("the Worker is not built: there is no `edge/build/index.js`", "run `cargo xtask build`");
if (!existsSync(path.join(ROOT, "assets", "dist", "shell", "manifest.json"))) fail("the browser's files are not built: `assets/dist` is empty", "run `cargo xtask build`");

const folder = mkdtempSync(path.join(tmpdir(), "storefront-browser-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const configuration = path.join(folder, "wrangler.toml");
writeFileSync(configuration, derive(readFileSync(path.join(ROOT, "wrangler.toml"), "utf8")));

const child = spawn(
  path.join(ROOT, "node_modules", ".bin", "wrangler"),
  [
    "dev",
    ...["--config", configuration],
    ...["--ip", "127.0.0.1", "--port", String(PORT), "--inspector-port", "0"],
    ...["--persist-to", path.join(folder, "state")],
    ...["--var", `PUBLIC_ORIGIN:${ORIGIN}`],
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
