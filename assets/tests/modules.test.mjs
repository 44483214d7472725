// The pure parts of the remotes, and what all of them weigh.
// How they behave in a page is the business of the browser scenarios in `tests/`.
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

import { bundle } from "../build/bundle.mjs";
import { buildRemote, findRemotes } from "../build/remotes.mjs";
import { gzipSize } from "../build/summary.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function load(entry) {
  const [file] = await bundle({ root, esbuild, entry, name: "module", what: entry });
  return import(`data:text/javascript;base64,${file.bytes.toString("base64")}`);
}

test("the address of a form is the server's canonical one", async () => {
  const { listingUrl } = await load("assets/products/src/listing-url.ts");
  const check = (fields, expected) => assert.equal(listingUrl("/products", fields), expected);
  check([], "/products");
  check([["search", ""], ["category", ""], ["minPrice", " "], ["sort", ""]], "/products");
  check([["sort", "name"], ["search", "mug"], ["inStock", "true"], ["maxPrice", "9.5"], ["minPrice", "1"], ["category", "Kitchen"]], "/products?category=Kitchen&minPrice=1&maxPrice=9.5&inStock=true&search=mug&sort=name");
  check([["page", "1"], ["pageSize", "12"]], "/products");
  check([["pageSize", "6"], ["page", "2"]], "/products?page=2&pageSize=6");
  check([["minPrice", "48.00"], ["maxPrice", "0099.90"]], "/products?minPrice=48&maxPrice=99.9");
  check([["minPrice", "12345678"], ["maxPrice", "-1"]], "/products?minPrice=12345678&maxPrice=-1");
  check([["minPrice", "1e3"]], "/products?minPrice=1e3");
  // 1250 where the currency has two decimal places.
  check([["minPrice", "1.250"]], "/products?minPrice=1.250");
  // Currencies with three decimal places and with none.
  check([["minPrice", "1.234"], ["maxPrice", "12.5"]], "/products?minPrice=1.234&maxPrice=12.5");
  check([["minPrice", "0.005"]], "/products?minPrice=0.005");
  check([["minPrice", "4800"], ["maxPrice", "1250000000"]], "/products?minPrice=4800&maxPrice=1250000000");
  check([["search", "  two words  "]], "/products?search=two%20words");
  check([["search", "a&b=c#d+e%"]], "/products?search=a%26b%3Dc%23d%2Be%25");
  check([["search", "it's (so) *good*!"]], "/products?search=it%27s%20%28so%29%20%2Agood%2A%21");
  check([["search", "café 咖啡 ~-._"]], "/products?search=caf%C3%A9%20%E5%92%96%E5%95%A1%20~-._");
  check([["search", "half \ud83d pair"]], "/products?search=half%20%20pair");
  check([["search", new Blob([])]], "/products");
  check([["category", "Kitchen"], ["sort", "name"], ["category", "Desk"]], "/products?category=Desk&category=Kitchen&sort=name");
  check([["option.size", "M"], ["brand", "A & B"], ["sort", "name"], ["option.size", "L"]], "/products?brand=A%20%26%20B&option.size=L&option.size=M&sort=name");
  check([["attr.b", "1"], ["option.z", "1"], ["new", "2"], ["attr.a", "1"], ["also", "1"], ["search", "x"], ["minRating", "4"], ["onSale", "true"], ["collection", "c"]], "/products?collection=c&onSale=true&minRating=4&option.z=1&attr.a=1&attr.b=1&search=x&new=2&also=1");
  check([["search", ""], ["search", "mug"]], "/products?search=mug");
});

test("products are marked by the hash that the server computes", async () => {
  const { hashOf } = await load("assets/shell/in-cart.ts");
  // `shop/src/cart/held.rs` has the same rows.
  for (const [id, hash] of [["1", "1d"], ["6", "1i"], ["mug-moss", "1nnt4wg"], ["0123456789abcdef", "zud4wc"]]) assert.equal(hashOf(id), hash, id);
});

test("a change that failed names its cause", async () => {
  const { causeOf } = await load("assets/cart/src/words.ts");
  const check = (status, retryAfter, isOnline, expected) => assert.equal(causeOf(status, retryAfter, isOnline), expected);
  check(0, 0, true, "The shop did not answer. Try again.");
  check(0, 0, false, "You are offline. Try again when there is a connection.");
  check(429, 1, true, "Too many changes in a short time. Try again in 1 second.");
  check(429, 59, true, "Too many changes in a short time. Try again in 59 seconds.");
  check(429, 0, true, "Too many changes in a short time. Try again in a minute.");
  check(429, 61, true, "Too many changes in a short time. Try again in 2 minutes.");
  check(500, 0, true, "The shop has a fault at the moment. Try again in a minute.");
  check(503, 30, true, "The shop has a fault at the moment. Try again in a minute.");
  check(403, 0, true, "The shop refused this. Load the page anew, and try again.");
});

test("a line that comes back in part says how much of it", async () => {
  const { restored } = await load("assets/cart/src/words.ts");
  assert.equal(restored(37, 60), "Only 37 are left: 37 of the 60 are back in your cart.");
  assert.equal(restored(1, 2), "Only one is left: 1 of the 2 is back in your cart.");
});

test("scripts and styles stay within their budgets, gzip", async () => {
  const [loader] = await bundle({ root, esbuild, entry: "assets/shell/loader.ts", name: "loader", what: "the loader" });
  assert.ok(gzipSize([loader]) <= 2 * 1024, `the loader has ${gzipSize([loader])} bytes, the limit is 2 KiB`);
  const [suggestions] = await bundle({ root, esbuild, entry: "assets/shell/suggestions.ts", name: "suggestions", what: "the suggestions" });
  const shell = gzipSize([loader, suggestions]);
  const assets = path.join(root, "assets");
  for (const name of await findRemotes(assets)) {
    const { files } = await buildRemote({ root, name, esbuild });
    // The cart's are fetched with its first use; with the largest remote they are no script that a page loads by itself.
    const scripts = shell + gzipSize(files.filter((file) => file.name.endsWith(".js")));
    assert.ok(scripts <= 10 * 1024, `a page with \`${name}\` has ${scripts} bytes of script, the limit is 10 KiB`);
    const styles = gzipSize(files.filter((file) => file.name.endsWith(".css")));
    assert.ok(styles <= 6 * 1024, `\`${name}\` has ${styles} bytes of style, the limit beside the shell's is 6 KiB`);
  }
});

test("no module reaches for a sink that the pages' policy closes", async () => {
  const assets = path.join(root, "assets");
  const shell = await Promise.all(["loader", "suggestions"].map((name) => bundle({ root, esbuild, entry: `assets/shell/${name}.ts`, name, what: name })));
  const remotes = await Promise.all((await findRemotes(assets)).map((name) => buildRemote({ root, name, esbuild })));
  for (const files of [...shell, ...remotes.map(({ files }) => files)]) {
    for (const file of files.filter((found) => found.name.endsWith(".js"))) {
      assert.doesNotMatch(file.bytes.toString("utf8"), /innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|\beval\b|new Function/, file.name);
    }
  }
});
