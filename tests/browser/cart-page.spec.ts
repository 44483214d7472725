// The cart's own page in use: a quantity counts at once, keys alone, a wrong code, two open pages, and a line that comes back in part.
import { countNavigations, expect, gate, mounted, pathOf, test, type Page } from "./fixtures.ts";
import { drawer, link, openDrawer } from "./drawer-terms.ts";
import { ORIGIN } from "./environment.mjs";

const cart = (page: Page) => page.getByRole("region", { name: "Your cart" });
const line = (page: Page, name: string) => cart(page).getByRole("listitem").filter({ hasText: name });
const quantity = (page: Page, name: string) => line(page, name).getByRole("spinbutton", { name: "Quantity" });
const total = (page: Page) => cart(page).locator(".cart-total dd strong");

async function openCart(page: Page, lines: string): Promise<void> {
  await page.goto(`/buy/${lines}`);
  await mounted(page, "cart");
}

test("a quantity counts as soon as it is typed, and is not lost with the page", async ({ page }) => {
  await openCart(page, "1:2,mug-moss:1");
  const loads = countNavigations(page);
  await quantity(page, "Café press").fill("3");
  await expect(total(page)).toHaveText("$158.50");
  await expect(quantity(page, "Café press")).toBeFocused();
  await expect(link(page)).toHaveText("Cart4");
  await expect(cart(page).getByRole("status")).toContainText("Total: $158.50.");
  await quantity(page, "Enamel mug").fill("0");
  await expect(cart(page)).toContainText("Enamel mug (Moss) was removed.");
  await expect(page.getByRole("button", { name: "Undo" })).toBeFocused();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(quantity(page, "Enamel mug")).toHaveValue("1");
  expect(loads()).toBe(0);
  // The last number is still being typed when a link is followed.
  await quantity(page, "Café press").fill("1");
  await line(page, "Café press").getByRole("link", { name: "Café press" }).click();
  await expect.poll(() => pathOf(page.url())).toBe("/products/cafe-press");
  await expect(link(page)).toHaveText("Cart2");
});

test("a number that cannot be one is put back with the reason", async ({ page }) => {
  await openCart(page, "1:2");
  await quantity(page, "Café press").fill("1000");
  await page.keyboard.press("Tab");
  await expect(cart(page).getByRole("alert")).toContainText("The cart is as it was.");
  await expect(quantity(page, "Café press")).toHaveValue("2");
});

test("a change that fails is named, and the number is the cart's", async ({ page, watch }) => {
  watch.breaks("/cart/set");
  await openCart(page, "1:2");
  await page.route("**/cart/set", (route) => route.fulfill({ status: 503, body: "" }));
  await quantity(page, "Café press").fill("3");
  await expect(cart(page).getByRole("alert")).toContainText("The cart is as it was. The shop has a fault at the moment.");
  await expect(quantity(page, "Café press")).toHaveValue("2");
  await page.unrouteAll();
  await quantity(page, "Café press").fill("3");
  await expect(total(page)).toHaveText("$144.00");
  await expect(cart(page).getByRole("alert")).toHaveCount(0);
});

test("two open cart pages change one cart, one after the other, and show the same", async ({ page, context }) => {
  await openCart(page, "1:2,2:1");
  const other = await context.newPage();
  await other.goto("/cart");
  await mounted(other, "cart");
  const passed = gate();
  await page.route("**/cart/set", async (route) => {
    await passed.passed;
    await route.continue();
  });
  const sent = page.waitForRequest("**/cart/set");
  await quantity(page, "Café press").fill("3");
  await sent;
  await line(other, "Opal table lamp").getByRole("button", { name: "Remove" }).click();
  passed.open();
  for (const tab of [page, other]) {
    await expect(quantity(tab, "Café press")).toHaveValue("3");
    await expect(line(tab, "Opal table lamp")).toHaveCount(0);
    await expect(total(tab)).toHaveText("$144.00");
    await expect(link(tab)).toHaveText("Cart3");
  }
});

test("keys alone change, remove, bring back, and apply a code", async ({ page }) => {
  await openCart(page, "1:2,mug-moss:1");
  const focused = () => page.evaluate(() => (document.activeElement?.id || document.activeElement?.textContent || "").trim());
  const tabTo = async (target: string): Promise<void> => {
    for (let stop = 0; stop < 40 && (await focused()) !== target; stop += 1) await page.keyboard.press("Tab");
    expect(await focused()).toBe(target);
  };
  await tabTo("quantity-1");
  await page.keyboard.press("ArrowUp");
  await expect(total(page)).toHaveText("$158.50");
  expect(await focused()).toBe("quantity-1");
  await tabTo("Remove Café press");
  await page.keyboard.press("Enter");
  await expect(line(page, "Café press")).toHaveCount(0);
  await expect.poll(focused).toBe("Undo: put Café press back");
  await page.keyboard.press("Enter");
  await expect.poll(focused).toBe("quantity-1");
  await expect(quantity(page, "Café press")).toHaveValue("3");
  await tabTo("I have a code");
  await page.keyboard.press("Enter");
  await tabTo("code");
  await page.keyboard.type("welcome10");
  await page.keyboard.press("Enter");
  await expect(cart(page)).toContainText("WELCOME10: −$15.85");
  expect(await focused()).toBe("code");
  await expect(page.getByLabel("Code", { exact: true })).toHaveValue("");
});

for (const scripts of [true, false]) {
  test.describe(scripts ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled: scripts });

    test("a wrong code is named, stays in its field, and can be put right", async ({ page, watch }) => {
      watch.breaks("/cart/code");
      await page.goto("/buy/1:2");
      if (scripts) await mounted(page, "cart");
      await page.getByText("I have a code").click();
      const field = page.getByLabel("Code", { exact: true });
      await field.fill("WELC0ME10");
      await page.getByRole("button", { name: "Apply" }).click();
      await expect(page.getByRole("alert")).toContainText("“WELC0ME10” is not a code of this shop.");
      await expect(field).toHaveValue("WELC0ME10");
      await expect(field).toHaveAttribute("aria-invalid", "true");
      await expect(total(page)).toHaveText("$96.00");
      await field.fill("WELCOME10");
      await page.getByRole("button", { name: "Apply" }).click();
      await expect(cart(page)).toContainText("WELCOME10: −$9.60");
      await expect(page.getByRole("alert")).toHaveCount(0);
      await page.getByRole("button", { name: "Remove the code WELCOME10" }).click();
      await expect(total(page)).toHaveText("$96.00");
    });
  });
}

for (const place of ["page", "drawer"] as const) {
  test(`a removed line of more than is left comes back in part, on the ${place}`, async ({ page, context, watch }) => {
    watch.breaks("/cart/set");
    await context.addCookies([{ name: "cart", value: "1~1*60*4800", url: ORIGIN }]);
    await page.goto(place === "page" ? "/cart" : "/products");
    if (place === "page") await mounted(page, "cart");
    else await openDrawer(page);
    const shown = place === "page" ? cart(page) : drawer(page).dialog;
    await shown.getByRole("button", { name: "Remove" }).click();
    await shown.getByRole("button", { name: "Undo" }).click();
    await expect(shown.locator(".cart-notice")).toHaveText("Only 37 are left: 37 of the 60 are back in your cart.");
    await expect(shown.getByRole("spinbutton", { name: "Quantity" })).toHaveValue("37");
    await expect(link(page)).toHaveText("Cart37");
  });
}
