// The page of a brand: a list that is narrowed on the list's own address, and found again by going back. The brands are those of the
// awkward shop.
import { AWKWARD_ORIGIN } from "./environment.mjs";
import { countNavigations, expect, expectAddress, listing, mounted, open, test } from "./fixtures.ts";

const BRAND = "/brands/long-wide";

test.use({ baseURL: AWKWARD_ORIGIN });

test.beforeEach(async ({ page }) => {
  await expect.poll(async () => (await page.request.get(BRAND)).status(), { message: "the shop follows the origin with the brand" }).toBe(200);
});

test("what is narrowed on a brand's page stays within the brand, and going back loads nothing", async ({ page }) => {
  const list = listing(page);
  await open(page, BRAND);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Long & Wide");
  await expect(page.getByRole("checkbox", { name: /Long & Wide/ })).toBeChecked();
  const loads = countNavigations(page);
  await page.getByLabel("Sort by").selectOption("price-asc");
  await expectAddress(page, "/products?brand=Long%20%26%20Wide&sort=price-asc");
  await expect(list.cards.first()).toBeVisible();
  await page.goBack();
  await expectAddress(page, BRAND);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Long & Wide");
  expect(loads()).toBe(0);
});

test("a product leads back to the brand it was found in, and on to its brand", async ({ page }) => {
  await open(page, BRAND);
  await listing(page).cards.first().getByRole("link").click();
  await mounted(page, "product-detail");
  await expect(page.getByRole("link", { name: "Back to Products" })).toHaveAttribute("href", BRAND);
  await page.locator(".product-details").getByRole("link", { name: "Long & Wide" }).click();
  await expectAddress(page, BRAND);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the form of a brand's page leads to the list of the brand", async ({ page }) => {
    await page.goto(BRAND);
    await page.getByLabel("Sort by").selectOption("name");
    await page.getByRole("button", { name: "Show results" }).click();
    await expect(page).toHaveURL(/\/products\?.*brand=Long/);
  });
});
