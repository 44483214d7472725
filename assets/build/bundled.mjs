// `assets/bundled.json`: the digest of every version that was ever bundled, so that a version keeps its bytes for good.
// Compares and records; what to do about a difference (a new version number) is a person's decision.
import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";

import { contentNumber, integrity, sorted } from "./content.mjs";
import { BuildError } from "./error.mjs";
import { manifestOf } from "./remotes.mjs";

/** Reads the records: remote, then version, then digest of the manifest's bytes. */
export async function readBundled(file) {
  if (!existsSync(file)) return {};
  let records;
  try {
    records = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new BuildError(`\`assets/bundled.json\` is no JSON: ${error.message}`, "restore it from version control");
  }
  const fits = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const whole = fits(records) && Object.values(records).every((versions) => fits(versions) && Object.values(versions).every((digest) => /^sha384-[A-Za-z0-9+/]{64}$/.test(digest)));
  if (!whole) throw new BuildError("`assets/bundled.json` must map each remote to its versions and each version to a `sha384-…` digest", "restore it from version control");
  return records;
}

/** Adds what is not recorded yet to `records` and to the file; with `force` it replaces what differs as well. */
export async function recordBundled(file, records, remotes, { force }) {
  let changed = false;
  for (const { name, version, manifest } of remotes) {
    const known = records[name]?.[version];
    const digest = integrity(manifest);
    if (known === digest || (known && !force)) continue;
    records[name] = { ...records[name], [version]: digest };
    changed = true;
  }
  if (!changed) return;
  const text = JSON.stringify(sorted(Object.entries(records).map(([name, versions]) => [name, sorted(Object.entries(versions))])), null, 2);
  await writeFile(`${file}.new`, `${text}\n`);
  await rename(`${file}.new`, file);
}

/** Gives each remote the version it may be built as, or says which one may not be built and what to do. */
export function applyBundled(records, remotes, { dev }) {
  return remotes.map((remote) => {
    const { name, version, manifest } = remote;
    const known = records[name]?.[version];
    if (known === integrity(manifest)) return remote;
    if (dev) return asDevelopment(remote);
    if (known) {
      throw new BuildError(
        `the files of remote \`${name}\` differ from those recorded as version \`${version}\` in \`assets/bundled.json\`; one version has one set of bytes`,
        `give \`assets/${name}/remote.json\` a new version and run \`node assets/build.mjs --record\`, or add \`--dev\` while you work on it`,
      );
    }
    throw new BuildError(
      `version \`${version}\` of remote \`${name}\` is not recorded in \`assets/bundled.json\``,
      "run `node assets/build.mjs --record` and commit the file, or add `--dev` while you work on it",
    );
  });
}

/** The same files under a pre-release number that follows from their content, so that no two builds share an address. */
function asDevelopment(remote) {
  const number = contentNumber(remote.manifest);
  const version = `${remote.version}${remote.version.includes("-") ? "." : "-"}dev.${number}`;
  return { ...remote, version, manifest: manifestOf({ ...remote, version }) };
}
