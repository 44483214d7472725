// Variants in the demo shop, without scripts: what can be chosen, on a phone and by keys, and what is said of the rest. How the remote
// makes it faster is tested elsewhere. Products are found by their names, variants by their SKUs in the API.
import AxeBuilder from "@axe-core/playwright";

import { expect, mounted, open, test, type Locator, type Page } from "./fixtures.ts";

interface Variant {
  readonly sku: string;
  readonly options: Record<string, string>;
  readonly price: number;
  readonly compareAtPrice?: number;
  readonly stock: number;
  readonly image?: string;
}

interface WithVariants {
  readonly id: string;
  readonly name: string;
  readonly images: { readonly url: string; readonly alt: string }[];
  readonly options: { readonly name: string; readonly values: string[] }[];
  readonly variants: Variant[];
}

const CUSHION = "Linen cushion";
const THROW = "Wool throw, Fjäll";
const MUG = "Enamel mug";

/** Opens the product's page by its link in the list, as shoppers do. */
async function visit(page: Page, name: string): Promise<WithVariants> {
  const found = (await (await page.request.get("/api/products?include=variants,images&pageSize=100")).json()) as { data: WithVariants[] };
  const listed = found.data.find((product) => product.name === name)!;
  await page.goto("/products");
  await page.locator("#results").getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  return ((await (await page.request.get(`/api/products/${listed.id}`)).json()) as { data: WithVariants }).data;
}

function picker(page: Page): { readonly form: Locator; readonly show: Locator; value(option: string, value: string): Locator } {
  const form = page.getByRole("form", { name: "Variants" });
  return {
    form,
    show: form.getByRole("button", { name: "Show this choice" }),
    value: (option, value) => form.getByRole("group", { name: option }).getByRole("radio", { name: new RegExp(`^${value}( \\(|$)`) }),
  };
}

const dollars = (price: number): string => `$${price.toFixed(2)}`;
const summary = (page: Page): Locator => page.locator(".product-summary");

/** The page shows just this variant. */
async function expectVariant(page: Page, product: WithVariants, variant: Variant): Promise<void> {
  await expect(page).toHaveURL(new RegExp(`\\?variant=${variant.sku}$`));
  const price = summary(page).locator(".product-price");
  await expect(price).toContainText(dollars(variant.price));
  await expect(price).not.toContainText("From");
  await expect(price.locator("s")).toHaveText(variant.compareAtPrice ? [`Price before: ${dollars(variant.compareAtPrice)}`] : []);
  await expect(summary(page).locator("p.product-availability")).toHaveText(variant.stock > 0 ? "In Stock" : "Out of Stock");
  await expect(summary(page).locator(".product-details")).toContainText(variant.stock > 0 ? `${variant.stock} in stock` : "None in stock");
  await expect(summary(page).locator(".product-details")).toContainText(variant.sku);
  for (const [option, value] of Object.entries(variant.options)) await expect(picker(page).value(option, value)).toBeChecked();
  const picture = product.images.find(({ url }) => url === variant.image)!;
  await expect(page.locator(".product-detail .product-image").first()).toHaveAttribute("alt", picture.alt);
  await expect(page.locator(".product-gallery [aria-current]").getByRole("img")).toHaveAttribute("alt", picture.alt);
}

for (const width of [360, 1280]) {
  test.describe(`without scripts at ${width} px`, () => {
    test.use({ javaScriptEnabled: false, viewport: { width, height: 740 } });

    test("every variant can be chosen and leads with its own picture, price and stock", async ({ page }) => {
      for (const name of [MUG, CUSHION, THROW]) {
        const product = await visit(page, name);
        for (const variant of product.variants) {
          for (const [option, value] of Object.entries(variant.options)) await picker(page).value(option, value).check();
          await picker(page).show.click();
          await expectVariant(page, product, variant);
        }
      }
    });

    test("a combination that does not exist is named, and the way on with it", async ({ page }) => {
      await visit(page, CUSHION);
      await picker(page).value("Colour", "Sage").check();
      await picker(page).value("Size", "60 × 60 cm").check();
      await picker(page).show.click();
      await expect(page.getByRole("status")).toHaveText("There is no Sage, 60 × 60 cm. The nearest one is chosen.");
      // What is shown instead is a variant that there is, and says so of the values that it has not.
      await expect(picker(page).form.getByRole("radio", { name: "60 × 60 cm (not in Sage)" })).not.toBeChecked();
      await expect(picker(page).value("Colour", "Sage")).toBeChecked();
      await expect(summary(page).locator("p.product-availability")).toHaveText("In Stock");
    });

    test("the pictures are links that work", async ({ page }) => {
      const product = await visit(page, THROW);
      const links = page.locator(".product-gallery").getByRole("link");
      await expect(links).toHaveCount(product.images.length);
      for (const [place, { alt }] of product.images.entries()) await expect(links.nth(place).getByRole("img", { name: alt })).toBeVisible();
      for (const link of await links.all()) {
        const answer = await page.request.get((await link.getAttribute("href"))!);
        expect(answer.headers()["content-type"]).toMatch(/^image\//);
      }
    });
  });
}

test.describe("by keys alone, without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a value is reached by Tab, changed by the arrows and sent by Enter", async ({ page }) => {
    const product = await visit(page, MUG);
    await summary(page).getByRole("link").first().focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await expect(picker(page).value("Colour", "Cream")).toBeChecked();
    await page.keyboard.press("ArrowRight");
    await expect(picker(page).value("Colour", "Moss")).toBeFocused();
    await page.keyboard.press("Enter");
    await expectVariant(page, product, product.variants.find(({ options }) => options.Colour === "Moss")!);
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the edge of a choice stands out, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await visit(page, MUG);
    const contrast = await picker(page).form.locator("label span").first().evaluate((element) => {
      const luminance = (colour: string): number => {
        const [red, green, blue] = colour.match(/[\d.]+/g)!.map((part) => Number(part) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
      };
      const pair = [getComputedStyle(element).borderTopColor, getComputedStyle(document.body).backgroundColor].map(luminance).sort((left, right) => right - left);
      return (pair[0]! + 0.05) / (pair[1]! + 0.05);
    });
    // WCAG 1.4.11.
    expect(contrast).toBeGreaterThanOrEqual(3);
  });
}

test("a variant that is sold out is described as such before and after it is chosen", async ({ page }) => {
  const product = await visit(page, CUSHION);
  await mounted(page, "product-detail");
  const variant = product.variants.find(({ stock }) => stock === 0)!;
  await open(page, `${new URL(page.url()).pathname}?variant=${variant.sku}`, "product-detail");
  await expectVariant(page, product, variant);
  for (const value of Object.values(variant.options)) await expect(picker(page).form.getByRole("radio", { name: `${value} (sold out)` })).toBeChecked();
  await expect(summary(page)).toContainText("This choice is sold out. Another one is in stock: choose it above.");
  // Neither colour nor dot are those of what is in stock.
  const colour = (part: Locator): Promise<string> => part.evaluate((element) => getComputedStyle(element).color);
  const soldOut = await colour(summary(page).locator("p.product-availability"));
  const other = product.variants.find(({ stock }) => stock > 0)!;
  await open(page, `${new URL(page.url()).pathname}?variant=${other.sku}`, "product-detail");
  expect(await colour(summary(page).locator("p.product-availability"))).not.toBe(soldOut);
});

test("nothing is preloaded that another variant's page does not show", async ({ page }) => {
  // The watch of every scenario fails on a preload that nothing uses.
  const product = await visit(page, MUG);
  const address = new URL(page.url()).pathname;
  for (const { sku } of product.variants) {
    await open(page, `${address}?variant=${sku}`, "product-detail");
    await page.waitForLoadState("networkidle");
  }
});

test("a list says from when prices differ, and what was asked before a sale", async ({ page }) => {
  await page.goto("/products?onSale=true");
  const cards = page.locator("#results .product-card");
  const found = (await (await page.request.get("/api/products?onSale=true&include=variants")).json()) as { data: { price: number; variants: Variant[] }[] };
  await expect(cards).toHaveCount(found.data.length);
  for (const [place, { price, variants }] of found.data.entries()) {
    const shown = cards.nth(place).locator(".product-price");
    const leading = variants.find((variant) => variant.price === price)!;
    await expect(shown).toHaveText(`${variants.some((variant) => variant.price > price) ? "From " : ""}${dollars(price)} Price before: ${dollars(leading.compareAtPrice!)}`);
  }
});

test("paper has the chosen values, and nothing to choose", async ({ page }) => {
  const product = await visit(page, THROW);
  const variant = product.variants.at(-1)!;
  await open(page, `${new URL(page.url()).pathname}?variant=${variant.sku}`, "product-detail");
  await page.emulateMedia({ media: "print" });
  await expect(picker(page).form).toBeHidden();
  await expect(page.locator(".product-gallery ul")).toBeHidden();
  const rows = summary(page).locator(".product-details > div");
  for (const [option, value] of Object.entries(variant.options)) await expect(rows.filter({ hasText: option }).filter({ hasText: value })).toBeVisible();
});

test("the price stays on the first screen of a phone, whatever pictures there are", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const name of [MUG, CUSHION, THROW]) {
    const { images } = await visit(page, name);
    await mounted(page, "product-detail");
    const price = (await summary(page).locator(".product-price").boundingBox())!;
    expect.soft(price.y + price.height, name).toBeLessThanOrEqual(600);
    await expect.soft(picker(page).form.getByRole("radio").first(), `${name}: the first choice`).toBeInViewport({ ratio: 1 });
    // The other pictures stand beside the first, and none of them is wider than the page.
    const first = (await page.locator(".product-detail .product-image").first().boundingBox())!;
    const others = page.locator(".product-gallery").getByRole("link");
    await expect(others).toHaveCount(images.length);
    for (const other of await others.all()) {
      const box = (await other.boundingBox())!;
      expect.soft(box.x, name).toBeGreaterThanOrEqual(first.x + first.width);
      expect.soft(box.x + box.width, name).toBeLessThanOrEqual(360);
    }
  }
});

for (const scripts of [true, false]) {
  test.describe(scripts ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled: scripts, viewport: { width: 360, height: 740 } });

    test("the first picture has one size, before and after the remote has mounted", async ({ page }) => {
      await visit(page, THROW);
      if (scripts) await mounted(page, "product-detail");
      const first = (await page.locator(".product-detail .product-image").first().boundingBox())!;
      expect(Math.abs(first.width - Math.min(328 - 64, 0.36 * 740)), `${first.width} px`).toBeLessThan(2);
    });
  });
}

for (const { width, colorScheme } of [
  { width: 1280, colorScheme: "light" },
  { width: 360, colorScheme: "dark" },
] as const) {
  test.describe(`${colorScheme}, ${width} px`, () => {
    test.use({ viewport: { width, height: 800 }, colorScheme });

    test("pages with variants are accessible in each of their states", async ({ page }) => {
      await visit(page, CUSHION);
      const address = new URL(page.url()).pathname;
      const size = encodeURIComponent("60 × 60 cm");
      for (const state of ["", "?variant=cushion-ink-50", `?option.Colour=Sage&option.Size=${size}`]) {
        await open(page, address + state, "product-detail");
        const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("; ")}`), state).toEqual([]);
      }
    });
  });
}
