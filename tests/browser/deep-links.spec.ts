// Every state of the listing is an address: opened cold it shows what the API says, and what interaction shows.
// How states follow each other is the subject of `history.spec.ts`.
import { ask, expect, expectAddress, listing, mounted, open, test, type Page } from "./fixtures.ts";

const STATES = [
  "",
  "category=Kitchen",
  "minPrice=20&maxPrice=60",
  "inStock=true",
  "inStock=false",
  "search=lamp",
  "search=caf%C3%A9",
  "sort=price-desc",
  "page=2&pageSize=5",
  "category=Lighting&inStock=true&search=lamp",
  "category=Kitchen&minPrice=10&maxPrice=80&inStock=true&page=2&pageSize=2&sort=price-asc",
];

test("every filter state can be opened by its address", async ({ page }) => {
  const list = listing(page);
  for (const query of STATES) {
    await test.step(query || "no filter", async () => {
      const expected = await ask(page, query);
      const address = query ? `/products?${query}` : "/products";
      await page.goto(address, { waitUntil: "domcontentloaded" });
      await expect(list.names).toHaveText(expected.data.map(({ name }) => name));
      await expect(list.info).toHaveText(`Showing ${expected.data.length} of ${expected.total} products`.replace(/\b1 products/, "1 product"));
      await expect(list.pages).toContainText(`Page ${expected.page} of ${expected.totalPages}`);

      const parameters = new URLSearchParams(query);
      await expect(list.search).toHaveValue(parameters.get("search") ?? "");
      await expect(list.from).toHaveValue(parameters.get("minPrice") ?? "");
      await expect(list.to).toHaveValue(parameters.get("maxPrice") ?? "");
      await expect(list.sort).toHaveValue(parameters.get("sort") ?? "");
      await expect.poll(list.categories).toEqual(parameters.getAll("category"));
      // What is gone is asked for by address alone; the form then offers to tick that off.
      const gone = page.getByRole("checkbox", { name: "Out of stock only" });
      await expect(parameters.get("inStock") === "false" ? gone : list.inStock).toBeChecked({ checked: parameters.has("inStock") });
      // The remote changes nothing on a page that was opened by its address.
      await mounted(page);
      await expectAddress(page, address);
    });
  }
});

test("a shared address shows exactly what was found by hand", async ({ page, context }) => {
  const list = listing(page);
  await open(page, "/products?pageSize=2");
  await list.category("Kitchen").check();
  await list.inStock.check();
  await list.to.fill("80");
  await list.to.press("Enter");
  await list.sort.selectOption("price-asc");
  await expectAddress(page, "/products?category=Kitchen&maxPrice=80&inStock=true&pageSize=2&sort=price-asc");
  await list.pages.getByRole("link", { name: "Next" }).click();
  await expectAddress(page, "/products?category=Kitchen&maxPrice=80&inStock=true&page=2&pageSize=2&sort=price-asc");
  const shared = await context.newPage();
  await open(shared, page.url());
  await expect.poll(() => state(page)).toEqual(await state(shared));
  expect(await page.title()).toBe(await shared.title());
});

test("an address with unknown and empty parameters shows the same list", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products?search=&minPrice=&category=Garden&utm_source=letter");
  await expect(list.cards).toHaveCount((await ask(page, "category=Garden")).total);
  await expect(page.locator('link[rel="canonical"]')).toHaveAttribute("href", /\/products\?category=Garden$/);
});

/** What the listing shows and what its form holds. */
function state(page: Page) {
  return page.evaluate(() => ({
    results: document.querySelector("#results")?.innerHTML,
    fields: [...new FormData(document.querySelector<HTMLFormElement>("#filters")!)],
    counts: [...document.querySelectorAll("#filters .count")].map((count) => count.textContent),
  }));
}
