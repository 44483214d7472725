// How every script and stylesheet is bundled: one place for targets, names and the rules of the pages' policy.
// Returns bytes and writes nothing; a warning stops the build as an error does, since nobody reads warnings.
import path from "node:path";

import { REFERRED_FILES } from "./content.mjs";
import { BuildError, bundleError } from "./error.mjs";

/** Browsers that know import maps; in older ones the server's page works without any script. */
const SCRIPT_TARGET = "es2022";
const STYLE_TARGET = ["chrome109", "edge109", "firefox115", "safari16.4"];

/**
 * Bundles one entry and returns its files, the entry's own first.
 * @param {{ root: string, esbuild: typeof import("esbuild"), entry: string, name: string, what: string,
 *   define?: Record<string, string>, hashed?: boolean, splitting?: boolean, plugins?: import("esbuild").Plugin[] }} options
 */
export async function bundle({ root, esbuild, entry, name, what, define = {}, hashed = true, splitting = false, plugins = [] }) {
  const style = entry.endsWith(".css");
  let result;
  try {
    result = await esbuild.build({
      absWorkingDir: root,
      entryPoints: [{ in: entry, out: name }],
      outdir: "out",
      write: false,
      metafile: true,
      bundle: true,
      minify: true,
      charset: "utf8",
      legalComments: "none",
      logLevel: "silent",
      // The type checker's settings change no output; what is built depends on the sources and this file alone.
      tsconfigRaw: "{}",
      define,
      loader: Object.fromEntries(REFERRED_FILES.map((extension) => [extension, "file"])),
      assetNames: "[name]-[hash]",
      chunkNames: "[name]-[hash]",
      entryNames: hashed ? "[name]-[hash]" : "[name]",
      plugins: [...plugins, sameOriginOnly],
      ...(style ? { target: STYLE_TARGET } : { target: SCRIPT_TARGET, format: "esm", platform: "browser", splitting }),
    });
  } catch (error) {
    if (!Array.isArray(error?.errors)) throw error;
    throw bundleError(what, error.errors);
  }
  if (result.warnings.length > 0) throw bundleError(what, result.warnings);
  const own = Object.entries(result.metafile.outputs).find(([, output]) => output.entryPoint === entry)?.[0];
  const files = result.outputFiles.map((file) => ({ name: path.basename(file.path), bytes: Buffer.from(file.contents) }));
  files.sort((left, right) => Number(right.name === path.basename(own)) - Number(left.name === path.basename(own)));
  return files;
}

/** The pages' policy lets styles and pictures come from the shop alone: a `data:` or foreign address would silently not load. */
const sameOriginOnly = {
  name: "same-origin-only",
  setup(build) {
    build.onResolve({ filter: /^(data:|[a-z][a-z0-9+.-]*:\/\/|\/\/)/i }, ({ path: address, importer }) => {
      const place = path.relative(build.initialOptions.absWorkingDir, importer) || importer;
      throw new BuildError(`\`${place}\` refers to \`${address.slice(0, 60)}\`, which the pages' Content-Security-Policy refuses; only files of the project load`);
    });
  },
};
