// A small project in a temporary folder, for tests that change sources and build them.
// Holds the least that the build accepts; packages come from the real project.
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const REAL_ROOT = fileURLToPath(new URL("../..", import.meta.url));

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>';

const SOURCES = {
  "assets/shell/shell.css": '@font-face { font-family: X; src: url("./display.woff2") } img { background: url("./placeholder.svg") } body { margin: 0 }',
  "assets/shell/loader.ts": "export const started: number = Date.now();",
  "assets/shell/suggestions.ts": "export const attach = (): void => undefined;",
  "assets/shell/icon.svg": SVG,
  "assets/shell/placeholder.svg": SVG,
  "assets/pictures/mug.svg": SVG,
  "assets/list/remote.json": JSON.stringify({ name: "list", version: "1.0.0", contract: 1, description: "A list." }),
  "assets/list/src/index.ts": 'declare const CONTRACT: number; export const contract = CONTRACT; export const mount = () => import("./later.ts");',
  "assets/list/src/later.ts": 'export const later: string = "later";',
  "assets/list/styles.css": ".list { color: red }",
  "catalog/data/products.json": '[\n  { "id": "1", "imageUrl": "/assets/pictures/mug.svg" },\n  { "id": "2", "imageUrl": "https://elsewhere.example/2.jpg" }\n]\n',
};

/** Makes the project, gives it to `use`, and removes it. `changes` maps a path to its text, or to null for no file. */
export async function withProject(changes, use) {
  const root = await mkdtemp(path.join(os.tmpdir(), "assets-test-"));
  try {
    await symlink(path.join(REAL_ROOT, "node_modules"), path.join(root, "node_modules"), "dir");
    for (const [file, text] of Object.entries({ ...SOURCES, ...changes })) {
      if (text !== null) await write(root, file, text);
    }
    return await use(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

export async function write(root, file, text) {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), text);
}

/** Every file under a folder of the project, by path, as text of its bytes. */
export async function contents(root, folder) {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  const pairs = await Promise.all(files.sort().map(async (file) => [path.relative(path.join(root, folder), file).replaceAll(path.sep, "/"), (await readFile(file)).toString("latin1")]));
  return Object.fromEntries(pairs);
}

export async function readJson(root, file) {
  return JSON.parse(await readFile(path.join(root, file), "utf8"));
}
