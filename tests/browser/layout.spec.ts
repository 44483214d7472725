// Layout from 320 to 1280 px: nothing scrolls sideways, nothing lies over anything else, everything can be hit.
// Measured, not compared with pictures: a picture differs from machine to machine by its fonts.
import { expect, listing, mounted, open, test, visitSearch } from "./fixtures.ts";
import { faults, scaleText, sideways, unfold } from "./layout-faults.ts";

const PAGES = ["/", "/products", "/products?category=Kitchen&minPrice=10&maxPrice=80&inStock=true&search=a&pageSize=1", "/products?search=zzzz", "/products?page=9", "/products?minPrice=cheap", "/products/bookshelf-speaker-walnut", "/products/brass-task-lamp", "/pages/delivery", "/pages/imprint", "/nope"];

for (const width of [320, 360, 768, 900, 960, 1280]) {
  test(`every page fits ${width} px`, async ({ page, watch }) => {
    watch.breaks("/nope");
    await page.setViewportSize({ width, height: 800 });
    for (const address of PAGES) {
      await test.step(address, async () => {
        await page.goto(address);
        if (address.startsWith("/products")) await mounted(page, address.startsWith("/products/") ? "product-detail" : "products");
        // Folded filters are looked at unfolded.
        await unfold(page);
        expect.soft(await faults(page), `${address} at ${width} px`).toEqual([]);
      });
    }
  });
}

for (const width of [360, 768, 900, 960, 991, 992, 1280]) {
  test(`the sort field stands beside the count, or with the other fields, on ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    const list = listing(page);
    await open(page, "/products");
    const [sort, count, search] = await Promise.all([list.sort, list.info, list.search].map(async (part) => (await part.boundingBox())!));
    if (width >= 992) {
      expect(Math.abs(sort!.y + sort!.height / 2 - count!.y - count!.height / 2), "the height of one above that of the other").toBeLessThan(8);
      expect(sort!.x, "the field stands to the right of the count").toBeGreaterThan(count!.x);
    } else {
      expect(sort!.y + sort!.height, "the field stands below the search field").toBeGreaterThanOrEqual(search!.y + search!.height - 1);
      expect(sort!.y + sort!.height, "the field stands above the results").toBeLessThanOrEqual(count!.y);
    }
  });
}

test("what opens over the page fits a small screen", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const list = listing(page);
  await open(page, "/products");
  await (await visitSearch(page)).pressSequentially("la");
  await expect(list.suggestions).toBeVisible();
  const box = (await list.suggestions.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(320);
  expect(await sideways(page)).toBe(0);

  await open(page, "/products/cafe-press", "product-detail");
  await page.getByRole("button", { name: "Enlarge picture" }).click();
  const dialog = (await page.getByRole("dialog").boundingBox())!;
  expect(dialog.x).toBeGreaterThanOrEqual(0);
  expect(dialog.x + dialog.width).toBeLessThanOrEqual(320);
  await expect(page.getByRole("dialog").getByRole("button", { name: "Close" })).toBeInViewport({ ratio: 1 });
});

test("text at twice its size still fits", async ({ page }) => {
  for (const width of [360, 640]) {
    await page.setViewportSize({ width, height: 800 });
    for (const [address, remote] of [["/", undefined], ["/categories", undefined], ["/pages/contact", undefined], ["/products", "products"], ["/products/bookshelf-speaker-walnut", "product-detail"]] as const) {
      await page.goto(address);
      if (remote) await mounted(page, remote);
      await unfold(page);
      await scaleText(page, 200);
      expect.soft(await faults(page), `${address} at ${width} px`).toEqual([]);
    }
  }
});
