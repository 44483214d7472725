// A shop whose every word is awkward: no space, no hyphen, as long as a record may have it.
// Every record keeps the rules of `catalog/src/build/`, so the shop is one that could be.
import { readFileSync } from "node:fs";
import path from "node:path";

import { ROOT } from "./environment.mjs";
import { VARIANTS } from "./variants.mjs";

/** Nowhere to break, and nothing that a dictionary knows. */
const unbroken = (letter, length) => letter.repeat(length);

/** The 21 letters with which the fault was found, and words that are longer. */
export const WORDS = {
  word: "Geschirrspülmaschinen",
  compound: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
  address: "https://www.example.com/catalogue/2026/very/long/path/without/any/break?article=0123456789&colour=anthracite",
  noBreak: "eighteen\u00a0words\u00a0which\u00a0a\u00a0merchant\u00a0has\u00a0joined\u00a0by\u00a0spaces\u00a0that\u00a0do\u00a0not\u00a0break",
  widest: unbroken("W", 200),
  underscores: unbroken("part_number_", 200).slice(0, 120),
  joined: unbroken("茶\u2060", 60),
  emoji: unbroken("👩‍👩‍👧‍👦", 20),
  arabic: unbroken("ب", 120),
};

const PICTURES = {
  missing: "/assets/pictures/nothing-is-here-AAAAAAAA.svg",
  real: JSON.parse(readFileSync(path.join(ROOT, "catalog", "data", "products.json"), "utf8"))[0].imageUrl,
  /** The only photo among the shop's own pictures. */
  photo: "/assets/pictures/wool-throw-weave.jpg",
  none: "",
};

/** One product for each way to be awkward, then enough more for several pages and for more categories than pages offer; and products with variants. */
export const PRODUCTS = [
  ...VARIANTS,
  withOptions(record("options", "Options", "Options", "Options whose every word is awkward.")),
  ...Object.values(WORDS).map((text, index) => record(String(index + 1), text, text, text)),
  record(unbroken("W", 64), "An id as wide as ids may be", "Ids", WORDS.address, PICTURES.missing, 0),
  record("lines", "Lines", "Lines", `Lines that stay lines:\n\n${WORDS.compound}\n\n${WORDS.address}\nend`, PICTURES.real),
  { ...record("photo", "Photographed", "Lines", "A product with a photo.", PICTURES.photo), brand: WORDS.compound, collections: [WORDS.word, WORDS.arabic.slice(0, 100)] },
  ...Array.from({ length: 52 }, (_, index) => record(`more-${index}`, `${WORDS.word} ${WORDS.compound} ${index}`, `${String.fromCharCode(65 + (index % 26))}${index}${WORDS.compound}`, WORDS.compound)).map((product) => ({ ...product, brand: "Long & Wide" })),
];

function record(id, name, category, description, picture = PICTURES.none, stock = 999_999_999) {
  return { id, name: start(name), description, price: 9_999_999.99, imageUrl: picture, category: start(category), stock, rating: 4.85, reviews: 999_999_999 };
}

function withOptions(product) {
  const values = [WORDS.widest, WORDS.compound, WORDS.noBreak].map((word) => word.slice(0, 100));
  const variants = values.map((value, index) => ({ sku: `OPTION-${index}`, options: { [WORDS.word]: value }, price: 9_999_999.99, stock: index }));
  return { ...product, options: [{ name: WORDS.word, values }], variants };
}

/** As much of a text as a name may have, in whole characters. */
function start(text) {
  return [...text].slice(0, 200).join("");
}
