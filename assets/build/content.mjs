// What the build says about bytes: their type by file name, their integrity, and the hash that goes into a name.
// The types are those that the edge is willing to serve; a file of any other kind is refused.
import { createHash } from "node:crypto";
import path from "node:path";

import { BuildError } from "./error.mjs";

const CONTENT_TYPES = {
  ".avif": "image/avif",
  ".css": "text/css; charset=utf-8",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/** The kinds of file that a stylesheet or a module may refer to; each is copied beside it under a hashed name. */
export const REFERRED_FILES = [".avif", ".jpg", ".png", ".svg", ".webp", ".woff2"];

/** The kinds of file that may lie in `assets/pictures/`. */
export const PICTURE_FILES = [".avif", ".jpg", ".png", ".svg", ".webp"];

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** @param {string} file */
export function contentType(file) {
  const type = CONTENT_TYPES[path.extname(file)];
  if (!type) throw new BuildError(`\`${file}\` is of a kind that is not served; served are ${Object.keys(CONTENT_TYPES).join(", ")}`);
  return type;
}

/** Subresource integrity of the bytes. */
export function integrity(bytes) {
  return `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
}

/** `shell.css` becomes `shell-ABCDEFGH.css`: 40 bits of SHA-256 in the alphabet that esbuild uses for its own names. */
export function hashedName(name, bytes) {
  const extension = path.extname(name);
  return `${name.slice(0, name.length - extension.length)}-${contentHash(bytes)}${extension}`;
}

/** The hash of the bytes as it stands in names. */
export function contentHash(bytes) {
  const digest = createHash("sha256").update(bytes).digest();
  let hash = "";
  for (const byte of digest.subarray(0, 8)) hash += BASE32[byte & 31];
  return hash;
}

/** A number below 2^24 that the bytes alone decide: what tells one development build from the next. */
export function contentNumber(bytes) {
  return createHash("sha256").update(bytes).digest().readUIntBE(0, 3);
}

/** One entry of a manifest's `files`. */
export function describe(file, bytes) {
  return { integrity: integrity(bytes), size: bytes.length, contentType: contentType(file) };
}

/** The exact bytes of a manifest: two spaces, keys in order, a newline at the end. */
export function manifestBytes(manifest) {
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** The entries as an object whose keys are in order of their code units. */
export function sorted(entries) {
  return Object.fromEntries([...entries].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)));
}
