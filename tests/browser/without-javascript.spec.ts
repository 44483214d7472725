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

test("a list of two categories with a rating survives being sent", async ({ page }) => {
  const list = listing(page);
  await page.goto("/products?category=kitchen&category=Garden");
  await expect.poll(list.categories).toEqual(["Garden", "Kitchen"]);
  await list.rating("4 stars").check();
  await list.apply.click();
  await expect(page).toHaveURL(/category=Garden&category=Kitchen&.*minRating=4/);
  await expect.poll(list.categories).toEqual(["Garden", "Kitchen"]);
  await expect(list.names).toHaveText((await ask(page, "category=Garden&category=Kitchen&minRating=4")).data.map(({ name }) => name));
});

test("what the shop does not have is named in words of shoppers", async ({ page }) => {
  const answered = await page.goto("/products?option.Colour=Purple");
  expect(answered?.status()).toBe(200);
  await expect(page.locator(".empty-state")).toContainText("Colour: “Purple” was not found in this shop.");
  await page.goto(`/products?category=Kitchen&option.Colour=${"x".repeat(201)}`);
  await expect(listing(page).error).toHaveText(/^Colour: “x+…” was not found in this shop\.$/);
  await expect(listing(page).cards).toHaveCount(3);
});

test("on a small screen the filters unfold", async ({ page }) => {
  const list = listing(page);
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto("/products");
  await expect(list.inStock).toBeHidden();
  await list.form.getByText("Filters", { exact: true }).click();
  await list.inStock.check();
  // The number is that of the list before the choice, so neither button has it.
  await expect(list.show).toHaveCount(0);
  await expect(list.apply).toHaveCount(2);
  await list.apply.first().click();
  await expect(list.info).toHaveText("Showing 10 of 10 products");
});

test("a product, its terms, and the way back", async ({ page }) => {
  await page.goto("/products?category=Kitchen");
  await page.getByRole("link", { name: "Enamel mug" }).click();
  await expectAddress(page, "/products/enamel-mug");
  await expect(page.getByText("In Stock", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Add to cart" })).toBeVisible();
  await page.getByRole("link", { name: /^Delivery \$4\.90/ }).click();
  await expectAddress(page, "/pages/delivery");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Delivery");
  await expect(page.getByText("$80.00")).toBeVisible();
  await page.goBack();
  await page.getByRole("link", { name: "Back to Products" }).click();
  await expectAddress(page, "/products");
});

test("a filter that cannot be used is named at its field, and the list stays", async ({ page }) => {
  const list = listing(page);
  const answered = await page.goto("/products?minPrice=cheap&maxPrice=%24200&search=lamp");
  expect(answered?.status()).toBe(200);
  await expect(list.error).toHaveText("From: enter an amount like 9.50.");
  await expect(list.search).toHaveValue("lamp");
  await expect(list.from).toHaveValue("cheap");
  await expect(list.from).toHaveAccessibleDescription(/From: enter an amount like 9\.50/);
  await expect(list.to).toHaveValue("200");
  await expect(list.names).toHaveText((await ask(page, "search=lamp&maxPrice=200")).data.map(({ name }) => name));
  await list.from.fill("9,50");
  await list.to.fill("5");
  await list.apply.click();
  // From above to is turned around.
  await expect(list.error).toHaveCount(0);
  await expect(list.from).toHaveValue("5");
  await expect(list.to).toHaveValue("9.5");
});

test("a list that is empty, or ends before the page asked for, leads on", async ({ page }) => {
  const list = listing(page);
  await page.goto("/products?search=zzzz");
  await expect(list.info).toHaveText("No products found");
  await expect(page.getByRole("region", { name: "Best rated" }).locator(".product-card")).toHaveCount(4);
  await page.goto("/products?search=warranty");
  await page.locator(".empty-state").getByRole("link", { name: "Go to “Returns”" }).click();
  await expectAddress(page, "/pages/returns");
  // A redirect of the merchant's leads there at once.
  await page.goto("/products?search=Returns");
  await expectAddress(page, "/pages/returns");
  await page.goto("/products?search=zzzz");
  await page.getByRole("link", { name: /See all 12 products/ }).click();
  await expect(list.cards).toHaveCount(12);
  await page.goto("/products?page=99&pageSize=5");
  await expect(list.cards).toHaveCount(0);
  await page.locator(".empty-state").getByRole("link", { name: /page 3/ }).click();
  await expectAddress(page, "/products?page=3&pageSize=5");
  await expect(list.cards).toHaveCount(2);
});
