// A printed page is a data sheet: what the page is about and where it is, nothing to press. One product is one sheet of A4.
import { AWKWARD_ORIGIN } from "./environment.mjs";
import { expect, listing, mounted, open, test, versionIn, visitSearch, type Page } from "./fixtures.ts";
import { faults, unfold } from "./layout-faults.ts";

/** Fits every page that has a slot, and those that have none. */
const PAGES = ["/", "/categories", "/products", "/products?category=Kitchen&minPrice=10&maxPrice=80&inStock=true&pageSize=2", "/products?search=zzzz", "/products?minPrice=cheap", "/products/cafe-press", "/products/brass-task-lamp", "/pages/delivery", "/nope", "/__versions"];

async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  if (address.startsWith("/products")) await mounted(page, address.startsWith("/products/") ? "product-detail" : "products");
  await unfold(page);
}

/** Everything on paper that can only be pressed, or leads elsewhere in the shop. */
function controls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const shown = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1;
    return [...document.querySelectorAll("button, input, select, summary, nav a, .button, aside, footer, form, dialog")].filter(shown).map((element) => `<${element.tagName.toLowerCase()} class="${element.className}"> ${(element.textContent ?? "").trim().slice(0, 30)}`);
  });
}

async function sheets(page: Page): Promise<number> {
  const pdf = new TextDecoder("latin1").decode(await page.pdf({ format: "A4" }));
  return pdf.match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;
}

test("no page prints menus, buttons, fields or notices", async ({ page, watch }) => {
  watch.breaks("/nope");
  await page.goto(`/products?remote.products=${await bundled(page)}`);
  await expect(page.getByRole("complementary", { name: "Preview" })).toBeVisible();
  await page.emulateMedia({ media: "print" });
  for (const address of PAGES) {
    await visit(page, address);
    expect.soft(await controls(page), address).toEqual([]);
    await expect.soft(page.getByRole("heading", { level: 1 }), address).toBeVisible();
    await expect.soft(page.getByText("Hollis & Wren", { exact: true }).first(), `${address} says whose it is`).toBeVisible();
  }
});

test("the notice of unconfirmed prices is for screens", async ({ page, watch }) => {
  watch.breaks("/assets/pictures/nothing-is-here-AAAAAAAA.svg");
  const notice = page.getByRole("complementary", { name: "About prices and stock" });
  for (const path of ["/", "/products", "/products/2"]) {
    await page.emulateMedia({ media: null });
    await expect(async () => {
      await page.goto(AWKWARD_ORIGIN + path);
      await expect(notice).toBeVisible({ timeout: 500 });
    }).toPass();
    await page.emulateMedia({ media: "print" });
    await expect.soft(page.locator(".unconfirmed"), path).toBeHidden();
  }
});

test("one product is one sheet, with all that is known of it", async ({ page }) => {
  for (const handle of ["cafe-press", "brass-task-lamp", "beech-desk-clock"]) {
    const address = `/products/${handle}`;
    await open(page, address, "product-detail");
    expect.soft(await sheets(page), address).toBe(1);
    await page.emulateMedia({ media: "print" });
    const product = page.getByRole("article").first();
    for (const part of ["h1.product-name", ".product-price", ".product-availability", ".product-description", ".product-rating", ".product-details", ".product-image"]) await expect.soft(product.locator(part).first(), `${address} ${part}`).toBeVisible();
    await expect(product.getByRole("heading", { name: "Details" })).toBeVisible();
    await expect(page.getByText(new RegExp(`^http://[^ ]+${address}$`))).toBeVisible();
    await expect(page.getByRole("heading", { name: /^Related/ })).toBeHidden();
    await page.emulateMedia({ media: null });
    await expect(page.getByText(new RegExp(`^http://[^ ]+${address}$`))).toBeHidden();
  }
});

test("a list prints its products on one sheet, and says which they are", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  expect(await sheets(page)).toBe(1);
  await list.category("Kitchen").check();
  await expect(list.cards).toHaveCount(3);
  await (await visitSearch(page)).fill("m");
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("listbox")).toBeHidden();
  for (const part of [".product-name", ".product-price", ".product-availability", ".product-image"]) await expect.soft(list.cards.last().locator(part), part).toBeVisible();
  await expect(list.info).toBeVisible();
  await expect(page.getByText(/^Page 1 of/)).toBeVisible();
  await expect(page.getByText(/^http:\/\/[^ ]+\/products\?category=Kitchen/)).toBeVisible();
});

test("paper is white in a dark room too", async ({ page }) => {
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.goto("/products/cafe-press");
  const ink = await page.getByRole("heading", { level: 1 }).evaluate((heading) => getComputedStyle(heading).color);
  expect(Math.max(...(ink.match(/\d+/g) ?? ["255"]).map(Number)), `the heading is ${ink}`).toBeLessThan(80);
});

test("no word is too long for a sheet", async ({ page, watch }) => {
  watch.breaks("/assets/pictures/nothing-is-here-AAAAAAAA.svg");
  // A4 without its margins.
  await page.setViewportSize({ width: 688, height: 1000 });
  await page.emulateMedia({ media: "print" });
  for (const path of ["/", "/categories", "/products", "/products?search=W", "/products/2", "/products/5", "/products/lines"]) {
    await page.goto(AWKWARD_ORIGIN + path);
    // Paper is not pressed.
    expect.soft((await faults(page)).filter((fault) => !fault.includes("hard to hit")), path).toEqual([]);
  }
});

async function bundled(page: Page): Promise<string> {
  return versionIn(await (await page.request.get("/products")).text(), "products");
}
