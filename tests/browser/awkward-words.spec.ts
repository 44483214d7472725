// A shop in which every word is awkward: names, categories, descriptions, the shop's own name, what is searched for and what is refused.
// On no page does anything scroll sideways, stick out or get cut, from 320 to 1280 px and at twice the size of text.
import { WORDS } from "./awkward.mjs";
import { AWKWARD_ORIGIN } from "./environment.mjs";
import { expect, listing, mounted, open, test, visitSearch, type Page } from "./fixtures.ts";
import { faults, scaleText, sideways, unfold } from "./layout-faults.ts";
import { publish } from "./storefront.mjs";

const { widest, word, compound, noBreak } = WORDS;
const encoded = encodeURIComponent;

/** Every kind of page, with awkward words wherever one can be. */
const PAGES = [
  "/",
  "/categories",
  "/products",
  `/products?search=${encoded(word)}&category=${encoded(compound)}&minPrice=1111111.11&maxPrice=9999999.99&inStock=true&pageSize=1&page=1`,
  `/products?search=${encoded(widest)}`,
  `/products?category=${encoded(noBreak)}&search=x`,
  `/products?page=999999&search=${encoded(word)}`,
  "/products?pageSize=1&page=31",
  `/products?minPrice=${widest}`,
  `/products?sort=${widest}`,
  `/products?search=${widest}${widest}`,
  `/products?category=${widest}${widest}`,
  ...Object.keys(WORDS).map((_, index) => `/products/${index + 1}`),
  `/products/${"W".repeat(64)}`,
  "/products/lines",
  "/products/options",
  "/products/options?variant=OPTION-1",
  "/products/photographed",
  `/brands/${compound.toLowerCase().replaceAll("ä", "a")}`,
  `/collections/${word.toLowerCase().replaceAll("ü", "u")}`,
  "/brands/long-wide",
  `/pages/delivery`,
  `/pages/imprint`,
  `/products/${"X".repeat(64)}`,
  `/${widest}`,
  `/%5C${widest}`,
  "/__versions",
];

/** What the shop refuses: the browser reports it as an error. */
const REFUSED = [`/${"W".repeat(9)}`, `/products/X`, "%5C"];

test.use({ baseURL: AWKWARD_ORIGIN });

/** The shop follows its origin of record behind its answers. */
async function followed(page: Page): Promise<void> {
  const products = async (): Promise<unknown> => ((await (await page.request.get("/health")).json()) as { catalog: { products: number } }).catalog.products;
  await expect.poll(products, { message: "the shop follows the origin with the awkward catalog" }).toBeGreaterThan(50);
}

for (const width of [320, 360, 1280]) {
  for (const size of [100, 200]) {
    test(`no word makes a page of ${width} px too wide with text at ${size} %`, async ({ page, watch }, { workerIndex }) => {
      test.slow();
      watch.breaks(...REFUSED, "/assets/pictures/nothing-is-here-AAAAAAAA.svg");
      await page.setViewportSize({ width, height: 800 });
      await followed(page);
      // A preview of a version with a long name: its notice is on every list from here on.
      const version = `91.${workerIndex}.${width + size}-${"x".repeat(50)}`;
      await publish(version, AWKWARD_ORIGIN);
      await page.goto(`/products?remote.products=${version}`);
      for (const address of PAGES) {
        const response = await page.goto(address);
        if (address.startsWith("/products") && (await page.locator("main [data-remote]").count()) > 0) await mounted(page, /^\/products\//.test(address) ? "product-detail" : "products");
        // A page that refuses says nothing of prices, and one without the remote nothing of its preview.
        const notices = address === "/__versions" ? [] : ["About prices and stock", ...(/^\/products(\?|$)/.test(address) ? ["Preview"] : [])];
        for (const name of response?.ok() ? notices : []) await expect(page.getByRole("complementary", { name }), address.slice(0, 80)).toBeVisible();
        await unfold(page);
        await scaleText(page, size);
        expect.soft(await faults(page), `${address.slice(0, 80)} at ${width} px and ${size} %`).toEqual([]);
      }
    });
  }

  test(`nothing that opens or fails makes a page of ${width} px too wide`, async ({ page, watch }) => {
    watch.breaks("sort=name", "/assets/pictures/nothing-is-here-AAAAAAAA.svg");
    await page.setViewportSize({ width, height: 800 });
    await followed(page);
    for (const size of [100, 200]) {
      const list = listing(page);
      await open(page, "/products");
      await scaleText(page, size);
      await (await visitSearch(page)).pressSequentially(word.slice(0, 6));
      await expect(list.suggestions).toBeVisible();
      const box = (await list.suggestions.boundingBox())!;
      expect.soft(box.x >= 0 && box.x + box.width <= width, `suggestions from ${box.x} to ${box.x + box.width} at ${size} %`).toBe(true);
      expect.soft(await sideways(page), `suggestions at ${size} %`).toBe(0);
      expect.soft(await page.evaluate(() => [...document.querySelectorAll("[role=listbox], [role=listbox] *")].filter((part) => part.scrollWidth > part.clientWidth + 1).map(({ className }) => className)), "parts of suggestions that are cut").toEqual([]);
      await list.search.press("Escape");

      await page.route("**/products?*sort=name*", (route) => route.abort());
      await list.sort.selectOption("name");
      await expect(list.error).toBeVisible();
      expect.soft(await faults(page), `after a failure at ${size} %`).toEqual([]);
      await page.unroute("**/products?*sort=name*");

      await open(page, "/products/lines", "product-detail");
      await scaleText(page, size);
      await page.getByRole("button", { name: "Enlarge picture" }).click();
      const dialog = (await page.getByRole("dialog").boundingBox())!;
      expect.soft(dialog.x >= 0 && dialog.x + dialog.width <= width, `dialog from ${dialog.x} to ${dialog.x + dialog.width} at ${size} %`).toBe(true);
      expect.soft(await sideways(page), `picture dialog at ${size} %`).toBe(0);
    }
  });
}
