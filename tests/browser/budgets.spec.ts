// What a page costs, as the browser sees it: requests, and bytes of script and style.
// The same limits are measured on the built files by `cargo xtask test`; here nothing loads that they do not know of.
import { expect, mounted, test, type Page, type Remote } from "./fixtures.ts";

const REQUESTS = 6;
const SCRIPT_BYTES = 10 * 1024;
const STYLE_BYTES = 10 * 1024;

const PAGES: [address: string, remote: Remote][] = [
  ["/products", "products"],
  ["/products/cafe-press", "product-detail"],
];

for (const [address, remote] of PAGES) {
  test(`${address} stays within its budgets`, async ({ page }) => {
    const loaded: { url: string; type: string; body: Promise<string> }[] = [];
    page.on("response", (response) => {
      const type = response.request().resourceType();
      const isPicture = type === "image" || /\.svg$/.test(response.url());
      if (!isPicture) loaded.push({ url: response.url(), type, body: type === "font" ? Promise.resolve("") : response.text() });
    });
    await page.goto(address, { waitUntil: "load" });
    await mounted(page, remote);
    expect(loaded.map(({ url }) => url).filter((url) => !url.startsWith(new URL(page.url()).origin)), "requests to elsewhere").toEqual([]);
    expect(loaded.length, loaded.map(({ url }) => url).join("\n")).toBeLessThanOrEqual(REQUESTS);
    expect(await weight(loaded, "script")).toBeLessThanOrEqual(SCRIPT_BYTES);
    expect(await weight(loaded, "stylesheet")).toBeLessThanOrEqual(STYLE_BYTES);
  });
}

test("all the scripts of the listing, suggestions included, stay within the budget", async ({ page }) => {
  const loaded: { url: string; type: string; body: Promise<string> }[] = [];
  page.on("response", (response) => {
    const type = response.request().resourceType();
    if (type === "script") loaded.push({ url: response.url(), type, body: response.text() });
  });
  await page.goto("/products");
  await mounted(page);
  await page.locator("#search").focus();
  await expect(page.locator("#search")).toHaveRole("combobox");
  expect(await weight(loaded, "script")).toBeLessThanOrEqual(SCRIPT_BYTES);
});

test("the home page loads the loader alone, and suggestions with the first visit to the search field", async ({ page }) => {
  const scripts: string[] = [];
  page.on("request", (request) => {
    if (request.resourceType() === "script") scripts.push(new URL(request.url()).pathname.replace(/-[A-Z0-9]+\./, "."));
  });
  await page.goto("/", { waitUntil: "load" });
  expect(scripts).toEqual(["/assets/loader.js"]);
  await page.getByLabel("Search products", { exact: true }).focus();
  await expect.poll(() => scripts).toEqual(["/assets/loader.js", "/assets/suggestions.js"]);
});

test("nothing is fetched twice on the way through the shop", async ({ page }) => {
  await page.goto("/products");
  await mounted(page);
  await page.locator("#results .product-card").getByRole("link").first().click();
  await mounted(page, "product-detail");
  // But for the icon, which browsers ask for when they please.
  const again = await fromNetwork(page, /\/assets\/.*\.(css|js|woff2)$/);
  expect(again, "the shell's files come from the browser's cache").toEqual([]);
});

/** Files of this page that came over the network: what came from the cache has no transfer size. */
function fromNetwork(page: Page, files: RegExp): Promise<string[]> {
  return page.evaluate(
    (pattern) =>
      (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
        .filter(({ name, transferSize }) => new RegExp(pattern).test(name) && transferSize > 0)
        .map(({ name }) => name),
    files.source,
  );
}

async function weight(loaded: { type: string; body: Promise<string> }[], kind: string): Promise<number> {
  const sizes = await Promise.all(loaded.filter(({ type }) => type === kind).map(async ({ body }) => compressed(await body)));
  expect(sizes.length, `files of kind ${kind}`).toBeGreaterThan(0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Bytes after gzip, whatever the server of the tests sends. */
async function compressed(text: string): Promise<number> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}
