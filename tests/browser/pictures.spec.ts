// Pictures: a place reserved for each, the first at once and the rest when they are near, and nothing that jumps.
// How they look is for eyes; here is how they load.
import { expect, gate, mounted, test, type Page } from "./fixtures.ts";

const PAGES = ["/", "/products", "/products/cafe-press"];
/** The most that a page may move by itself while it loads. */
const SHIFT_LIMIT = 0.02;

test("every picture has a place of its own size, and loads", async ({ page }) => {
  for (const address of PAGES) {
    await page.goto(address);
    const pictures = page.locator("img");
    expect(await pictures.count()).toBeGreaterThan(0);
    for (const picture of await pictures.all()) {
      await expect(picture).toHaveAttribute("width", /^\d+$/);
      await expect(picture).toHaveAttribute("height", /^\d+$/);
      await expect(picture).toHaveAttribute("alt", /^/);
    }
    await scrollThrough(page);
    await expect.poll(() => pictures.evaluateAll((all) => (all as HTMLImageElement[]).filter((one) => !one.complete || one.naturalWidth === 0).map((one) => one.src))).toEqual([]);
  }
});

test("the first row is eager, the rest is lazy", async ({ page }) => {
  await page.goto("/products");
  const rows = await page.locator("#results img").evaluateAll((all) =>
    (all as HTMLImageElement[]).map((one) => ({ lazy: one.loading === "lazy", fetchPriority: one.fetchPriority, row: one.closest("li")!.offsetTop })),
  );
  const first = rows.filter(({ row }) => row === rows[0]!.row);
  expect(first.length).toBeGreaterThan(1);
  expect(first.filter(({ lazy }) => lazy)).toEqual([]);
  expect(rows[0]!.fetchPriority).toBe("high");
  expect(rows.filter(({ fetchPriority }) => fetchPriority === "high")).toHaveLength(1);
  expect(rows.slice(4).filter(({ lazy }) => !lazy)).toEqual([]);

  await page.goto("/products/cafe-press");
  const [leading, ...further] = await page.locator(".product-detail img").all();
  await expect(leading!).toHaveAttribute("fetchpriority", "high");
  await expect(leading!).not.toHaveAttribute("loading", "lazy");
  for (const picture of further) await expect(picture).toHaveAttribute("loading", "lazy");
  for (const picture of await page.locator(".related img").all()) await expect(picture).toHaveAttribute("loading", "lazy");
});

for (const { scripts, width } of [
  { scripts: true, width: 1280 },
  { scripts: false, width: 360 },
]) {
  test.describe(scripts ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled: scripts, viewport: { width, height: 800 } });

    for (const address of PAGES) {
      test(`a picture that does not arrive is drawn in a square of the same place: ${address}`, async ({ page, watch }) => {
        watch.breaks(/\/pictures\//);
        await page.route(/\/pictures\/.*\.svg$/, (route) => route.fulfill({ status: 404 }));
        const drawing = page.waitForResponse(/\/placeholder-.*\.svg$/);
        await page.goto(address);
        const url = (await drawing).url();
        const picture = page.locator("img.product-image").first();
        const { width: wide, height } = (await picture.boundingBox())!;
        expect(wide).toBeGreaterThan(100);
        expect(Math.abs(wide - height)).toBeLessThan(1);
        // What stands there is what the drawing looks like as a picture, and not the browser's own sign.
        await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.complete)).toBe(true);
        const failed = await picture.screenshot();
        await picture.evaluate((image: HTMLImageElement, drawn) => {
          image.classList.remove("picture-failed");
          image.src = drawn;
          return image.decode();
        }, url);
        const drawn = await picture.screenshot();
        // A tile alone, or one with the browser's own sign, packs into a fraction of it.
        expect(failed.length / drawn.length, `${failed.length} bytes against ${drawn.length}`).toBeGreaterThan(0.7);
      });
    }
  });
}

test("there is nothing to enlarge in a picture that did not arrive", async ({ page, watch }) => {
  watch.breaks(/\/pictures\//);
  await page.route(/\/pictures\/.*\.svg$/, (route) => route.fulfill({ status: 404 }));
  await page.goto("/products/cafe-press");
  await mounted(page, "product-detail");
  await expect(page.locator(".product-detail .product-image").first()).toHaveClass(/picture-failed/);
  await expect(page.locator(".enlarge-btn")).toBeHidden();
});

for (const width of [360, 1280]) {
  test(`nothing jumps at ${width} px while pictures, font and module come late`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.addInitScript(() => {
      const shifts: { value: number; of: string }[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] })[]) {
          if (!entry.hadRecentInput) shifts.push({ value: entry.value, of: entry.sources.map(({ node }) => (node as Element | null)?.className ?? "").join(", ") });
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    for (const address of PAGES) {
      const late = gate();
      await page.route(/\.(svg|woff2)$|\/remotes\/.*\.js$/, async (route) => {
        await late.passed;
        await route.continue();
      });
      await page.goto(address, { waitUntil: "domcontentloaded" });
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      // Painted without them; now they come.
      await paint(page);
      late.open();
      await page.waitForLoadState("load");
      await page.evaluate(() => document.fonts.ready.then(() => undefined));
      if (address.startsWith("/products")) await mounted(page, address === "/products" ? "products" : "product-detail");
      await scrollThrough(page);
      await paint(page);
      const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: { value: number; of: string }[] }).shifts);
      expect(shifts.reduce((sum, { value }) => sum + value, 0), `${address}: ${JSON.stringify(shifts)}`).toBeLessThan(SHIFT_LIMIT);
      await page.unrouteAll({ behavior: "wait" });
    }
  });
}

/** Two frames: what was changed before the first is on the screen with the second. */
function paint(page: Page): Promise<void> {
  return page.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));
}

async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
      scrollTo({ top, behavior: "instant" });
      await new Promise(requestAnimationFrame);
    }
  });
}
