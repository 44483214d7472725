// One line about a build for the person who ran it: versions, sizes as they travel (gzip), and what was written.
// For reading only; nothing parses it.
import { gzipSync } from "node:zlib";

/** @param {Awaited<ReturnType<typeof import("../build.mjs").build>>} result */
export function summarise({ shell, remotes, pictures, encoded, files, written, milliseconds }) {
  const own = (name) => size(shell.files.filter((file) => file.name === name));
  const parts = [
    `loader ${own("loader.js")}`,
    `shell.css ${own("shell.css")}`,
    ...remotes.map(({ name, version, files: all }) => `${name} ${version} (js ${size(all.filter(isScript))}, css ${size(all.filter(isStyle))})`),
    `${pictures.length} pictures ${size(pictures.flatMap((picture) => picture.files))}`,
  ];
  const anew = encoded > 0 ? `, ${encoded} pictures encoded` : "";
  return `assets: ${parts.join(", ")}; gzip; ${written} of ${files} files written${anew}, ${Math.round(milliseconds)} ms`;
}

/** Bytes on the wire of files that are compressed one by one. */
export function gzipSize(files) {
  return files.reduce((sum, file) => sum + gzipSync(file.bytes, { level: 9 }).length, 0);
}

const isScript = (file) => file.name.endsWith(".js");
const isStyle = (file) => file.name.endsWith(".css");
const size = (files) => `${(gzipSize(files) / 1024).toFixed(1)} KiB`;
