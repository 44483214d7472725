// Product pictures: checked, made small, given content-hashed names, and matched with the catalog that shows them.
// Only addresses under `/assets/pictures/` are the build's concern; a catalog may show pictures from elsewhere too.
import { existsSync } from "node:fs";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

import { hashedName, PICTURE_FILES } from "./content.mjs";
import { BuildError } from "./error.mjs";
import { checkSvg } from "./svg.mjs";

const PUBLIC_PREFIX = "/assets/";
const HASH = /-[A-Z2-7]{8}(?=\.[a-z0-9]+$)/;

/** Reads every picture of the folder, in order of name. */
export async function buildPictures(folder) {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.name.startsWith(".")).map((entry) => entry.name).sort();
  return Promise.all(names.map((name) => readPicture(folder, name)));
}

async function readPicture(folder, name) {
  const shown = `assets/pictures/${name}`;
  if (!/^[a-z0-9][a-z0-9-]{0,79}\.[a-z0-9]+$/.test(name) || !PICTURE_FILES.includes(path.extname(name))) {
    throw new BuildError(`\`${shown}\` is no name for a picture: lower-case letters, digits and hyphens, at most 80, then ${PICTURE_FILES.join(", ")}`);
  }
  const source = await readFile(path.join(folder, name));
  const bytes = name.endsWith(".svg") ? Buffer.from(checkSvg(shown, source.toString("utf8"))) : source;
  return { name: `pictures/${name}`, path: `pictures/${hashedName(name, bytes)}`, bytes };
}

/**
 * Fails for the first record whose local picture does not exist, or not with these bytes. Reads JSON alone: what another catalog
 * shows, the Worker's own build checks against what was built here.
 */
export async function checkCatalog(file, pictures) {
  if (path.extname(file) !== ".json") return;
  const addresses = new Map(pictures.map((picture) => [PUBLIC_PREFIX + picture.path, picture]));
  for (const record of readRecords(file, await readFile(file, "utf8"))) {
    const address = record?.imageUrl;
    if (typeof address !== "string" || !address.startsWith(PUBLIC_PREFIX) || addresses.has(address)) continue;
    const changed = pictureFor(address, pictures);
    const which = `product \`${record.id}\` in \`${shownName(file)}\` shows \`${address}\``;
    if (changed) throw new BuildError(`${which}, but \`assets/${changed.name}\` is published as \`${PUBLIC_PREFIX}${changed.path}\``, "run `node assets/build.mjs --pictures` to write the new address");
    throw new BuildError(`${which}, but there is no such picture in \`assets/pictures/\``, "add the picture, or correct `imageUrl`");
  }
}

/** Writes the hashed address of each local picture into the catalog and returns how many changed. The rest of the text stays as it is. */
export async function rewriteCatalog(file, pictures) {
  const text = await readFile(file, "utf8");
  let changed = 0;
  const next = text.replace(/("imageUrl"\s*:\s*")([^"\\]*)(")/g, (whole, before, address, after) => {
    const picture = pictureFor(address, pictures);
    if (!picture || PUBLIC_PREFIX + picture.path === address) return whole;
    changed += 1;
    return before + PUBLIC_PREFIX + picture.path + after;
  });
  if (changed > 0) {
    await writeFile(`${file}.new`, next);
    await rename(`${file}.new`, file);
  }
  return changed;
}

/** The picture that an address means, whichever content its hash is of. */
function pictureFor(address, pictures) {
  const name = address.replace(HASH, "");
  return pictures.find((picture) => PUBLIC_PREFIX + picture.name === name);
}

/** Only what the pictures need; the catalog's own build judges the records. */
function readRecords(file, text) {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value : Array.isArray(value?.products) ? value.products : [];
  } catch (error) {
    throw new BuildError(`\`${shownName(file)}\` is no JSON: ${error.message}`);
  }
}

/** A file's name for a message: from the folder that the person is in, unless it lies outside. */
function shownName(file) {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}
