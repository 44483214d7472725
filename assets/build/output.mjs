// Brings a folder to a given content: whole files only, nothing rewritten that is the same, nothing left over.
// A reader at any moment sees files that fit together, as long as each manifest comes after what it names.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** @param {string} folder  @param {{ path: string, bytes: Buffer }[]} files in the order in which they may appear */
export async function writeOutput(folder, files) {
  await mkdir(folder, { recursive: true });
  const changed = [];
  for (const file of files) {
    if (!(await holds(path.join(folder, file.path), file.bytes))) changed.push(file);
  }
  if (changed.length > 0) {
    // Beside the folder, hence on the same disk (a rename is whole or not at all), and not in it (nothing half-written is seen).
    const staging = await mkdtemp(path.join(path.dirname(folder), ".dist-"));
    try {
      for (const [index, file] of changed.entries()) await writeFile(path.join(staging, String(index)), file.bytes);
      for (const [index, file] of changed.entries()) {
        const target = path.join(folder, file.path);
        await mkdir(path.dirname(target), { recursive: true });
        await rename(path.join(staging, String(index)), target);
      }
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }
  const removed = await prune(folder, "", new Set(files.map((file) => file.path)));
  return { written: changed.length, removed };
}

async function holds(file, bytes) {
  try {
    return bytes.equals(await readFile(file));
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes(error?.code)) return false;
    throw error;
  }
}

/** Removes what is not wanted, then the folders that this left empty. */
async function prune(folder, prefix, wanted) {
  let removed = 0;
  for (const entry of await readdir(path.join(folder, prefix), { withFileTypes: true })) {
    const name = prefix ? `${prefix}/${entry.name}` : entry.name;
    if (entry.isDirectory()) {
      removed += await prune(folder, name, wanted);
      await rmdir(path.join(folder, name)).catch(() => {});
    } else if (!wanted.has(name)) {
      await rm(path.join(folder, name));
      removed += 1;
    }
  }
  return removed;
}
