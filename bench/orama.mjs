// Orama: as it comes, and with what its documentation offers for better matches: its stemmer, and all words demanded.
import { create, insertMultiple, search } from "@orama/orama";

import { answer, BOOST, DEPTH, FIELDS, products } from "./common.mjs";

const all = products();
const plain = engine({ language: "english" });
const stemming = engine({ components: { tokenizer: { language: "english", stemming: true } } });

function engine(options) {
  const schema = Object.fromEntries(FIELDS.map((field) => [field, "string"]));
  const made = create({ schema, ...options });
  insertMultiple(made, all);
  return made;
}

// A threshold of 1, the default, takes products that have any of the words; 0 those that have all.
const ways = [
  { settings: "any word (its defaults)", options: { engine: plain, threshold: 1 } },
  { settings: "all words", options: { engine: plain, threshold: 0 } },
  { settings: "English stemmer, any word", options: { engine: stemming, threshold: 1 } },
  { settings: "English stemmer, all words", options: { engine: stemming, threshold: 0 } },
];
answer(ways, (term, { engine, threshold }) => {
  const found = search(engine, { term, properties: FIELDS, boost: BOOST, limit: DEPTH, threshold });
  return found.hits.map((hit) => hit.id);
});
