#!/usr/bin/env node
// Builds everything that a browser loads, from this folder into `assets/dist/`: remotes, shell files, pictures.
// Deterministic and offline; it bundles and checks but does not type-check (that is `tsc -p assets`), and knows no server.
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { applyBundled, readBundled, recordBundled } from "./build/bundled.mjs";
import { BuildError } from "./build/error.mjs";
import { writeOutput } from "./build/output.mjs";
import { buildPictures, checkCatalog } from "./build/pictures.mjs";
import { buildRemote, findRemotes, remoteFiles } from "./build/remotes.mjs";
import { buildShell, shellFiles } from "./build/shell.mjs";
import { summarise } from "./build/summary.mjs";

const USAGE = `usage: node assets/build.mjs [options]

Builds assets/ into assets/dist/: the remotes, the shell's files and the pictures, with their manifests.

  --dev        a remote that differs from assets/bundled.json builds as X-dev.N instead of failing
  --record     write the digests of versions that assets/bundled.json does not know yet
  --force      with --record: replace digests that are recorded already
  --help       print this
`;

const OPTIONS = ["dev", "record", "force", "help"];

/**
 * Builds the project at `root` and returns what was built. Nothing is written when anything is wrong.
 * `catalog` is the file whose pictures are checked.
 * @param {{ root: string, catalog?: string, dev?: boolean, record?: boolean, force?: boolean }} options
 */
export async function build({ root, catalog = path.join(root, "catalog", "data", "products.json"), dev = false, record = false, force = false }) {
  const started = performance.now();
  const assets = path.join(root, "assets");
  const esbuild = await loadEsbuild();

  const { pictures, encoded } = await buildPictures(path.join(assets, "pictures"), path.join(root, "target", "pictures"));
  if (existsSync(catalog)) await checkCatalog(catalog, pictures);

  const shell = await buildShell({ root, esbuild, pictures });
  const built = await Promise.all((await findRemotes(assets)).map((name) => buildRemote({ root, name, esbuild })));

  const bundledPath = path.join(assets, "bundled.json");
  const bundled = await readBundled(bundledPath);
  if (record) await recordBundled(bundledPath, bundled, built, { force });
  const remotes = applyBundled(bundled, built, { dev });

  // A manifest follows the files that it names, so that a reader in the middle of a write never misses one.
  const files = [...shellFiles(shell), ...remotes.flatMap(remoteFiles)];
  const { written, removed } = await writeOutput(path.join(assets, "dist"), files);
  return { shell, remotes, pictures, encoded, files: files.length, written, removed, milliseconds: performance.now() - started };
}

async function loadEsbuild() {
  try {
    return await import("esbuild");
  } catch (cause) {
    if (cause?.code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new BuildError("the package `esbuild` is not installed", "run `npm ci` in the project's root");
  }
}

function parseArguments(words) {
  const options = {};
  for (const word of words) {
    const name = word === "-h" ? "help" : word.replace(/^--/, "");
    if (!OPTIONS.includes(name) || word === name) throw new BuildError(`\`${word}\` is no option of this command`, "`--help` lists the options");
    options[name] = true;
  }
  if (options.force && !options.record) throw new BuildError("`--force` is for `--record` alone", "`--help` lists the options");
  return options;
}

async function main() {
  try {
    const options = parseArguments(process.argv.slice(2));
    if (options.help) {
      process.stdout.write(USAGE);
      return;
    }
    const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
    process.stderr.write(`${summarise(await build({ root, catalog: process.env.CATALOG || undefined, ...options }))}\n`);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(error.report());
    process.exitCode = 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
