// MiniSearch in a Worker: the way it is asked comes with the question.
import MiniSearch from "minisearch";
import text from "products.ndjson";

import { BOOST, FIELDS, PAGE, products, serve } from "./timing.mjs";

const WAYS = {
  "prefix, fuzzy 0.2, any word": { prefix: true, fuzzy: 0.2 },
  "whole words, all words": { combineWith: "AND" },
};

export default serve(() => {
  const all = products(text);
  const byId = new Map(all.map((product) => [product.id, product]));
  const engine = new MiniSearch({ fields: FIELDS });
  engine.addAll(all);
  return ({ search, way }) => {
    const hits = engine.search(search, { boost: BOOST, ...WAYS[way] });
    return JSON.stringify({ data: hits.slice(0, PAGE).map(({ id }) => byId.get(id)), total: hits.length });
  };
});
