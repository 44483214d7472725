// Filters, order and paging together: what the list shows is what the API answers, in every combination.
// The API's own answers are checked elsewhere; here they are the oracle.
import { ask, countNavigations, expect, expectAddress, gate, listing, open, recordFetches, test, type Page } from "./fixtures.ts";

test("filters compose with paging", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products?pageSize=3");
  const loads = countNavigations(page);
  await expect(list.pages).toContainText("Page 1 of 4");
  await list.pages.getByRole("link", { name: "Page 4" }).click();
  await expectList(page, "page=4&pageSize=3");

  // A narrower list begins at its first page.
  await list.inStock.check();
  await expectList(page, "inStock=true&pageSize=3");
  await list.pages.getByRole("link", { name: "Next" }).click();
  await expectList(page, "inStock=true&page=2&pageSize=3");
  await list.pages.getByRole("link", { name: "Previous" }).click();
  await expectList(page, "inStock=true&pageSize=3");

  await list.to.fill("60");
  await list.to.press("Tab");
  await expectList(page, "maxPrice=60&inStock=true&pageSize=3");
  await list.from.fill("20.50");
  await list.from.press("Enter");
  await expectList(page, "minPrice=20.5&maxPrice=60&inStock=true&pageSize=3");
  await list.sort.selectOption("price-desc");
  await expectList(page, "minPrice=20.5&maxPrice=60&inStock=true&pageSize=3&sort=price-desc");
  await list.category("Garden").check();
  await expectList(page, "category=Garden&minPrice=20.5&maxPrice=60&inStock=true&pageSize=3&sort=price-desc");

  await page.getByRole("link", { name: "Remove filter: Garden" }).click();
  await expectList(page, "minPrice=20.5&maxPrice=60&inStock=true&pageSize=3&sort=price-desc");
  await list.clear.click();
  await expectList(page, "");
  await expect(list.to).toHaveValue("");
  await expect(list.inStock).not.toBeChecked();
  expect(loads(), "page loads").toBe(0);
});

test("every count of the filters is the API's", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  const expectCounts = async (query: string) => {
    await expectAddress(page, query ? `/products?${query}` : "/products");
    const { facets } = await ask(page, `${query}&include=facets`);
    const listed = facets!.categories.map(({ value, count }) => `${value} ${count}`);
    const labels = list.form.getByRole("group", { name: "Category" }).locator("label");
    // A chosen category that the other filters leave empty stays in the form.
    const chosen = new URLSearchParams(query).get("category");
    if (chosen && !facets!.categories.some(({ value }) => value === chosen)) listed.push(`${chosen} 0`);
    // One below another also says, unseen, what it is in.
    await expect(labels).toHaveText(listed.map((text) => new RegExp(`^\\s*${text.replace(/ (?=\d+$)/, "( in \\S+)? ")}$`)));
    await expect(list.form.locator(".filter-stock .count")).toHaveText(String(facets!.inStock));
  };
  await expectCounts("");
  await list.category("Lighting").check();
  await expectCounts("category=Lighting");
  await list.inStock.check();
  await expectCounts("category=Lighting&inStock=true");
  await list.to.fill("100");
  await list.to.press("Tab");
  await expectCounts("category=Lighting&maxPrice=100&inStock=true");
  await expect(list.info).toHaveText("No products found");
});

test("each order is the API's, and in order", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  const prices = async () => (await page.locator("#results .product-price").allInnerTexts()).map((text) => Number(text.replace(/[^\d.]/g, "")));
  for (const sort of ["price-asc", "price-desc", "rating", "name"]) {
    await list.sort.selectOption(sort);
    await expectList(page, `sort=${sort}`);
    const shown = await prices();
    if (sort === "price-asc") expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    if (sort === "price-desc") expect(shown).toEqual(shown.toSorted((a, b) => b - a));
  }
  await list.sort.selectOption({ label: "Featured" });
  await expectList(page, "");
});

test("a price that is none is named at its field, the list stays, and it is put right without a page load", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  const loads = countNavigations(page);
  await list.from.fill("cheap");
  await list.from.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("From: enter an amount like 9.50.");
  await expect(list.from).toHaveValue("cheap");
  await expect(list.from).toHaveAttribute("aria-invalid", "true");
  await expect(list.from).toHaveAccessibleDescription(/^From: enter an amount like 9\.50/);
  await expect(list.cards).toHaveCount(12);
  await list.from.fill("$90");
  await list.from.press("Enter");
  await expect(list.error).toHaveCount(0);
  await expect(list.from).not.toHaveAttribute("aria-invalid", "true");
  await expect(list.names).toHaveText((await ask(page, "minPrice=90")).data.map(({ name }) => name));
  await list.to.fill("20,50");
  await list.to.press("Enter");
  await expect(list.names).toHaveText((await ask(page, "minPrice=20.5&maxPrice=90")).data.map(({ name }) => name));
  await expect(list.error).toHaveCount(0);
  expect(loads(), "page loads").toBe(0);
});

test("on a phone the filters count what they leave, and the button leads there", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const list = listing(page);
  await open(page, "/products");
  await expect(list.apply, "an idle button takes no room").toBeHidden();
  await expect(list.clear).toHaveCount(0);
  expect((await list.cards.first().boundingBox())!.y, "the first card").toBeLessThan(440);
  await list.form.getByText("Filters", { exact: true }).click();
  await expect(list.show).toHaveText("Show 12 products");
  await list.category("Kitchen").check();
  await expect(list.show).toHaveText("Show 3 products");
  await list.show.click();
  await expect(list.show).toBeHidden();
  await expect(list.results).toBeFocused();
  await expect(list.info).toBeInViewport();
  await expectAddress(page, "/products?category=Kitchen");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Kitchen");
  await expect(page).toHaveTitle(/^Kitchen/);
});

test("arrow keys walk through choices, and the one they stop at is the choice", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  const fetched = recordFetches(page);
  const entries = await page.evaluate(() => history.length);
  await list.rating("Any").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const chosen = await list.form.getByRole("radio", { checked: true }).getAttribute("value");
  expect(chosen).toBe("3");
  expect(fetched, "nothing is fetched on the way").toEqual([]);
  await page.keyboard.press("Tab");
  await expectList(page, "minRating=3");
  expect(await page.evaluate(() => history.length)).toBe(entries + 1);
  await list.rating("3 stars").focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expectList(page, "minRating=4");
  await page.getByRole("link", { name: "Remove filter: 4 stars and up" }).click();
  await expectList(page, "");
  await expect(list.rating("Any")).toBeChecked();
});

test("several categories are one list, however they are spelled", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products?category=kitchen");
  await expect.poll(list.categories).toEqual(["Kitchen"]);
  await expect(list.form.getByRole("group", { name: "Category" }).getByRole("checkbox")).toHaveCount((await ask(page, "include=facets")).facets!.categories.length);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Kitchen");
  await list.category("Garden").check();
  await expectList(page, "category=Garden&category=Kitchen");
  // Each is a choice of its own, and the list survives being sent again.
  await list.sort.selectOption("name");
  await expectList(page, "category=Garden&category=Kitchen&sort=name");
  await page.getByRole("link", { name: "Remove filter: Kitchen" }).click();
  await expectList(page, "category=Garden&sort=name");
  await list.category("Garden").uncheck();
  await expectList(page, "sort=name");
});

test("heading and breadcrumb follow the list", async ({ page }) => {
  const list = listing(page);
  const heading = page.getByRole("heading", { level: 1 });
  const trail = page.getByRole("navigation", { name: "Breadcrumb" });
  await open(page, "/products");
  await expect(heading).toHaveText("Products");
  await list.category("Garden").check();
  await expect(heading).toHaveText("Garden");
  await list.search.fill("planter");
  await expect(heading).toHaveText("“planter” in Garden");
  await expect(trail.getByRole("listitem")).toHaveText(["Home", "Products", "Garden", "“planter” in Garden"]);
  await trail.getByRole("link", { name: "Garden" }).click();
  await expectAddress(page, "/products?category=Garden");
  await expect(heading).toHaveText("Garden");
  await expect(list.search).toHaveValue("");
});

test("a change of the form is not lost to a page link of the list before it", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products?pageSize=3");
  const held = gate();
  await page.route("**/products?minPrice=20&pageSize=3", async (route) => {
    await held.passed;
    await route.continue();
  });
  await list.from.fill("20");
  await list.pages.getByRole("link", { name: "Next" }).click();
  held.open();
  await expectList(page, "minPrice=20&pageSize=3");
  await expect(list.from).toHaveValue("20");
});

/** The address says the state, and the list is what the API answers to it. */
async function expectList(page: Page, query: string): Promise<void> {
  await expectAddress(page, query ? `/products?${query}` : "/products");
  const expected = await ask(page, query);
  const list = listing(page);
  await expect(list.names).toHaveText(expected.data.map(({ name }) => name));
  await expect(list.info).toHaveText(`Showing ${expected.data.length} of ${expected.total} ${expected.total === 1 ? "product" : "products"}`);
  await expect(list.pages).toContainText(`Page ${expected.page} of ${expected.totalPages}`);
}
