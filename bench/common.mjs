// What the scripts of all engines share: the products of the file they are given, the queries on stdin, and the answer on stdout.
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** How many products of each query are scored. */
export const DEPTH = 10;

/** What a word is worth by the field it stands in; a description counts once. */
export const BOOST = { name: 3, category: 2 };

export const FIELDS = ["name", "category", "description"];

export function products() {
  const lines = gunzipSync(readFileSync(process.argv[2])).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => {
    const { id, name, category, description } = JSON.parse(line);
    return { id, name, category, description };
  });
}

/** Asks every query in every way; `search` gives the ids, best first. */
export function answer(ways, search) {
  const queries = JSON.parse(readFileSync(0, "utf8"));
  const answers = ways.map(({ settings, options }) => ({
    settings,
    rankings: queries.map((query) => search(query, options).slice(0, DEPTH)),
  }));
  writeFileSync(1, JSON.stringify(answers));
}
