// Builds the shell's files: stylesheet, loader, icon and display font, each under a content-hashed name.
// Pictures come in from outside and are only listed in the manifest here.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { bundle } from "./bundle.mjs";
import { describe, hashedName, manifestBytes, sorted } from "./content.mjs";
import { BuildError } from "./error.mjs";
import { checkSvg } from "./svg.mjs";

const MANIFEST_SCHEMA = 1;
const FONT = "node_modules/@fontsource/young-serif/files/young-serif-latin-400-normal.woff2";

/** Returns the shell's files in the order of their names, and its manifest's bytes. */
export async function buildShell({ root, esbuild, pictures }) {
  for (const file of ["assets/shell/shell.css", "assets/shell/loader.ts", "assets/shell/icon.svg"]) {
    if (!existsSync(path.join(root, file))) throw new BuildError(`the shell has no \`${file}\``);
  }
  const font = await readFont(root);
  const fontName = hashedName("display.woff2", font);
  const [[style], [loader], icon] = await Promise.all([
    bundle({ root, esbuild, entry: "assets/shell/shell.css", name: "shell", what: "the shell's stylesheet", hashed: false, plugins: [displayFont(fontName)] }),
    bundle({ root, esbuild, entry: "assets/shell/loader.ts", name: "loader", what: "the loader", hashed: false }),
    readFile(path.join(root, "assets/shell/icon.svg"), "utf8").then((text) => Buffer.from(checkSvg("assets/shell/icon.svg", text))),
  ]);
  const files = [
    { name: "display.woff2", path: fontName, bytes: font },
    { name: "icon.svg", path: hashedName("icon.svg", icon), bytes: icon },
    { name: "loader.js", path: hashedName("loader.js", loader.bytes), bytes: loader.bytes },
    ...pictures,
    { name: "shell.css", path: hashedName("shell.css", style.bytes), bytes: style.bytes },
  ];
  const listed = files.map((file) => [file.name, { path: file.path, ...describe(file.path, file.bytes) }]);
  return { files, manifest: manifestBytes({ schema: MANIFEST_SCHEMA, files: sorted(listed) }) };
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

/** The stylesheet names the font `display.woff2`; the address becomes the hashed name beside the built stylesheet. */
function displayFont(fontName) {
  return {
    name: "display-font",
    setup(build) {
      build.onResolve({ filter: /^(\.\/)?display\.woff2$/ }, () => ({ path: `./${fontName}`, external: true }));
    },
  };
}
