// The address of a state of the list: what the server's own links say, so that one state has one address.
// Pure. Judges no value: the server answers a bad one with the form and the rule that it breaks.

/** In the order of the server's canonical addresses. */
const PARAMETERS = ["category", "minPrice", "maxPrice", "inStock", "search", "page", "pageSize", "sort"] as const;

const DEFAULTS: Readonly<Record<string, string>> = { page: "1", pageSize: "12" };

/**
 * Address of the list for the fields of its form. Empty fields, defaults and fields of other meaning are left out; a name may have several
 * values, and fields that are not known here follow in the order of the form.
 */
export function listingUrl(path: string, fields: Iterable<readonly [string, unknown]>): string {
  const values = new Map<string, string[]>(PARAMETERS.map((name) => [name, []]));
  for (const [name, value] of fields) {
    if (typeof value !== "string" || value.trim() === "" || value.trim() === DEFAULTS[name]) continue;
    const others = values.get(name);
    if (others) others.push(value.trim());
    else values.set(name, [value.trim()]);
  }
  const query = [...values].flatMap(([name, own]) => own.map((value) => `${encode(name)}=${encode(/Price$/.test(name) ? shortestPrice(value) : value)}`));
  return query.length > 0 ? `${path}?${query.join("&")}` : path;
}

/** `48.00` and `048` are `48`. What is no price stays as it is. */
function shortestPrice(text: string): string {
  return /^\d{1,7}(\.\d{1,2})?$/.test(text) ? String(Number(text)) : text;
}

/** Percent-encodes all but the unreserved characters of RFC 3986, as the server does. Half a surrogate pair has no encoding. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/[\uD800-\uDFFF]/gu, "")).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
