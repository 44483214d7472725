// A product's page: quantity, the cart that is not open, a larger picture, related products, and the way back.
// Facts of a product are checked against the API; how the page looks to search engines is in `head.spec.ts`.
import { countNavigations, expect, expectAddress, listing, mounted, open, test, type Product } from "./fixtures.ts";

test("shows what the API says of the product", async ({ page }) => {
  for (const id of ["1", "5", "8"]) {
    const product = ((await (await page.request.get(`/api/products/${id}`)).json()) as { data: Product }).data;
    await open(page, `/products/${id}`, "product-detail");
    const article = page.locator(".product-detail");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(product.name);
    await expect(article.locator(".product-price")).toHaveText(new RegExp(`^\\$${String(product.price).replace(".", "\\.")}0?(\\.00)?$`));
    await expect(article.locator("p.product-description")).toHaveText(product.description);
    await expect(article.locator("p.product-availability")).toHaveText(product.stock > 0 ? "In Stock" : "Out of Stock");
    await expect(article.locator(".product-details")).toContainText(product.stock > 0 ? `${product.stock} in stock` : "None in stock");
    await expect(article.getByRole("img", { name: product.name })).toBeVisible();
  }
});

test("the quantity stays within what there is", async ({ page }) => {
  await open(page, "/products/5", "product-detail");
  const quantity = page.getByLabel("Quantity", { exact: true });
  const more = page.getByRole("button", { name: "Increase quantity" });
  const less = page.getByRole("button", { name: "Decrease quantity" });
  await expect(less).toHaveAttribute("aria-disabled", "true");
  await more.click();
  await expect(quantity).toHaveValue("2");
  await expect(more).toHaveAttribute("aria-disabled", "true");
  // At its limit the button keeps the focus, and does nothing.
  await more.press("Enter");
  await expect(more).toBeFocused();
  await expect(quantity).toHaveValue("2");
  await expect(page.getByText("Quantity 2", { exact: true })).toHaveRole("status");
  await quantity.fill("40");
  await quantity.press("Tab");
  await expect(quantity).toHaveValue("2");
  await quantity.fill("");
  await quantity.press("Tab");
  await expect(quantity).toHaveValue("1");
});

test("a quantity that was refused is valid again once it is put right", async ({ page, watch }) => {
  watch.breaks("/products/5?quantity=40");
  await open(page, "/products/5?quantity=40&cart=add", "product-detail");
  const quantity = page.getByLabel("Quantity", { exact: true });
  await expect(page.locator("#cart-note")).toContainText("from 1 to 2");
  await expect(quantity).toHaveValue("2");
  await expect(quantity).not.toHaveAttribute("aria-invalid");
  await expect(quantity).not.toHaveAttribute("aria-describedby");
});

test("the cart answers in place and aloud, every time", async ({ page }) => {
  await open(page, "/products/6", "product-detail");
  const loads = countNavigations(page);
  const note = page.locator("#cart-note");
  await expect(note).toHaveRole("status");
  await expect(note).toBeEmpty();
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect(note).toHaveText("The cart is not open yet. Nothing was added; please come back soon.");
  await expect(note).toBeInViewport();
  await page.evaluate(() => {
    Object.assign(globalThis, { changes: 0 });
    new MutationObserver(() => ((globalThis as unknown as { changes: number }).changes += 1)).observe(document.querySelector("#cart-note")!, { childList: true, characterData: true, subtree: true });
  });
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect.poll(() => page.evaluate(() => (globalThis as unknown as { changes: number }).changes)).toBeGreaterThan(0);
  await expect(note).toHaveText("The cart is not open yet. Nothing was added; please come back soon.");
  expect(loads()).toBe(0);
});

test("a product that is out of stock offers nothing to press", async ({ page }) => {
  await open(page, "/products/12", "product-detail");
  await expect(page.getByRole("button", { name: "Out of Stock" })).toBeDisabled();
  await expect(page.getByLabel("Quantity")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /quantity/i })).toHaveCount(0);
});

test("the picture opens large, and closes by button, by Escape and by a click beside it", async ({ page }) => {
  await open(page, "/products/1", "product-detail");
  const opener = page.getByRole("button", { name: "Enlarge picture" });
  const dialog = page.getByRole("dialog", { name: /Café press/ });
  for (const close of [
    () => dialog.getByRole("button", { name: "Close" }).click(),
    () => page.keyboard.press("Escape"),
    () => page.mouse.click(3, 400),
  ]) {
    await opener.click();
    await expect(dialog.getByRole("img")).toBeVisible();
    await expect(dialog.locator(":focus")).toHaveCount(1);
    await close();
    await expect(dialog).toHaveCount(0);
    await expect(opener).toBeFocused();
  }
});

test("the way back leads to the list as it was left, scroll included", async ({ page }) => {
  const list = listing(page);
  const back = page.getByRole("link", { name: "Back to Products" });
  await page.setViewportSize({ width: 1280, height: 500 });
  await open(page, "/products");
  await list.sort.selectOption("price-desc");
  await expectAddress(page, "/products?sort=price-desc");
  const link = list.cards.nth(8).getByRole("link");
  await link.scrollIntoViewIfNeeded();
  const left = await page.evaluate(() => scrollY);
  expect(left).toBeGreaterThan(200);
  await link.click();
  await mounted(page, "product-detail");
  await expect(back).toHaveAttribute("href", "/products?sort=price-desc");
  await back.click();
  await expectAddress(page, "/products?sort=price-desc");
  await mounted(page);
  await expect(list.sort).toHaveValue("price-desc");
  await expect.poll(() => page.evaluate(() => scrollY)).toBeCloseTo(left, -1);

  // Over a related product the way back is still the list.
  await link.click();
  await mounted(page, "product-detail");
  await page.getByRole("region", { name: "Related products" }).getByRole("link").first().click();
  await expect(page).not.toHaveURL(/sort=/);
  await mounted(page, "product-detail");
  await back.click();
  await expectAddress(page, "/products?sort=price-desc");
});

test("the way back trusts no address but the list's", async ({ page }) => {
  await page.goto("/");
  for (const hint of ["https://shop.example/products", "//shop.example/products", "javascript:alert(1)", "/api/products", "", "%"]) {
    await page.evaluate((value) => sessionStorage.setItem("last-listing", value), hint);
    await open(page, "/products/1", "product-detail");
    await expect(page.getByRole("link", { name: "Back to Products" }), hint).toHaveAttribute("href", "/products");
  }
});

test("related products are others, of the same kind first", async ({ page }) => {
  await open(page, "/products/1", "product-detail");
  const related = page.getByRole("region", { name: "Related products" });
  await expect(related.locator(".product-card").first().locator(".product-category")).toHaveText("Kitchen");
  await expect(related.getByRole("link", { name: "Café press" })).toHaveCount(0);
  const name = await related.locator(".product-name").first().innerText();
  await related.getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
});
