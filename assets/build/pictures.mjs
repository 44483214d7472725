// The shop's own pictures: checked, made small, rendered in other formats, and matched with the catalog that shows them.
// Only addresses under `/assets/pictures/` are the build's concern; a catalog may show pictures from elsewhere too.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import { contentHash, hashedName, PICTURE_FILES, sorted } from "./content.mjs";
import { BuildError } from "./error.mjs";
import { FORMATS, renditionsOf } from "./renditions.mjs";
import { checkSvg } from "./svg.mjs";

const PUBLIC_PREFIX = "/assets/pictures/";
const HASH = /-[A-Z2-7]{8}(?=\.[a-z0-9]+$)/;

/** Builds every picture of the folder, in order of name. */
export async function buildPictures(folder, cache) {
  if (!existsSync(folder)) return { pictures: [], encoded: 0 };
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.name.startsWith(".")).map((entry) => entry.name).sort();
  const sources = await Promise.all(names.map((name) => readSource(folder, name)));
  const { made, encoded } = await renditionsOf(cache, sources);
  return { pictures: sources.map((source, at) => pictureOf(source, made[at])), encoded };
}

async function readSource(folder, name) {
  const shown = `assets/pictures/${name}`;
  if (!/^[a-z0-9][a-z0-9-]{0,79}\.[a-z0-9]+$/.test(name) || !PICTURE_FILES.includes(path.extname(name))) {
    throw new BuildError(`\`${shown}\` is no name for a picture: lower-case letters, digits and hyphens, at most 80, then ${PICTURE_FILES.join(", ")}`);
  }
  const source = await readFile(path.join(folder, name));
  const isDrawing = name.endsWith(".svg");
  return { name, shown, isDrawing, bytes: isDrawing ? Buffer.from(checkSvg(shown, source.toString("utf8"))) : source };
}

/** A picture with the files that are served of it. Their names follow from their content. */
function pictureOf({ name, isDrawing, bytes }, { files: made, ...facts }) {
  const stem = name.slice(0, -path.extname(name).length);
  if (isDrawing) {
    const drawing = { name: `pictures/${name}`, path: `pictures/${hashedName(name, bytes)}`, bytes };
    const [{ width, height, ...jpeg }] = made;
    const link = { name: `pictures/${name}/link.jpg`, path: `pictures/${hashedName(`${stem}.jpg`, jpeg.bytes)}`, bytes: jpeg.bytes };
    return { name, ...facts, drawing: drawing.path, renditions: null, link: { path: link.path, width, height }, files: [drawing, link] };
  }
  // One folder a picture, so that a page that lists all its widths repeats one hash alone.
  const place = `pictures/${stem}-${contentHash(Buffer.concat(made.map((file) => file.bytes)))}`;
  const files = made.map((file) => ({ name: `pictures/${name}/${file.name}`, path: `${place}/${file.name}`, bytes: file.bytes }));
  const widths = made.filter((file) => file.name.endsWith(`.${FORMATS[0]}`)).map((file) => file.width);
  const largest = made.at(-1);
  return { name, ...facts, drawing: null, renditions: { folder: place, widths }, link: { path: `${place}/${largest.name}`, width: largest.width, height: largest.height }, files };
}

/** The table of pictures in the shell's manifest, by the name of the source. */
export function pictureTable(pictures) {
  return sorted(pictures.map(({ name, files: _, ...facts }) => [name, facts]));
}

/**
 * Fails for the first record whose local picture does not exist. Reads JSON alone: what another catalog shows, the Worker's own
 * build checks against what was built here.
 */
export async function checkCatalog(file, pictures) {
  if (path.extname(file) !== ".json") return;
  const names = new Set(pictures.map((picture) => picture.name));
  for (const record of readRecords(file, await readFile(file, "utf8"))) {
    for (const address of addressesOf(record)) {
      if (!address.startsWith(PUBLIC_PREFIX) || names.has(nameIn(address))) continue;
      throw new BuildError(
        `product \`${record.id}\` in \`${shownName(file)}\` shows \`${address}\`, but there is no such picture in \`assets/pictures/\``,
        `add the picture, or correct its address: it is \`${PUBLIC_PREFIX}\` and the file's name`,
      );
    }
  }
}

/** The source that an address means. Catalogs of earlier releases have a hash in it, of whichever content. */
function nameIn(address) {
  return address.slice(PUBLIC_PREFIX.length).replace(HASH, "");
}

function addressesOf(record) {
  const all = [record?.imageUrl, ...list(record?.images).map((image) => image?.url), ...list(record?.variants).map((variant) => variant?.image)];
  return all.filter((address) => typeof address === "string");
}

const list = (value) => (Array.isArray(value) ? value : []);

/** Only what the pictures need; the catalog's own build judges the records. */
function readRecords(file, text) {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value : list(value?.products);
  } catch (error) {
    throw new BuildError(`\`${shownName(file)}\` is no JSON: ${error.message}`);
  }
}

/** A file's name for a message: from the folder that the person is in, unless it lies outside. */
function shownName(file) {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}
