// A product's page: what stands beside the price, alternatives, a larger picture, related products, and the way back.
// Facts of a product are checked against the API; how the page looks to search engines is in `head.spec.ts`.
import { expect, expectAddress, handleOf, listing, mounted, open, test, type Product } from "./fixtures.ts";

test("shows what the API says of the product", async ({ page }) => {
  for (const id of ["1", "5", "8"]) {
    const product = ((await (await page.request.get(`/api/products/${id}`)).json()) as { data: Product & { readonly compareAtPrice?: number } }).data;
    await open(page, `/products/${await handleOf(page, id)}`, "product-detail");
    const article = page.locator(".product-detail");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(product.name);
    await expect(article.locator(".product-price")).toHaveText(`$${product.price.toFixed(2)}${product.compareAtPrice ? ` Price before: $${product.compareAtPrice.toFixed(2)}` : ""}`);
    await expect(article.locator("p.product-description")).toHaveText(product.description);
    await expect(article.locator("p.product-availability")).toHaveText(product.stock > 0 ? "In Stock" : "Out of Stock");
    await expect(article.locator(".product-details")).toContainText(product.stock > 0 ? `${product.stock} in stock` : "None in stock");
    await expect(article.getByRole("img", { name: product.name }).first()).toBeVisible();
  }
});

test("nothing can be pressed that does nothing, and the terms stand beside the price", async ({ page }) => {
  for (const [handle, buttons] of [["cafe-press", 1], ["brass-task-lamp", 0]] as const) {
    await open(page, `/products/${handle}`, "product-detail");
    const summary = page.locator(".product-summary");
    await expect(summary.getByRole("button")).toHaveCount(buttons);
    await expect(summary.getByRole("button", { name: "Add to cart" })).toHaveCount(buttons);
    await expect(summary.locator(":disabled")).toHaveCount(0);
    for (const name of [/^Delivery \$4\.90, free from \$80\.00, 2–4 working days$/, "30 days to return"]) {
      const address = await summary.getByRole("link", { name }).getAttribute("href");
      expect((await page.request.get(address!)).status(), address!).toBe(200);
    }
    await expect(summary).toContainText("Incl. tax");
  }
});

test("what is sold out leads to what is in stock", async ({ page }) => {
  await open(page, "/products/brass-task-lamp", "product-detail");
  await page.getByRole("link", { name: "See what is in stock instead" }).click();
  const instead = page.getByRole("region", { name: "In stock instead" });
  await expect(instead).toBeInViewport();
  await expect(page.getByRole("heading", { name: "In stock instead" })).toBeFocused();
  await expect(instead.locator(".product-card")).toHaveCount(4);
  await expect(instead.locator(".product-card.out-of-stock")).toHaveCount(0);
});

test("on a phone the price and the way on are on the first screen", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const handle of ["cafe-press", "bookshelf-speaker-walnut", "brass-task-lamp"]) {
    await open(page, `/products/${handle}`, "product-detail");
    for (const part of [".product-price", ".product-availability", ".purchase"]) {
      const box = (await page.locator(`.product-summary ${part}`).boundingBox())!;
      expect.soft(box.y + box.height, `${part} of ${handle}`).toBeLessThanOrEqual(740);
    }
    const picture = (await page.locator(".product-detail .product-image").first().boundingBox())!;
    expect.soft(picture.height, "the picture leaves room").toBeLessThanOrEqual(0.55 * 740);
  }
});

test("a breadcrumb leads to the list of the category, which is headed by it", async ({ page }) => {
  await open(page, "/products/cafe-press", "product-detail");
  await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "Kitchen" }).click();
  await expectAddress(page, "/products?category=Kitchen");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Kitchen");
});

test("the picture opens large, and closes by button, by Escape and by a click beside it", async ({ page }) => {
  await open(page, "/products/cafe-press", "product-detail");
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
    await open(page, "/products/cafe-press", "product-detail");
    await expect(page.getByRole("link", { name: "Back to Products" }), hint).toHaveAttribute("href", "/products");
  }
});

test("related products are others, of the same kind first", async ({ page }) => {
  await open(page, "/products/cafe-press", "product-detail");
  const related = page.getByRole("region", { name: "Related products" });
  await expect(related.locator(".product-card").first().locator(".product-category")).toHaveText("Kitchen");
  await expect(related.getByRole("link", { name: "Café press" })).toHaveCount(0);
  const name = await related.locator(".product-name").first().innerText();
  await related.getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
});
