// The shop by keyboard alone: no pointer is used, nothing traps, and where the focus is can be seen.
// Keys of the suggestions are tested in `suggestions.spec.ts`.
import { expect, expectAddress, listing, mounted, open, test, type Locator, type Page } from "./fixtures.ts";

// The skip link slides in; where it ends is what counts.
test.use({ contextOptions: { reducedMotion: "reduce" } });

test("the skip link comes first and leads past the header", async ({ page }) => {
  for (const address of ["/", "/products", "/products/cafe-press"]) {
    await page.goto(address);
    const skip = page.getByRole("link", { name: "Skip to content" });
    await expect(skip).not.toBeInViewport();
    await page.keyboard.press("Tab");
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport({ ratio: 1 });
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.querySelector("main")!.contains(document.activeElement)), address).toBe(true);
  }
});

for (const [address, width] of [["/", 1280], ["/products", 1280], ["/products?search=lamp&pageSize=1", 360], ["/products/cafe-press", 360], ["/nope", 1280]] as const) {
  test(`every stop on ${address} at ${width} px can be seen, and the last leads out`, async ({ page, watch }) => {
    watch.breaks("/nope");
    await page.setViewportSize({ width, height: 800 });
    await page.goto(address);
    if (address.startsWith("/products")) await mounted(page, address === "/products/cafe-press" ? "product-detail" : "products");
    const stops: string[] = [];
    let last = "";
    // Twice as many as any page has: a trap would show as stops that come again.
    for (let count = 0; count < 120; count += 1) {
      await page.keyboard.press("Tab");
      const stop = await focused(page);
      if (!stop) break;
      expect.soft(stop.seen, `the focus on ${stop.name} can be seen`).toBe(true);
      expect.soft(stop.inView, `${stop.name} is in view when focused`).toBe(true);
      expect(stops, "no stop comes twice").not.toContain(stop.path);
      stops.push(stop.path);
      last = stop.name;
    }
    expect(stops.length).toBeGreaterThan(8);
    expect(last, "the footer's last link").toBe("Sitemap");
    // And all the way back.
    for (const _ of stops) await page.keyboard.press("Shift+Tab");
    await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  });
}

test("the whole journey by keys", async ({ page }) => {
  const list = listing(page);
  await page.goto("/");
  await tabTo(page, page.getByRole("region", { name: "Shop by category" }).getByRole("link", { name: "Kitchen" }));
  await page.keyboard.press("Enter");
  await mounted(page);
  await expectAddress(page, "/products?category=Kitchen");

  await tabTo(page, list.category("Kitchen"));
  await tabTo(page, list.category("Lighting"));
  await page.keyboard.press("Space");
  await expectAddress(page, "/products?category=Kitchen&category=Lighting");
  await expect(list.category("Lighting")).toBeFocused();
  await page.keyboard.press("Space");
  await expectAddress(page, "/products?category=Kitchen");
  // Arrow keys walk through the choices of which there is one, Enter takes it.
  await tabTo(page, list.rating("Any"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expectAddress(page, "/products?category=Kitchen&minRating=4");
  await expect(list.rating("4 stars")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expectAddress(page, "/products?category=Kitchen");
  await tabTo(page, list.inStock);
  await page.keyboard.press("Space");
  await expectAddress(page, "/products?category=Kitchen&inStock=true");
  await expect(list.inStock).toBeFocused();
  await tabTo(page, list.sort);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await expectAddress(page, "/products?category=Kitchen&inStock=true&sort=price-asc");
  await expect(list.names.first()).toHaveText("Enamel mug");
  await tabTo(page, list.cards.first().getByRole("link"));
  await page.keyboard.press("Enter");
  await expectAddress(page, "/products/enamel-mug");
  await mounted(page, "product-detail");

  const enlarge = page.getByRole("button", { name: "Enlarge picture" });
  await tabTo(page, enlarge);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  for (let count = 0; count < 4; count += 1) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest("dialog") !== null), "the focus stays in the dialog").toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(enlarge).toBeFocused();

  await tabTo(page, page.getByRole("link", { name: "Back to Products" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expectAddress(page, "/products?category=Kitchen&inStock=true&sort=price-asc");
});

test("the filters of a small screen unfold by keys and stay unfolded", async ({ page }) => {
  const list = listing(page);
  await page.setViewportSize({ width: 360, height: 640 });
  await open(page, "/products");
  await tabTo(page, list.form.locator(".filter-panel > summary"));
  await page.keyboard.press("Enter");
  await expect(list.inStock).toBeVisible();
  await tabTo(page, list.inStock);
  await page.keyboard.press("Space");
  await expectAddress(page, "/products?inStock=true");
  await expect(list.inStock).toBeVisible();
  await expect(list.inStock).toBeFocused();
  await tabTo(page, list.rating("Any"), "Shift+Tab");
  await tabTo(page, list.to, "Shift+Tab");
});

async function tabTo(page: Page, target: Locator, key = "Tab"): Promise<void> {
  await expect(target).toBeVisible();
  for (let count = 0; count < 80; count += 1) {
    await page.keyboard.press(key);
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  await expect(target, `reached by ${key}`).toBeFocused();
}

/** Where the focus is, and whether a shopper can see it; nothing when it has left the page. */
function focused(page: Page): Promise<{ name: string; path: string; seen: boolean; inView: boolean } | undefined> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return undefined;
    // A card or a tile may carry the outline of the link that covers it.
    const outlined = (bearer: Element, part?: string): boolean => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(bearer, part);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && !/, 0\)$|transparent/.test(outlineColor);
    };
    const bearers = [element, element.parentElement, element.closest("article, figure, li")].filter((bearer) => bearer !== null);
    const shape = element.getBoundingClientRect();
    const position = (at: Element): string => (at.parentElement ? `${position(at.parentElement)}>${[...at.parentElement.children].indexOf(at)}` : "");
    return {
      name: element.getAttribute("aria-label") ?? (element.textContent!.trim() || element.id),
      path: position(element),
      seen: bearers.some((bearer) => outlined(bearer)) || outlined(element, "::after"),
      inView: shape.bottom > 0 && shape.top < innerHeight && shape.right > 0 && shape.left < innerWidth,
    };
  });
}
