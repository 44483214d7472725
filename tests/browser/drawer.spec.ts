// The drawer by a shopper: added at the button, looked at, changed, removed and brought back, by pointer and by keys, at both widths.
import { countNavigations, expect, open, test, type Page } from "./fixtures.ts";
import { added, drawer, fill, link, openDrawer } from "./drawer-terms.ts";

for (const width of [360, 1280]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 800 } });

    test("a variant is added, changed, removed and brought back without a page load", async ({ page }) => {
      await open(page, "/products/enamel-mug", "product-detail");
      await page.getByRole("radio", { name: "Moss" }).check();
      await page.getByLabel("Quantity").fill("2");
      const loads = countNavigations(page);
      await page.getByRole("button", { name: "Add to cart" }).click();
      await expect(added(page)).toContainText("2 × Enamel mug (Moss) are in your cart.");
      await expect(added(page)).toContainText("Goods in the cart: $29.00");
      await expect(page.getByRole("button", { name: "Add to cart" })).toBeFocused();
      await expect(link(page)).toHaveText("Cart2");

      await added(page).getByRole("link", { name: "View cart" }).click();
      const { dialog, quantity, more, fewer, remove, undo, goods, announced, close } = drawer(page);
      await expect(goods).toHaveText("$29.00");
      await quantity("Enamel mug").fill("3");
      await expect(goods).toHaveText("$43.50");
      await expect(announced).toContainText("Goods: $43.50");
      await expect(quantity("Enamel mug")).toBeFocused();
      await more("Enamel mug").click();
      await more("Enamel mug").click();
      await expect(goods).toHaveText("$72.50");
      await expect(link(page)).toHaveText("Cart5");
      await fewer("Enamel mug").click();
      await expect(goods).toHaveText("$58.00");

      await remove("Enamel mug").click();
      await expect(dialog).toContainText("Enamel mug (Moss) was removed.");
      await expect(undo).toBeFocused();
      await expect(announced).toContainText("was removed.");
      await expect(link(page)).toHaveText("Cart");
      await undo.click();
      await expect(quantity("Enamel mug")).toHaveValue("4");
      await expect(quantity("Enamel mug")).toBeFocused();
      await expect(goods).toHaveText("$58.00");

      // Nothing is what 0 is, and it can be brought back as well.
      await quantity("Enamel mug").fill("0");
      await expect(dialog).toContainText("Enamel mug (Moss) was removed.");
      await undo.click();
      await expect(quantity("Enamel mug")).toHaveValue("4");
      expect(await page.evaluate(() => document.documentElement.scrollWidth), "nothing scrolls sideways").toBeLessThanOrEqual(width);
      await close.click();
      await expect(dialog).toBeHidden();
      await expect(added(page).getByRole("link", { name: "View cart" })).toBeFocused();
      expect(loads()).toBe(0);
    });
  });
}

test("keys alone open, change, remove, bring back and close", async ({ page }) => {
  await fill(page, "1:2,2:1", "/products");
  await link(page).focus();
  await page.keyboard.press("Enter");
  const { dialog, goods, announced } = drawer(page);
  await expect(goods).toHaveText("$225.99");
  await expect(announced).toHaveText("Goods: $225.99.");
  const focused = (): Promise<string> => page.evaluate(() => (document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim());
  expect(await focused()).toBe("Your cart");
  const order: string[] = [];
  for (let stop = 0; stop < 6; stop += 1) {
    await page.keyboard.press("Tab");
    order.push((await focused()) || (await page.evaluate(() => document.activeElement?.id ?? "")));
  }
  expect(order).toEqual(["Close", "Café press", "One fewer of Café press", "quantity-1", "One more of Café press", "Remove Café press"]);
  await page.keyboard.press("Enter");
  await expect.poll(focused).toBe("Undo: put Café press back");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("quantity-1");
  await page.keyboard.press("ArrowUp");
  await expect(goods).toHaveText("$273.99");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(link(page)).toBeFocused();
});

test("an empty cart leads on, and what is typed last is not lost", async ({ page }) => {
  await page.goto("/");
  await link(page).click();
  const { dialog, quantity } = drawer(page);
  await expect(dialog).toContainText("There is nothing in it yet.");
  await dialog.getByRole("link", { name: "See all products" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await fill(page, "1:2", "/categories");
  await openDrawer(page);
  await quantity("Café press").fill("5");
  await drawer(page).view.click();
  await expect(page.getByRole("spinbutton", { name: "Quantity" })).toHaveValue("5");
});

test("Back and forward find the drawer closed and the number right", async ({ page }) => {
  await fill(page, "1:1", "/products");
  const { more, goods, line, dialog } = await openDrawer(page);
  await more("Café press").click();
  await expect(goods).toHaveText("$96.00");
  await line("Café press").getByRole("link", { name: "Café press" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Café press");
  await page.goBack();
  await expect(dialog).toBeHidden();
  await expect(link(page)).toHaveText("Cart2");
  await page.goForward();
  await expect(link(page)).toHaveText("Cart2");
  await expect(marks(page)).toHaveCount(1);
});

const marks = (page: Page) => page.getByText("In your cart", { exact: true });

test("products in the cart carry a mark, here, in other tabs, and after another list has come", async ({ page, context }) => {
  await open(page, "/products");
  await expect(marks(page)).toHaveCount(0);
  const other = await context.newPage();
  await open(other, "/products/cafe-press", "product-detail");
  await other.getByRole("button", { name: "Add to cart" }).click();
  await expect(marks(other)).toHaveCount(1);
  await expect(link(other)).toHaveText("Cart1");
  const card = page.locator(".product-card").filter({ hasText: "Café press" });
  await expect(card).toContainText("In your cart");
  await expect(marks(page)).toHaveCount(1);
  await page.getByRole("combobox", { name: "Sort by" }).selectOption("name");
  await expect.poll(() => page.url()).toContain("sort=name");
  await expect(card).toContainText("In your cart");
  await expect(marks(page)).toHaveCount(1);
});
