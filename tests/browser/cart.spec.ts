// The cart by a shopper: found, added, changed, removed and brought back, with and without scripts, by keys, at both widths.
import AxeBuilder from "@axe-core/playwright";

import { expect, open, pathOf, test, type Page } from "./fixtures.ts";

const cart = (page: Page) => page.getByRole("region", { name: "Your cart" });
const line = (page: Page, name: string) => cart(page).getByRole("listitem").filter({ hasText: name });
const total = (page: Page) => cart(page).locator(".cart-total dd strong");

for (const scripts of [true, false]) {
  for (const width of [360, 1280]) {
    test.describe(`${scripts ? "with" : "without"} scripts at ${width} px`, () => {
      test.use({ javaScriptEnabled: scripts, viewport: { width, height: 800 } });

      test("a variant is added, changed, removed and brought back, and a code applied", async ({ page, watch }) => {
        // A refused form is answered with 422.
        watch.breaks("/cart/add");
        if (scripts) await open(page, "/products/enamel-mug", "product-detail");
        else await page.goto("/products/enamel-mug");
        // Nothing chosen yet: the message stands at the button, and what was entered stays.
        await page.getByLabel("Quantity").fill("2");
        await page.getByRole("button", { name: "Add to cart" }).click();
        await expect(page.getByRole("alert")).toContainText("Choose Colour first.");
        await expect(page.getByLabel("Quantity")).toHaveValue("2");

        await page.goto("/products/enamel-mug");
        await page.getByRole("radio", { name: "Moss" }).check();
        if (scripts) await expect.poll(() => pathOf(page.url())).toBe("/products/enamel-mug?variant=mug-moss");
        await page.getByLabel("Quantity").fill("2");
        await page.getByRole("button", { name: "Add to cart" }).click();
        if (scripts) {
          // Said at the button; the page of the cart is a link away.
          await expect(page.locator(".purchase").getByRole("status")).toContainText("2 × Enamel mug (Moss) are in your cart.");
          await page.goto("/cart");
        } else {
          await expect.poll(() => pathOf(page.url())).toBe("/cart?added=mug-moss%2A2");
          await expect(page.getByRole("status")).toContainText("2 × Enamel mug (Moss) are in your cart.");
        }
        await expect(total(page)).toHaveText("$33.90");

        await page.goto("/products/cafe-press");
        await page.getByRole("button", { name: "Add to cart" }).click();
        if (scripts) {
          await expect(page.locator(".purchase").getByRole("status")).toContainText("Café press is in your cart.");
          await page.goto("/cart");
        }
        await expect(line(page, "Café press")).toContainText("$48.00");
        await line(page, "Enamel mug").getByLabel("Quantity").fill("3");
        await line(page, "Enamel mug").getByRole("button", { name: "Update" }).click();
        await expect(line(page, "Enamel mug").locator(".cart-price")).toContainText("$43.50");
        await expect(total(page)).toHaveText("$91.50");

        await line(page, "Enamel mug").getByRole("button", { name: "Remove" }).click();
        await expect(page.getByRole("status")).toContainText("Enamel mug (Moss) was removed.");
        await expect(line(page, "Enamel mug")).toHaveCount(0);
        await page.getByRole("button", { name: "Undo" }).click();
        await expect(line(page, "Enamel mug").getByLabel("Quantity")).toHaveValue("3");

        await page.getByText("I have a code").click();
        await page.getByLabel("Code", { exact: true }).fill("welcome10");
        await page.getByRole("button", { name: "Apply" }).click();
        await expect(cart(page)).toContainText("WELCOME10: −$9.15");
        await expect(total(page)).toHaveText("$82.35");
        await page.reload();
        await expect(total(page)).toHaveText("$82.35");

        await page.getByLabel("Deliver to").selectOption("US");
        await page.getByRole("button", { name: "Update the estimate" }).click();
        await expect(cart(page)).toContainText("Delivery to United States");
        await expect(page.getByLabel("State or region")).toBeVisible();
        expect(await page.evaluate(() => document.documentElement.scrollWidth).catch(() => width), "nothing scrolls sideways").toBeLessThanOrEqual(width);
      });
    });
  }
}

test("the header counts what is in the cart, in every tab and after Back", async ({ page, context }) => {
  await page.goto("/products/cafe-press");
  const link = page.getByRole("link", { name: /^Cart/ });
  await expect(link).toHaveText("Cart");
  const other = await context.newPage();
  await other.goto("/products");
  await page.getByLabel("Quantity").fill("3");
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect(link).toHaveText("Cart3");
  await other.bringToFront();
  await other.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect(other.getByRole("link", { name: /^Cart/ })).toHaveText("Cart3");
  await page.bringToFront();
  await page.goto("/categories");
  await page.goBack();
  await expect(link).toHaveText("Cart3");
});

test("a quantity that is none is named at its field, and nothing is lost", async ({ page, watch }) => {
  watch.breaks("/cart/set");
  await page.goto("/buy/1:2,2");
  const field = line(page, "Café press").getByLabel("Quantity");
  await field.evaluate((input: HTMLInputElement) => (input.type = "text"));
  await field.fill("many");
  await line(page, "Café press").getByRole("button", { name: "Update" }).click();
  await expect(page.getByRole("alert")).toContainText("“many” is no quantity.");
  await expect(line(page, "Café press").getByLabel("Quantity")).toHaveAttribute("aria-invalid", "true");
  await page.goto("/cart");
  await expect(line(page, "Café press").getByLabel("Quantity")).toHaveValue("2");
  await expect(line(page, "Opal table lamp")).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    for (const address of ["/cart", "/buy/1:2,mug-moss:1", "/cart?removed=1%2A2"]) {
      await page.goto(address);
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), address).toEqual([]);
    }
  });
}
