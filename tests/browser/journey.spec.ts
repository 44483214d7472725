// A shopper's way through the shop, from the home page to a product and back to the list.
// Each step's corner cases have a file of their own; this one is about the steps fitting together.
import { expect, expectAddress, listing, mounted, test, visitSearch } from "./fixtures.ts";

test("from the home page to a product and back to the list", async ({ page }) => {
  const list = listing(page);
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.getByRole("region", { name: "Shop by category" }).getByRole("link", { name: "Kitchen" }).click();
  await mounted(page);
  await expectAddress(page, "/products?category=Kitchen");
  await expect(list.category("Kitchen")).toBeChecked();
  await expect(list.info).toHaveText("Showing 3 of 3 products");

  await list.category("Kitchen").uncheck();
  await expectAddress(page, "/products");
  await list.inStock.check();
  await expectAddress(page, "/products?inStock=true");
  await expect(list.info).toHaveText("Showing 10 of 10 products");
  await expect(page.locator("#results .out-of-stock")).toHaveCount(0);

  await (await visitSearch(page)).pressSequentially("lamp");
  await expectAddress(page, "/products?inStock=true&search=lamp");
  const found = await list.names.allInnerTexts();
  await list.suggestions.getByRole("option", { name: /Opal table lamp/ }).click();

  await expectAddress(page, "/products/opal-table-lamp");
  await mounted(page, "product-detail");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Opal table lamp");
  await expect(page.getByText("$129.99").first()).toBeVisible();

  await page.getByRole("link", { name: "Back to Products" }).click();
  await expectAddress(page, "/products?inStock=true&search=lamp");
  await mounted(page);
  await expect(list.search).toHaveValue("lamp");
  await expect(list.inStock).toBeChecked();
  await expect(list.names).toHaveText(found);
});

test("the header and the footer lead everywhere", async ({ page, watch }) => {
  watch.breaks("/api/openapi.json", "/sitemap.xml");
  await page.goto("/products/cafe-press");
  const links = page.getByRole("banner").or(page.getByRole("contentinfo")).getByRole("link");
  const addresses = await links.evaluateAll((found) => [...new Set(found.map((link) => (link as HTMLAnchorElement).href))]);
  expect(addresses.length).toBeGreaterThan(4);
  for (const address of addresses) expect((await page.request.get(address)).status(), address).toBe(200);
});
