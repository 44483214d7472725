// Every kind of page comes back from the browser's back/forward cache: not loaded again, but as it was left.
// Nothing of the shop may stand in the way of that: no `unload`, no `no-store`, no open connection.
import { BROWSER_ARGUMENTS, findChromium } from "./environment.mjs";
import { expect, mounted, pathOf, test } from "./fixtures.ts";

// Playwright switches it off.
test.use({ launchOptions: { executablePath: findChromium(), args: BROWSER_ARGUMENTS, ignoreDefaultArgs: ["--disable-back-forward-cache"] } });

for (const [address, next] of [
  ["/", "/products"],
  ["/products", "/products/cafe-press"],
  ["/products?category=Kitchen", "/"],
  ["/products/cafe-press", "/products"],
  ["/categories", "/products"],
] as const) {
  test(`${address} comes back as it was left`, async ({ page }) => {
    await page.goto(address);
    if (address.startsWith("/products")) await mounted(page, address === "/products/cafe-press" ? "product-detail" : "products");
    await page.evaluate(() => {
      addEventListener("pageshow", ({ persisted }) => (document.documentElement.dataset.persisted = String(persisted)));
    });
    await page.evaluate((next) => void (location.href = next), next);
    await expect.poll(() => pathOf(page.url())).toBe(next);
    await page.waitForLoadState("load");
    await page.evaluate(() => history.back());
    await expect.poll(() => pathOf(page.url())).toBe(address);
    await expect(page.locator("html"), "the page was put away whole and not loaded again").toHaveAttribute("data-persisted", "true");
    const reasons = await page.evaluate(() => (performance.getEntriesByType("navigation")[0] as unknown as { notRestoredReasons?: unknown }).notRestoredReasons ?? null);
    expect(reasons).toBe(null);
  });
}
