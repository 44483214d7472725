// Orama in a Worker: the way it is asked comes with the question.
import { create, insertMultiple, search as find } from "@orama/orama";
import text from "products.ndjson";

import { BOOST, FIELDS, PAGE, products, serve } from "./timing.mjs";

const WAYS = {
  "tolerance 1, any word": { tolerance: 1, threshold: 1 },
  "all words": { threshold: 0 },
};

export default serve(async () => {
  const engine = create({ schema: Object.fromEntries(FIELDS.map((field) => [field, "string"])), language: "english" });
  await insertMultiple(engine, products(text), 5000);
  return async ({ search, way }) => {
    const { hits, count } = await find(engine, { term: search, properties: FIELDS, boost: BOOST, limit: PAGE, ...WAYS[way] });
    return JSON.stringify({ data: hits.map(({ document }) => document), total: count });
  };
});
