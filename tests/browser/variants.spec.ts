// Choosing a variant: without a page load where the remote works, by the form where it does not; and the same page by either way.
// The server's page is the oracle: whatever is chosen, a reload of the address shows the same.
import AxeBuilder from "@axe-core/playwright";

import { AWKWARD_ORIGIN } from "./environment.mjs";
import { countNavigations, expect, gate, listing, mounted, open, pathOf, promote, test, type Page } from "./fixtures.ts";

const THROW = "/products/throw";

test.use({ baseURL: AWKWARD_ORIGIN });

// The shop follows its origin of record behind its answers.
test.beforeEach(async ({ page }) => {
  const status = async () => (await page.request.get("/api/products/throw")).status();
  await expect.poll(status, { message: "the shop follows the origin with the products of `variants.mjs`" }).toBe(200);
});

/** The picker and what follows from it. */
function product(page: Page) {
  const form = page.getByRole("form", { name: "Variants" });
  return {
    form,
    value: (name: string) => form.getByRole("radio", { name: new RegExp(`^${name}\\b`) }),
    button: form.getByRole("button", { name: "Show this choice" }),
    said: form.locator(".variant-status"),
    price: page.locator(".product-summary .product-price"),
    unitPrice: page.locator(".product-summary .unit-price"),
    availability: page.locator(".product-summary .product-availability"),
    picture: page.locator(".product-detail img.product-image").first(),
    number: page.locator(".product-details div", { hasText: "Item number" }).locator("dd"),
  };
}

/** What a reload has to show again. */
async function state(page: Page): Promise<unknown> {
  const { form, price, unitPrice, availability, picture, number } = product(page);
  const parts = [price, unitPrice, availability, number];
  return {
    texts: await Promise.all(parts.map((part) => part.innerText())),
    picture: await picture.getAttribute("src"),
    values: await form.locator("label").allInnerTexts(),
    chosen: await form.locator("input:checked").evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
    head: await page.evaluate(() => [document.title, document.querySelector("link[rel=canonical]")?.getAttribute("href")]),
  };
}

async function expectVariant(page: Page, sku: string): Promise<void> {
  await expect(product(page).number).toHaveText(sku);
  await expect.poll(() => pathOf(page.url())).toBe(`${THROW}?variant=${sku}`);
}

test("a choice changes price, picture, stock and address, aloud and without a page load", async ({ page }) => {
  const shown = product(page);
  await open(page, THROW, "product-detail");
  const entries = await page.evaluate(() => history.length);
  const loads = countNavigations(page);
  await expect(shown.button).toBeHidden();
  await expect(shown.said).toHaveRole("status");
  await expect(shown.price).toHaveText("From $95.00 Price before: $120.00");
  const before = (await state(page)) as { head: unknown };

  // Of what goes with one value, the first that can be bought.
  await shown.value("Large").check();
  await expectVariant(page, "THROW-L-SAND");
  await expect(shown.price).toHaveText("$135.00");
  await expect(shown.said).toHaveText("Large, Sand: $135.00, in stock");

  await shown.value("Moss").check();
  await expectVariant(page, "THROW-L-MOSS");
  await expect(shown.picture).toHaveAttribute("alt", "The throw in moss");
  await expect(shown.picture).toHaveAttribute("src", /wool-throw-moss/);
  await expect(page.locator(".product-gallery [aria-current]").getByRole("img")).toHaveAttribute("alt", "The throw in moss");
  await expect(shown.unitPrice).toHaveText("$67.50 per 1 m²");

  await shown.value("Rust").check();
  await expectVariant(page, "THROW-L-RUST");
  await expect(shown.price).toHaveText("$140.50 Price before: $150.00");
  await expect(shown.said).toHaveText("Large, Rust: $140.50, price before: $150.00, in stock");
  await expect(shown.value("Rust")).toBeFocused();
  // What goes with it, and what does not.
  await expect(shown.value("Small")).toHaveAccessibleName("Small (not in Rust)");

  const chosen = (await state(page)) as { head: unknown };
  expect(chosen.head, "title and canonical address are the product's").toEqual(before.head);
  expect(loads(), "page loads").toBe(0);
  expect(await page.evaluate(() => history.length), "entries of the history").toBe(entries);
  await page.reload();
  await mounted(page, "product-detail");
  expect(await state(page)).toEqual(chosen);
  await expect(shown.said).toHaveText("Large, Rust: $140.50, price before: $150.00, in stock");
});

test("the picture can be enlarged whichever variant it is of, a drawing or a photo", async ({ page }) => {
  await open(page, `${THROW}?variant=THROW-L-SAND`, "product-detail");
  for (const [name, sku] of [["Rust", "THROW-L-RUST"], ["Moss", "THROW-L-MOSS"], ["Rust", "THROW-L-RUST"]] as const) {
    await product(page).value(name).check();
    await expectVariant(page, sku);
    await page.getByRole("button", { name: "Enlarge picture" }).click();
    const dialog = page.getByRole("dialog", { name: `Picture: The throw in ${name.toLowerCase()}` });
    await expect(dialog.getByRole("img")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  }
});

test("a small picture opens large in the page", async ({ page }) => {
  await open(page, THROW, "product-detail");
  const link = page.getByRole("link", { name: "Enlarge: The throw in rust" });
  await link.click();
  const dialog = page.getByRole("dialog", { name: "Picture: The throw in rust" });
  const large = dialog.getByRole("img");
  await expect(large).toBeVisible();
  // The whole picture, not the small file.
  await expect.poll(() => large.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(320);
  expect(pathOf(page.url())).toBe(THROW);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(link).toBeFocused();
});

test("Back leaves the product", async ({ page }) => {
  await page.goto("/products?category=Throws");
  await page.getByRole("link", { name: "Linen throw" }).click();
  await mounted(page, "product-detail");
  for (const [name, sku] of [["Large", "THROW-L-SAND"], ["Moss", "THROW-L-MOSS"]] as const) {
    await product(page).value(name).check();
    await expectVariant(page, sku);
  }
  await page.goBack();
  await expect.poll(() => pathOf(page.url())).toBe("/products?category=Throws");
  await page.goForward();
  await expectVariant(page, "THROW-L-MOSS");
  await expect(product(page).value("Moss")).toBeChecked();
});

test("an entry of a link within the page shows the variant of its address", async ({ page }) => {
  await open(page, `${THROW}?variant=THROW-L-MOSS`, "product-detail");
  await page.evaluate(() => void (location.hash = "related-heading"));
  await product(page).value("Sand").check();
  await expectVariant(page, "THROW-L-SAND");
  const loads = countNavigations(page);
  await page.evaluate(() => history.back());
  await expectVariant(page, "THROW-L-MOSS");
  await expect(product(page).value("Moss")).toBeChecked();
  expect(loads(), "page loads").toBe(0);
});

test("an address without a variant says that none is chosen", async ({ page }) => {
  await open(page, THROW, "product-detail");
  await expect(product(page).said).toHaveText("Nothing chosen yet");
  await page.evaluate(() => void (location.hash = "related-heading"));
  await product(page).value("Moss").check();
  await expect(product(page).said).toHaveText(/Moss/);
  await page.evaluate(() => history.back());
  await expect(product(page).said).toHaveText("Nothing chosen yet");
});

test("what is sold out says so, and what does not exist names itself beside the nearest", async ({ page }) => {
  const shown = product(page);
  await open(page, `${THROW}?variant=THROW-S-SAND`, "product-detail");
  const loads = countNavigations(page);
  await expect(shown.value("Moss")).toHaveAccessibleName("Moss (sold out)");
  await shown.value("Moss").check();
  await expectVariant(page, "THROW-S-MOSS");
  await expect(shown.said).toHaveText("Small, Moss: $95.00, out of stock");
  await expect(shown.availability).toHaveText("Out of Stock");

  // What was changed last is kept.
  await shown.value("Rust").click();
  await expect(shown.said).toHaveText("There is no Small, Rust. The nearest one is chosen. Large, Rust: $140.50, price before: $150.00, in stock");
  await expect(shown.value("Rust")).toBeChecked();
  await expect(shown.value("Rust")).toBeFocused();
  await expect.poll(() => new URL(page.url()).searchParams.getAll("option.Colour")).toEqual(["Rust"]);
  const missing = await state(page);
  await page.reload();
  await mounted(page, "product-detail");
  expect(await state(page)).toEqual(missing);
  await expect(page.getByText("There is no Small, Rust.")).toBeVisible();
  await expect(page.locator(".variant-missing")).toHaveCount(1);
  await expect(shown.said).toHaveText(/^Large, Rust: /);
  await shown.value("Sand").check();
  await expectVariant(page, "THROW-L-SAND");
  await expect(page.locator(".variant-missing")).toHaveCount(0);
  expect(loads(), "the reload alone").toBe(1);
});

test("by keys alone: arrows choose, the focus stays", async ({ page }) => {
  const shown = product(page);
  await open(page, `${THROW}?variant=THROW-L-SAND`, "product-detail");
  await shown.value("Sand").focus();
  await page.keyboard.press("ArrowRight");
  await expectVariant(page, "THROW-L-MOSS");
  await expect(shown.value("Moss")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expectVariant(page, "THROW-L-RUST");
  await expect(shown.value("Rust")).toBeFocused();
  await expect(shown.value("Rust")).toBeChecked();
  const loads = countNavigations(page);
  await page.keyboard.press("Enter");
  await expectVariant(page, "THROW-L-RUST");
  await page.keyboard.press("Shift+Tab");
  await expect(shown.value("Large")).toBeFocused();
  expect(loads(), "page loads").toBe(0);
});

test("many values are a list that opens", async ({ page }) => {
  const lengths = page.getByRole("combobox", { name: "Length" });
  await open(page, "/products/ribbon", "product-detail");
  const loads = countNavigations(page);
  for (const [label, price] of [["12 m", "$24.00"], ["3 m", "$6.00"]] as const) {
    await lengths.focus();
    await lengths.selectOption(label);
    await expect(product(page).said).toHaveText(`${label}: ${price}, in stock`);
    await expect(lengths).toHaveValue(label);
    await expect(lengths).toBeFocused();
  }
  expect(loads(), "page loads").toBe(0);
});

test("of two quick choices the last one counts", async ({ page }) => {
  const shown = product(page);
  await open(page, `${THROW}?variant=THROW-L-SAND`, "product-detail");
  const held = gate();
  await page.route("**/products/throw?*Moss*", async (route) => {
    await held.passed;
    await route.continue().catch(() => undefined);
  });
  await shown.value("Moss").check();
  await expect(page.locator(".product-detail")).toHaveAttribute("aria-busy", "true");
  await shown.value("Rust").check();
  await expectVariant(page, "THROW-L-RUST");
  held.open();
  await page.unrouteAll({ behavior: "wait" });
  await expect(page.locator("[aria-busy]")).toHaveCount(0);
  await expectVariant(page, "THROW-L-RUST");
  await expect(shown.said).toHaveText(/^Large, Rust:/);
});

test("a choice that cannot be fetched opens as a page, from which Back returns", async ({ page, watch }) => {
  watch.breaks(/option\.Colour=Moss/);
  const shown = product(page);
  await open(page, `${THROW}?variant=THROW-L-SAND`, "product-detail");
  const loads = countNavigations(page);
  await page.route("**/products/throw?*Moss*", (route) => (route.request().isNavigationRequest() ? route.continue() : route.abort("connectionreset")));
  await shown.value("Moss").check();
  await expectVariant(page, "THROW-L-MOSS");
  await mounted(page, "product-detail");
  expect(loads(), "page loads").toBeGreaterThan(0);
  await page.goBack();
  await expectVariant(page, "THROW-L-SAND");
  await expect(shown.value("Sand")).toBeChecked();
});

test("a page of another version takes the place of this one", async ({ page }) => {
  await page.goto("/products?category=Throws");
  await page.goto(`${THROW}?variant=THROW-L-SAND`);
  await mounted(page, "product-detail");
  const loads = countNavigations(page);
  await promote(page, "**/products/throw?*");
  await product(page).value("Moss").check();
  await expectVariant(page, "THROW-L-MOSS");
  expect(loads(), "page loads").toBeGreaterThan(0);
  await page.goBack();
  await expect.poll(() => pathOf(page.url())).toBe("/products?category=Throws");
});

test("what is chosen before the module comes counts, and the form works should it not come", async ({ page, watch }) => {
  const shown = product(page);
  const late = gate();
  await page.route("**/remotes/product-detail/**/*.js", async (route) => {
    await late.passed;
    await route.continue();
  });
  await page.goto(`${THROW}?variant=THROW-L-SAND`, { waitUntil: "commit" });
  await expect(shown.button).toBeVisible();
  await shown.value("Moss").check();
  late.open();
  await expectVariant(page, "THROW-L-MOSS");
  await page.unrouteAll({ behavior: "wait" });

  watch.breaks("/remotes/product-detail/");
  await page.route("**/remotes/product-detail/**/*.js", (route) => route.abort());
  await page.goto(`${THROW}?variant=THROW-L-SAND`);
  await watch.expectReports({ remote: "product-detail", kind: "import" });
  await shown.value("Rust").check();
  await shown.button.click();
  await expectVariant(page, "THROW-L-RUST");
  await watch.expectReports({ remote: "product-detail", kind: "import" }, { remote: "product-detail", kind: "import" });
});

test("the picture of a variant opens large", async ({ page }) => {
  await open(page, THROW, "product-detail");
  await product(page).value("Moss").check();
  await expect(product(page).picture).toHaveAttribute("alt", "The throw in moss");
  await page.getByRole("button", { name: "Enlarge picture" }).click();
  const dialog = page.getByRole("dialog", { name: "Picture: The throw in moss" });
  await expect(dialog.getByRole("img")).toHaveAttribute("src", /wool-throw-moss/);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Enlarge picture" })).toBeFocused();
});

for (const width of [320, 1280]) {
  test(`nothing moves when the module comes, and axe finds nothing, at ${width} px`, async ({ page, watch }) => {
    // The browser takes the `Link` field of a page that is fetched for that of the page at hand.
    watch.breaks(/preloaded using link preload but not used/);
    const shown = product(page);
    await page.setViewportSize({ width, height: 800 });
    const late = gate();
    await page.route("**/remotes/product-detail/**/*.js", async (route) => {
      await late.passed;
      await route.continue();
    });
    const places = () => page.locator(".product-detail :is(.product-image, .product-price, .variant-picker, .purchase, .product-details)").evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
    await page.goto(THROW, { waitUntil: "domcontentloaded" });
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    const before = await places();
    late.open();
    await mounted(page, "product-detail");
    expect(await places()).toEqual(before);
    await shown.value("Rust").check();
    await expectVariant(page, "THROW-L-RUST");
    await shown.value("Small").click();
    await expect(shown.said).toHaveText(/^There is no Small, Rust/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), "nothing scrolls sideways").toBeLessThanOrEqual(width);
    const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
  });
}

for (const width of [360, 1280]) {
  test(`a list is filtered by options, of whose values the further ones open, at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 });
    await open(page, "/products?category=textiles");
    const list = listing(page);
    if (width < 500) await list.form.locator(".filter-panel > summary").click();
    const length = list.form.getByRole("group", { name: "Length" });
    await expect(length.getByRole("checkbox")).toHaveCount(8);
    await length.getByText("4 more").click();
    await length.getByRole("checkbox", { name: /^12 m/ }).check();
    await expect.poll(() => pathOf(page.url())).toBe("/products?category=Textiles&option.Length=12%20m");
    await expect(length.getByRole("checkbox", { name: /^12 m/ })).toBeFocused();
    await expect(list.names).toHaveText(["Ribbon"]);
    await length.getByRole("checkbox", { name: /^12 m/ }).uncheck();
    await list.form.getByRole("group", { name: "Colour" }).getByRole("checkbox", { name: /^Rust/ }).check();
    await list.form.getByRole("group", { name: "Size" }).getByRole("checkbox", { name: /^Large/ }).check();
    await list.rating("4 stars").check();
    await expect.poll(() => pathOf(page.url())).toBe("/products?category=Textiles&minRating=4&option.Colour=Rust&option.Size=Large");
    await expect(list.names).toHaveText(["Linen throw"]);
    // Below a chosen category nothing more is to be chosen.
    await expect(list.category("Throws")).toHaveAccessibleName("Throws in Textiles included 1");
    await expect(list.category("Throws")).not.toBeChecked();
  });
}

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the form shows the choice", async ({ page }) => {
    const shown = product(page);
    await page.goto(THROW);
    await expect(shown.said).toHaveCount(0);
    await shown.value("Large").check();
    await shown.value("Moss").check();
    await shown.button.click();
    await expectVariant(page, "THROW-L-MOSS");
    await expect(shown.price).toHaveText("$135.00");
    await shown.value("Small").check();
    await shown.value("Rust").check();
    await shown.button.click();
    await expect(page.getByText("There is no Small, Rust. The nearest one is chosen.")).toBeVisible();
  });
});
