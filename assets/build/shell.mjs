// Builds the shell's files: stylesheet, loader, suggestions, icon, placeholder and display font, each under a content-hashed name.
// Pictures come in from outside and are only listed in the manifest here, with the table that pages choose their sizes from.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { bundle } from "./bundle.mjs";
import { describe, hashedName, manifestBytes, sorted } from "./content.mjs";
import { BuildError } from "./error.mjs";
import { pictureTable } from "./pictures.mjs";
import { checkSvg } from "./svg.mjs";

const MANIFEST_SCHEMA = 1;
const FONT = "node_modules/@fontsource/young-serif/files/young-serif-latin-400-normal.woff2";

/** Returns the shell's files in the order of their names, and its manifest's bytes. */
export async function buildShell({ root, esbuild, pictures }) {
  for (const file of ["assets/shell/shell.css", "assets/shell/loader.ts", "assets/shell/suggestions.ts", "assets/shell/icon.svg", "assets/shell/placeholder.svg"]) {
    if (!existsSync(path.join(root, file))) throw new BuildError(`the shell has no \`${file}\``);
  }
  const font = await readFont(root);
  const [icon, placeholder] = await Promise.all(["icon.svg", "placeholder.svg"].map((name) => readDrawing(root, name)));
  const named = { "display.woff2": hashedName("display.woff2", font), "placeholder.svg": hashedName("placeholder.svg", placeholder) };
  const [[style], [loader], [suggestions]] = await Promise.all([
    bundle({ root, esbuild, entry: "assets/shell/shell.css", name: "shell", what: "the shell's stylesheet", hashed: false, plugins: [namedFiles(named)] }),
    bundle({ root, esbuild, entry: "assets/shell/loader.ts", name: "loader", what: "the loader", hashed: false }),
    bundle({ root, esbuild, entry: "assets/shell/suggestions.ts", name: "suggestions", what: "the suggestions", hashed: false }),
  ]);
  const files = [
    { name: "display.woff2", path: named["display.woff2"], bytes: font },
    { name: "icon.svg", path: hashedName("icon.svg", icon), bytes: icon },
    { name: "loader.js", path: hashedName("loader.js", loader.bytes), bytes: loader.bytes },
    ...pictures.flatMap((picture) => picture.files),
    { name: "placeholder.svg", path: named["placeholder.svg"], bytes: placeholder },
    { name: "shell.css", path: hashedName("shell.css", style.bytes), bytes: style.bytes },
    { name: "suggestions.js", path: hashedName("suggestions.js", suggestions.bytes), bytes: suggestions.bytes },
  ];
  const listed = files.map((file) => [file.name, { path: file.path, ...describe(file.path, file.bytes) }]);
  return { files, manifest: manifestBytes({ schema: MANIFEST_SCHEMA, files: sorted(listed), pictures: pictureTable(pictures) }) };
}

/** What is written for the shell, the manifest last. */
export function shellFiles({ files, manifest }) {
  return [...files.map((file) => ({ path: `shell/${file.path}`, bytes: file.bytes })), { path: "shell/manifest.json", bytes: manifest }];
}

async function readFont(root) {
  try {
    return await readFile(path.join(root, FONT));
  } catch (error) {
    if (error?.code !== "ENOENT") throw error;
    throw new BuildError(`the display font is missing: \`${FONT}\``, "run `npm ci` in the project's root");
  }
}

async function readDrawing(root, name) {
  const file = `assets/shell/${name}`;
  return Buffer.from(checkSvg(file, await readFile(path.join(root, file), "utf8")));
}

/** The stylesheet names font and placeholder plainly; each address becomes the hashed name beside the built stylesheet. */
function namedFiles(named) {
  return {
    name: "named-files",
    setup(build) {
      build.onResolve({ filter: /^\.\/(display\.woff2|placeholder\.svg)$/ }, ({ path: wanted }) => ({ path: `./${named[wanted.slice(2)]}`, external: true }));
    },
  };
}
