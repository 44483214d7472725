// The drawer and the notice for every eye: axe, light and dark, at both widths; large text; forced colours; no files before the first use.
import AxeBuilder from "@axe-core/playwright";

import { expect, mounted, test, type Page } from "./fixtures.ts";
import { added, drawer, fill, openDrawer } from "./drawer-terms.ts";

async function expectAccessible(page: Page, state: string): Promise<void> {
  // What is being shown is not yet as it will be.
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), state).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 1280]) {
    test(`axe finds nothing, ${colorScheme}, ${width} px`, async ({ page, watch }) => {
      watch.breaks("/cart/set");
      await page.setViewportSize({ width, height: 740 });
      await page.emulateMedia({ colorScheme });
      await fill(page, "1:2,mug-moss:1", "/products/cafe-press");
      await page.getByRole("button", { name: "Add to cart" }).click();
      await expect(added(page)).toContainText("Café press is in your cart.");
      await expectAccessible(page, "notice");
      const { remove, undo, quantity, alert, close } = await openDrawer(page);
      await expectAccessible(page, "drawer");
      await remove("Enamel mug").click();
      await expect(undo).toBeVisible();
      await expectAccessible(page, "removed");
      await quantity("Café press").fill("900");
      await expect(alert).toBeVisible();
      await expectAccessible(page, "refused");
      await close.click();
      await page.goto("/products");
      await mounted(page);
      await expectAccessible(page, "mark on a card");
    });
  }
}

test("with text of twice the size, at 320 px, every part is reached and nothing is cut off", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await fill(page, "1:2,mug-moss:1", "/products");
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  const { dialog, view, remove } = await openDrawer(page);
  for (const part of [remove("Café press"), remove("Enamel mug"), view]) {
    await part.scrollIntoViewIfNeeded();
    await expect(part).toBeInViewport();
  }
  const wide = await dialog.evaluate((root) => [root, ...root.children].filter((part) => part.scrollWidth > part.clientWidth).map(({ className }) => className));
  expect(wide, "nothing scrolls sideways").toEqual(["visually-hidden"]);
});

test("forced colours keep the edge of the drawer and of a mark", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await fill(page, "1:1", "/products");
  const border = (selector: string, side: string) => page.locator(selector).first().evaluate((part, name) => getComputedStyle(part).getPropertyValue(`border-${name}-width`), side);
  expect(await border(".in-cart", "top")).toBe("1px");
  await openDrawer(page);
  expect(await border(".cart-drawer", "left")).toBe("2px");
});

test("no file of the drawer loads before its first use, and no page is another one for a full cart", async ({ page }) => {
  const empty = await (await page.request.get("/products")).text();
  await page.request.get("/buy/1:2");
  expect(await (await page.request.get("/products")).text()).toBe(empty);
  const loaded: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/remotes/cart/")) loaded.push(new URL(request.url()).pathname.replace(/.*\.(?=\w+$)/, ""));
  });
  await page.goto("/products", { waitUntil: "networkidle" });
  await mounted(page);
  expect(loaded).toEqual([]);
  await openDrawer(page);
  expect([...loaded].sort()).toEqual(["css", "js"]);
  await expect(drawer(page).dialog).toHaveCSS("position", "fixed");
});

test("the drawer moves only for those who want motion", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await fill(page, "1:1", "/products");
  const { dialog } = await openDrawer(page);
  expect(await dialog.evaluate((part) => part.getAnimations().length)).toBe(0);
  await expect(dialog).toHaveCSS("animation-name", "none");
});
