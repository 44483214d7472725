// MiniSearch: as its guide sets up a search field, and as it comes.
import MiniSearch from "minisearch";

import { answer, BOOST, FIELDS, products } from "./common.mjs";

const engine = new MiniSearch({ fields: FIELDS });
engine.addAll(products());

const ways = [
  { settings: "prefix, fuzzy 0.2, any word", options: { prefix: true, fuzzy: 0.2 } },
  { settings: "whole words, any word (its defaults)", options: {} },
  { settings: "whole words, all words", options: { combineWith: "AND" } },
];
answer(ways, (query, options) => engine.search(query, { boost: BOOST, ...options }).map((hit) => hit.id));
