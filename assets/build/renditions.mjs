// What `sharp` makes of a picture: its dimensions, its placeholder colour, and the same picture in other formats and widths.
// The same source, settings and release of `sharp` give the same bytes; what was made once is kept in `target/pictures/`.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { BuildError } from "./error.mjs";

/** Widths in pixels. The first is for suggestions and other small lists; cards, product pages and dense screens share the others. */
export const WIDTHS = [160, 320, 480, 640, 960, 1440];

/** Formats of a photo, the smallest first: the browser takes the first that it knows. */
export const FORMATS = ["avif", "webp", "jpg"];

/** Longest side of the JPEG that stands for a drawing where others show links; <https://ogp.me> readers ask for 1200 px. */
const LINK = 1200;

/** What shows through a transparent picture in formats without transparency. */
const GROUND = "#ffffff";

const SETTINGS = {
  avif: { quality: 55, effort: 3, chromaSubsampling: "4:2:0" },
  webp: { quality: 76, effort: 4 },
  jpg: { quality: 80, mozjpeg: true },
};

/** Raise it when the code below makes other bytes of the same settings. */
const REVISION = 1;

/** Side in pixels of the copy that transparency and colour are read from. */
const SAMPLE = 64;

/** Loads `sharp`, and says which package is missing if it is. */
export async function loadSharp() {
  try {
    const { default: sharp } = await import("sharp");
    sharp.cache(false);
    // The AVIF encoder cuts a picture among its threads, so that its bytes follow from their number. Pictures are encoded side by side instead.
    sharp.concurrency(1);
    return sharp;
  } catch (cause) {
    if (cause?.code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new BuildError("the package `sharp` is not installed", "run `npm ci` in the project's root");
  }
}

/**
 * The renditions of many pictures, in their order; `encoded` counts those that were not kept.
 * @param {string} cache a folder that this function owns: entries that no picture needs any more are removed
 * @param {{ shown: string, isDrawing: boolean, bytes: Buffer }[]} sources
 */
export async function renditionsOf(cache, sources) {
  if (sources.length === 0) return { made: [], encoded: 0 };
  const sharp = await loadSharp();
  await mkdir(cache, { recursive: true });
  const keys = sources.map((source) => keyOf(sharp, source));
  const made = new Array(sources.length);
  let encoded = 0;
  let next = 0;
  const work = async () => {
    while (next < sources.length) {
      const at = next++;
      const entry = path.join(cache, keys[at]);
      made[at] = await read(entry);
      if (made[at]) continue;
      made[at] = await encode(sharp, sources[at]);
      encoded += 1;
      await keep(cache, entry, made[at]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(os.availableParallelism(), sources.length) }, work));
  const wanted = new Set(keys);
  for (const name of await readdir(cache)) if (!wanted.has(name)) await rm(path.join(cache, name), { recursive: true, force: true });
  return { made, encoded };
}

function keyOf(sharp, { isDrawing, bytes }) {
  const recipe = JSON.stringify([REVISION, isDrawing, isDrawing ? LINK : WIDTHS, FORMATS, SETTINGS, GROUND, sharp.versions]);
  return createHash("sha256").update(recipe).update("\n").update(bytes).digest("hex").slice(0, 32);
}

async function encode(sharp, { shown, isDrawing, bytes }) {
  try {
    return isDrawing ? await encodeDrawing(sharp, bytes) : await encodePhoto(sharp, bytes);
  } catch (error) {
    throw new BuildError(`\`${shown}\` cannot be read as a picture: ${String(error.message).split("\n")[0]}`, "save it again as JPEG, PNG, WebP, AVIF or SVG");
  }
}

/** A drawing is shown as it is; for readers of links that know no SVG there is one JPEG of it. */
async function encodeDrawing(sharp, bytes) {
  const size = await sharp(bytes).metadata();
  const scale = LINK / Math.max(size.width, size.height);
  const drawn = await sharp(bytes, { density: Math.min(72 * scale, 100_000) }).resize(LINK, LINK, { fit: "inside" }).png().toBuffer({ resolveWithObject: true });
  const jpeg = await sharp(drawn.data).flatten({ background: GROUND }).toColourspace("srgb").jpeg(settings("jpg")).toBuffer();
  const { width, height } = drawn.info;
  return { width: size.width, height: size.height, tone: await toneOf(sharp, drawn.data), files: [{ name: "link.jpg", width, height, bytes: jpeg }] };
}

/** A photo gets every format at every width that it has pixels for. Nothing is enlarged. */
async function encodePhoto(sharp, bytes) {
  // Turned as its camera says, in the colours of the web, without anything that was noted beside the pixels.
  const upright = await sharp(bytes).autoOrient().toColourspace("srgb").png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
  const { width, height } = upright.info;
  const files = [];
  for (const wide of widthsOf(width)) {
    const scaled = await sharp(upright.data).resize({ width: wide }).png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
    for (const format of FORMATS) {
      const image = format === "jpg" ? sharp(scaled.data).flatten({ background: GROUND }) : sharp(scaled.data);
      const made = await image.toFormat(format === "jpg" ? "jpeg" : format, settings(format)).toBuffer();
      files.push({ name: `${wide}.${format}`, width: scaled.info.width, height: scaled.info.height, bytes: made });
    }
  }
  return { width, height, tone: await toneOf(sharp, upright.data), files };
}

/** The widths of a picture that is so wide: each step below, and its own or the largest step. The first is always there. */
export function widthsOf(width) {
  const largest = WIDTHS.at(-1);
  return [...WIDTHS.filter((step) => step < Math.min(width, largest)), Math.min(width, largest)];
}

/** The mean colour as `#rrggbb`, for the place of a picture that is under way; none where the page would shine through it for good. */
async function toneOf(sharp, bytes) {
  const sample = await sharp(bytes).resize(SAMPLE, SAMPLE, { fit: "fill" }).ensureAlpha().raw().toBuffer();
  const sums = [0, 0, 0];
  for (let at = 0; at < sample.length; at += 4) {
    if (sample[at + 3] < 255) return null;
    for (const channel of [0, 1, 2]) sums[channel] += sample[at + channel];
  }
  return `#${sums.map((sum) => Math.round(sum / (SAMPLE * SAMPLE)).toString(16).padStart(2, "0")).join("")}`;
}

/** `sharp` adds its defaults to the object that it is given. */
const settings = (format) => ({ ...SETTINGS[format] });

/** What was kept, or nothing if it is not there whole. */
async function read(entry) {
  try {
    const { files, ...facts } = JSON.parse(await readFile(path.join(entry, "facts.json"), "utf8"));
    return { ...facts, files: await Promise.all(files.map(async (file) => ({ ...file, bytes: await readFile(path.join(entry, file.name)) }))) };
  } catch (error) {
    if (error?.code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Appears whole or not at all; a build that was faster has kept the same bytes. */
async function keep(cache, entry, { files, ...facts }) {
  const staging = await mkdtemp(path.join(path.dirname(cache), ".pictures-"));
  try {
    for (const file of files) await writeFile(path.join(staging, file.name), file.bytes);
    await writeFile(path.join(staging, "facts.json"), JSON.stringify({ ...facts, files: files.map(({ bytes: _, ...file }) => file) }));
    await rm(entry, { recursive: true, force: true });
    await rename(staging, entry);
  } catch (error) {
    if (!["EEXIST", "ENOTEMPTY"].includes(error?.code)) throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
