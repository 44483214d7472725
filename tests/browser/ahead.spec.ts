// Pages that are there before the click: which ones a browser may render or fetch ahead.
// How fast that makes a click is a figure of `docs/benchmarks.md`; here nothing depends on time.
import { expect, test as plain } from "@playwright/test";

import { ORIGIN } from "./environment.mjs";
import { open, test } from "./fixtures.ts";
import { startPlainBrowser } from "./plain-browser.mjs";

const CARD = "#results li:nth-child(3) .product-link";
const LISTING_MOUNTED = 'location.pathname === "/products" && document.querySelector("[data-mounted]") !== null';

plain("a product page is rendered ahead when the pointer rests on its link, and comes alive with the click", async () => {
  const browser = await startPlainBrowser();
  try {
    await browser.page.goto(`${ORIGIN}/products`);
    await browser.page.until(LISTING_MOUNTED);
    const rendered = browser.nextAhead();
    const click = await browser.page.hover(CARD);
    const ahead = await rendered;
    await ahead.until('document.readyState === "complete"');
    expect(await ahead.evaluate("document.prerendering"), "nobody has seen the page").toBe(true);
    expect(await ahead.evaluate('document.querySelectorAll("[data-mounted]").length'), "nothing mounts before the page is shown").toBe(0);
    const files = (await ahead.evaluate('performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)')) as string[];
    expect(files.filter((file) => /beacon|\/api\//.test(file)), "nothing is reported").toEqual([]);

    await click();
    await ahead.until("!document.prerendering");
    await ahead.until('document.querySelector(".slot").dataset.mounted === ""');
    expect(await ahead.evaluate('performance.getEntriesByType("navigation")[0].activationStart > 0')).toBe(true);
    expect(await ahead.evaluate("location.pathname")).toMatch(/^\/products\/[^/]+$/);
    expect(await browser.cookies(), "no release splits its traffic, so nobody is drawn").toEqual([]);
  } finally {
    await browser.close();
  }
});

test("the rules name the list and its products, and nothing that has an effect", async ({ page }) => {
  await open(page, "/products/cafe-press", "product-detail");
  const matches = await page.evaluate(() => {
    interface Rule {
      where: { and: { href_matches?: string | string[]; not?: { href_matches?: string } }[] };
    }
    const rules = JSON.parse(document.querySelector('script[type="speculationrules"]')!.textContent!) as Record<"prefetch" | "prerender", [Rule]>;
    const Pattern = (globalThis as unknown as { URLPattern: new (pattern: string, base: string) => { test(url: string): boolean } }).URLPattern;
    const fits = (patterns: string | string[] | undefined, url: string): boolean => [patterns ?? []].flat().some((pattern) => new Pattern(pattern, location.href).test(url));
    const names = ([{ where }]: [Rule], url: string): boolean => where.and.every(({ href_matches, not }) => (not ? !fits(not.href_matches, url) : fits(href_matches, url)));
    const addresses = ["/", "/products", "/products?page=2", "/categories", "/products/cafe-press", "/products/cafe-press?quantity=1&cart=add", "/products?preview.end", "/products/cafe-press?preview.end", "/api/products", "/remotes/products/remoteEntry.js", "/__versions", "/sitemap.xml"];
    return Object.fromEntries(
      addresses.map((address) => {
        const url = new URL(address, location.href).href;
        return [address, (["prefetch", "prerender"] as const).filter((kind) => names(rules[kind], url)).join()];
      }),
    );
  });
  expect(matches).toEqual({
    "/": "prefetch",
    "/products": "prefetch",
    "/products?page=2": "prefetch",
    "/categories": "prefetch",
    "/products/cafe-press": "prerender",
    "/products/cafe-press?quantity=1&cart=add": "",
    "/products?preview.end": "",
    "/products/cafe-press?preview.end": "",
    "/api/products": "",
    "/remotes/products/remoteEntry.js": "",
    "/__versions": "",
    "/sitemap.xml": "",
  });
});
