// What is not there says so: status, words and a way on; and no missing file is ever answered with a page.
// Hostile addresses are refused by the Worker and tested where it is; here is what a shopper can mistype.
import { expect, expectAddress, listing, mounted, test } from "./fixtures.ts";

for (const address of ["/nope", "/products/999", "/products/6/more", "/Products"]) {
  test(`${address} is a 404 that helps`, async ({ page, watch }) => {
    watch.breaks(address);
    const response = await page.goto(address);
    expect(response?.status()).toBe(404);
    expect(response?.headers()["content-type"]).toContain("text/html");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Page not found");
    await expect(page).toHaveTitle(/not found/i);
    await expect(page.getByRole("main")).toContainText(address);
    await expect(page.locator('meta[name="robots"]')).toHaveAttribute("content", /noindex/);
    await expect(page.locator('link[rel="canonical"]')).toHaveCount(0);
    await page.getByLabel("Search products", { exact: true }).fill("mug");
    await page.getByLabel("Search products", { exact: true }).press("Enter");
    await expectAddress(page, "/products?search=mug");
    await mounted(page);
    await expect(listing(page).names.first()).toHaveText("Enamel mug");
  });
}

test("the ways on from a 404 lead somewhere", async ({ page, watch }) => {
  watch.breaks("/nope");
  for (const [name, address] of [["See all products", "/products"], ["Go to the home page", "/"]] as const) {
    await page.goto("/nope");
    await page.getByRole("main").getByRole("link", { name }).click();
    await expectAddress(page, address);
  }
});

test("a missing file is no page", async ({ page, watch }) => {
  watch.breaks("/assets/", "/remotes/", "/api/");
  await page.goto("/");
  for (const address of ["/assets/gone.css", "/remotes/products/9.9.9/products.js", "/remotes/gone/1.0.0/gone.js", "/api/gone"]) {
    const response = await page.request.get(address);
    expect(response.status(), address).toBe(404);
    expect(response.headers()["content-type"] ?? "", address).not.toContain("text/html");
    expect(response.headers()["cache-control"], address).toContain("no-store");
  }
});
