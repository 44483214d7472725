// The whole shop with JavaScript off: forms are GET forms, pages are links, and every answer is a page.
// Nothing here waits for a script; what scripts add is tested elsewhere.
import { ask, expect, expectAddress, listing, test } from "./fixtures.ts";

test.use({ javaScriptEnabled: false });

test("search, filter, sort and page", async ({ page }) => {
  const list = listing(page);
  await page.goto("/");
  await page.getByRole("search").getByRole("searchbox").fill("lamp");
  await page.getByRole("search").getByRole("button").click();
  await expect(page).toHaveURL(/\/products\?search=lamp$/);
  await expect(list.names).toHaveText((await ask(page, "search=lamp")).data.map(({ name }) => name));

  await list.clear.click();
  await expectAddress(page, "/products");
  await list.category("Kitchen").check();
  await list.inStock.check();
  await list.to.fill("60");
  await list.sort.selectOption("price-desc");
  await list.apply.click();
  await expect(page).toHaveURL(/category=Kitchen/);
  await expect(list.names).toHaveText((await ask(page, "category=Kitchen&inStock=true&maxPrice=60&sort=price-desc")).data.map(({ name }) => name));
  await expect(list.category("Kitchen")).toBeChecked();
  await expect(list.to).toHaveValue("60");

  await page.goto("/products?pageSize=5&sort=name");
  await list.pages.getByRole("link", { name: "Next" }).click();
  await list.pages.getByRole("link", { name: "Page 3" }).click();
  await expectAddress(page, "/products?page=3&pageSize=5&sort=name");
  await expect(list.names).toHaveText((await ask(page, "page=3&pageSize=5&sort=name")).data.map(({ name }) => name));
  // The form keeps what it has no field for.
  await list.sort.selectOption("price-asc");
  await list.apply.click();
  await expect(list.cards).toHaveCount(5);
  await expect(list.info).toHaveText("Showing 5 of 12 products");
});

test("on a small screen the filters unfold", async ({ page }) => {
  const list = listing(page);
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto("/products");
  await expect(list.inStock).toBeHidden();
  await list.form.getByText("Filters", { exact: true }).click();
  await list.inStock.check();
  await list.apply.click();
  await expect(list.info).toHaveText("Showing 10 of 10 products");
});

test("a product, and the cart that is not open yet", async ({ page }) => {
  await page.goto("/products?category=Kitchen");
  await page.getByRole("link", { name: "Enamel mug" }).click();
  await expectAddress(page, "/products/6");
  await expect(page.getByText("In Stock", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("status")).toBeEmpty();
  await page.getByLabel("Quantity").fill("3");
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect(page).toHaveURL(/\/products\/6\?quantity=3&cart=add#cart-note$/);
  const note = page.getByRole("status");
  await expect(note).toHaveText("The cart is not open yet. Nothing was added; please come back soon.");
  await expect(note).toBeInViewport();
  await expect(page.getByLabel("Quantity")).toHaveValue("3");
  await page.getByRole("link", { name: "Back to Products" }).click();
  await expectAddress(page, "/products");
});

test("a product that is out of stock cannot be bought", async ({ page }) => {
  await page.goto("/products/8");
  await expect(page.getByRole("button", { name: "Out of Stock" })).toBeDisabled();
  await expect(page.getByLabel("Quantity")).toHaveCount(0);
  await expect(page.locator(".product-detail")).toHaveClass(/\bout-of-stock\b/);
  // Whoever keeps an old address is not told that something was added.
  await page.goto("/products/8?quantity=1&cart=add");
  await expect(page.getByRole("status")).toBeEmpty();
});

test("a refused parameter and a refused quantity are pages that say why", async ({ page, watch }) => {
  watch.breaks("/products?minPrice=100", "/products/6?quantity=9999");
  const list = listing(page);
  const refused = await page.goto("/products?minPrice=100&maxPrice=10&search=lamp");
  expect(refused?.status()).toBe(400);
  await expect(list.error).toContainText(/minPrice/);
  await expect(list.search).toHaveValue("lamp");
  await expect(list.from).toHaveValue("100");
  await list.from.fill("");
  await list.to.fill("");
  await list.apply.click();
  await expect(list.error).toHaveCount(0);
  await expect(list.cards.first()).toBeVisible();

  const quantity = await page.goto("/products/6?quantity=9999&cart=add");
  expect(quantity?.status()).toBe(400);
  await expect(page.getByRole("status")).toContainText("The quantity must be a whole number from 1 to 99");
  await expect(page.getByLabel("Quantity")).toHaveAttribute("aria-invalid", "true");
});

test("a list that is empty, or ends before the page asked for, leads on", async ({ page }) => {
  const list = listing(page);
  await page.goto("/products?search=zzzz");
  await expect(list.info).toHaveText("No products found");
  await page.getByRole("link", { name: /See all 12 products/ }).click();
  await expect(list.cards).toHaveCount(12);
  await page.goto("/products?page=99&pageSize=5");
  await expect(list.cards).toHaveCount(0);
  await page.locator(".empty-state").getByRole("link", { name: /page 3/ }).click();
  await expectAddress(page, "/products?page=3&pageSize=5");
  await expect(list.cards).toHaveCount(2);
});
