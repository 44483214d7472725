// What the tests take from the machine: which browser, which port, and a Node that is new enough for wrangler.
// Reads the environment and the disk; starts nothing.
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Beside those of `cargo xtask dev`, so that the tests run while a shop is open. */
export const PORT = Number(process.env.BROWSER_TEST_PORT ?? 8788);
export const ORIGIN = `http://127.0.0.1:${PORT}`;

/** A second shop, whose releases change while its pages are looked at; nothing of the first one changes. */
export const ROLLOUT_PORT = PORT + 1;
export const ROLLOUT_ORIGIN = `http://127.0.0.1:${ROLLOUT_PORT}`;

/** A third shop, in which every word is awkward. */
export const AWKWARD_PORT = PORT + 2;
export const AWKWARD_ORIGIN = `http://127.0.0.1:${AWKWARD_PORT}`;

/** A fourth shop, which sells: it follows an origin of record that takes orders and test cards. */
export const SELLING_PORT = PORT + 3;
export const SELLING_ORIGIN = `http://127.0.0.1:${SELLING_PORT}`;

/** The operator's command line, as the tests before these have built it. */
export const findStorefront = () => findProgram("storefront");

/** The origin of record, likewise. */
export const findOrigin = () => findProgram("origin");

function findProgram(name) {
  const target = process.env.CARGO_TARGET_DIR ?? path.join(ROOT, "target");
  const program = path.join(target, "debug", process.platform === "win32" ? `${name}.exe` : name);
  if (!isProgram(program)) throw new Error(`there is no \`${program}\`: run \`cargo xtask test programs\``);
  return program;
}

/** How every browser of the scenarios is started. */
export const BROWSER_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const ELSEWHERE = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];

/** Path of the browser: the one that `CHROME_PATH` names, or the first one on the machine. */
export function findChromium() {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (!isProgram(named)) throw new Error(`CHROME_PATH is \`${named}\`, and no program is there`);
    return named;
  }
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))), ...ELSEWHERE];
  const found = candidates.find(isProgram);
  if (!found) throw new Error(`no browser: none of \`${NAMES.join("`, `")}\` is on the PATH; install one, or name it in CHROME_PATH`);
  return found;
}

/** The environment for the project's own programs: wrangler needs a newer Node than many machines have, and npm brings one. */
export function programEnvironment() {
  const programs = path.join(ROOT, "node_modules", ".bin");
  if (!existsSync(programs)) throw new Error("there is no `node_modules`: run `npm ci` first");
  return { ...process.env, PATH: `${programs}${path.delimiter}${process.env.PATH ?? ""}`, WRANGLER_SEND_METRICS: "false", CI: "true" };
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
