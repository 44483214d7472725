// The address of a state of the list: what the server's own links say, so that one state has one address.
// Pure. Judges no value: the server answers a bad one with the form and the rule that it breaks.

/** In the order of the server's canonical addresses; a point at the end stands before a name of the catalog's. */
const PARAMETERS = ["category", "minPrice", "maxPrice", "inStock", "brand", "collection", "onSale", "minRating", "option.", "attr.", "search", "page", "pageSize", "sort"];

const DEFAULTS: Readonly<Record<string, string>> = { page: "1", pageSize: "12" };

/**
 * Address of the list for the fields of its form. Empty fields, defaults and fields of other meaning are left out; a name may have several
 * values, which are sorted, and fields that are not known here follow in the order of the form.
 */
export function listingUrl(path: string, fields: Iterable<readonly [string, unknown]>): string {
  const values = new Map<string, string[]>();
  for (const [name, value] of fields) {
    if (typeof value !== "string" || value.trim() === "" || value.trim() === DEFAULTS[name]) continue;
    values.set(name, [...(values.get(name) ?? []), value.trim()]);
  }
  const sorted = [...values].sort(([left], [right]) => {
    const place = placeOf(left);
    return place - placeOf(right) || (PARAMETERS[place] && left !== right ? (left < right ? -1 : 1) : 0);
  });
  const query = sorted.flatMap(([name, own]) => own.sort().map((value) => `${encode(name)}=${encode(/Price$/.test(name) ? shortestPrice(value) : value)}`));
  return query.length > 0 ? `${path}?${query.join("&")}` : path;
}

function placeOf(name: string): number {
  const place = PARAMETERS.findIndex((known) => (known.endsWith(".") ? name.startsWith(known) : name === known));
  return place < 0 ? PARAMETERS.length : place;
}

/** `48.00` and `048` are `48`. What is no price stays as it is. */
function shortestPrice(text: string): string {
  return /^\d{1,7}(\.\d{1,2})?$/.test(text) ? String(Number(text)) : text;
}

/** Percent-encodes all but the unreserved characters of RFC 3986, as the server does. Half a surrogate pair has no encoding. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/[\uD800-\uDFFF]/gu, "")).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
