// Builds one remote: reads its `remote.json`, bundles module and stylesheet, and writes the version manifest's bytes.
// The rules for names and versions are those of the `rollout` crate, told here before a person meets them at the edge.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import { bundle } from "./bundle.mjs";
import { describe, manifestBytes, sorted } from "./content.mjs";
import { BuildError } from "./error.mjs";

const MANIFEST_SCHEMA = 1;

/** Folders of `assets/` that are no remote. */
const OTHER_FOLDERS = ["build", "dist", "pictures", "shell", "tests"];

const NUMBER = "(0|[1-9][0-9]*)";
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$`);
/** The rollout crate takes 64; the rest is for `-dev.` and its number. */
const VERSION_LIMIT = 48;
const DESCRIPTION_LIMIT = 200;

const RULES = {
  name: ["be the name of its folder: lower-case letters, digits and inner hyphens, 1 to 40, a letter first", (value, folder) => value === folder && /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(value)],
  version: [`be a semantic version without build metadata, at most ${VERSION_LIMIT} characters, such as \`1.4.2\``, (value) => typeof value === "string" && value.length <= VERSION_LIMIT && isVersion(value)],
  contract: ["be the number of the slot contract, 1 or more", (value) => Number.isSafeInteger(value) && value >= 1 && value <= 0xffff],
  description: [`be one sentence of 1 to ${DESCRIPTION_LIMIT} characters`, (value) => typeof value === "string" && value.trim().length > 0 && value.length <= DESCRIPTION_LIMIT],
};

/** Names of the remotes, in order. */
export async function findRemotes(assets) {
  const entries = await readdir(assets, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !OTHER_FOLDERS.includes(entry.name));
  return folders.map((entry) => entry.name).sort();
}

/** Bundles one remote. */
export async function buildRemote({ root, name, esbuild }) {
  const folder = path.join(root, "assets", name);
  const { version, contract } = await readDescription(folder, name);
  const module = `assets/${name}/src/index.ts`;
  const style = `assets/${name}/styles.css`;
  for (const file of [module, style]) {
    if (!existsSync(path.join(root, file))) throw new BuildError(`remote \`${name}\` has no \`${file}\``, "every remote has `remote.json`, `src/index.ts` and `styles.css`; see `assets/README.md`");
  }
  const shared = { root, esbuild, name, what: `remote \`${name}\`` };
  const [scripts, styles] = await Promise.all([
    bundle({ ...shared, entry: module, splitting: true, define: { CONTRACT: String(contract) } }),
    bundle({ ...shared, entry: style }),
  ]);
  const remote = { name, version, contract, entry: scripts[0].name, styles: [styles[0].name], files: [...scripts, ...styles] };
  return { ...remote, manifest: manifestOf(remote) };
}

/** The manifest's bytes. Key order is part of them: a digest of these bytes is what a version is held to. */
export function manifestOf({ name, version, contract, entry, styles, files }) {
  return manifestBytes({
    schema: MANIFEST_SCHEMA,
    remote: name,
    version,
    contract,
    format: "module",
    entry,
    styles,
    files: sorted(files.map((file) => [file.name, describe(file.name, file.bytes)])),
  });
}

/** What is written for one remote, the manifest last. */
export function remoteFiles({ name, version, files, manifest }) {
  const folder = `remotes/${name}/${version}`;
  return [...files.map((file) => ({ path: `${folder}/${file.name}`, bytes: file.bytes })), { path: `${folder}/manifest.json`, bytes: manifest }];
}

function isVersion(text) {
  if (!VERSION.test(text)) return false;
  const preRelease = text.split("-").slice(1).join("-");
  return preRelease.split(".").every((part) => !/^0[0-9]+$/.test(part));
}

async function readDescription(folder, name) {
  const file = `assets/${name}/remote.json`;
  let value;
  try {
    value = JSON.parse(await readFile(path.join(folder, "remote.json"), "utf8"));
  } catch (error) {
    if (error?.code === "ENOENT") throw new BuildError(`the folder \`assets/${name}\` has no \`remote.json\``, "every folder here but build, pictures, shell and tests is a remote; see `assets/README.md`");
    throw new BuildError(`\`${file}\` is no JSON: ${error.message}`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new BuildError(`\`${file}\` must be a JSON object`);
  for (const key of Object.keys(value)) {
    if (!(key in RULES)) throw new BuildError(`\`${file}\` has the unknown field \`${key}\`; its fields are ${Object.keys(RULES).join(", ")}`);
  }
  for (const [key, [rule, fits]] of Object.entries(RULES)) {
    const shown = key in value ? `, not \`${JSON.stringify(value[key]).slice(0, 60)}\`` : "; it is missing";
    if (!fits(value[key], name)) throw new BuildError(`\`${key}\` in \`${file}\` must ${rule}${shown}`);
  }
  return value;
}
