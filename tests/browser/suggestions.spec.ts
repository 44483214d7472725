// Suggestions under the search field: a combobox by the book, for keys, pointer and readers.
// What is suggested is the API's business; how a search by itself behaves is in `search.spec.ts`.
import { expect, expectAddress, gate, handleOf, listing, open, test, visitSearch, type Page } from "./fixtures.ts";

interface Suggested {
  readonly data: { readonly id: string; readonly name: string }[];
}

async function suggestions(page: Page, text: string): Promise<Suggested["data"]> {
  const response = await page.request.get(`/api/products/suggest?q=${encodeURIComponent(text)}`);
  return ((await response.json()) as Suggested).data;
}

test("arrows walk through the suggestions, Escape closes them, Enter opens one", async ({ page }) => {
  const { search, suggestions: list } = listing(page);
  await open(page, "/products");
  await visitSearch(page);
  await expect(search).toHaveAttribute("aria-autocomplete", "list");
  await expect(search).toHaveAttribute("aria-expanded", "false");

  await search.pressSequentially("la");
  const expected = await suggestions(page, "la");
  expect(expected.length).toBeGreaterThan(1);
  const options = list.getByRole("option");
  await expect(list).toHaveAccessibleName(/\S/);
  await expect(options).toHaveCount(expected.length);
  for (const [index, { name }] of expected.entries()) await expect(options.nth(index)).toContainText(name);
  await expect(search).toHaveAttribute("aria-expanded", "true");
  await expect(search).toHaveAttribute("aria-controls", (await list.getAttribute("id"))!);
  await expect(search).not.toHaveAttribute("aria-activedescendant", /.+/);

  const expectActive = async (index: number) => {
    await expect(options.nth(index)).toHaveAttribute("aria-selected", "true");
    await expect(search).toHaveAttribute("aria-activedescendant", (await options.nth(index).getAttribute("id"))!);
    await expect(list.getByRole("option", { selected: true })).toHaveCount(1);
    await expect(search).toBeFocused();
  };
  await search.press("ArrowDown");
  await expectActive(0);
  await search.press("ArrowDown");
  await expectActive(1);
  await search.press("ArrowUp");
  await search.press("ArrowUp");
  // Between the last and the first stands the text as it was typed.
  await expect(list.getByRole("option", { selected: true })).toHaveCount(0);
  await search.press("ArrowUp");
  await expectActive(expected.length - 1);

  await search.press("Escape");
  await expect(list).toBeHidden();
  await expect(search).toHaveValue("la");
  await expect(search).toHaveAttribute("aria-expanded", "false");
  await expect(search).not.toHaveAttribute("aria-activedescendant", /.+/);

  await search.pressSequentially("m");
  const narrowed = await suggestions(page, "lam");
  await expect(options).toHaveCount(narrowed.length);
  await expect(list).toBeVisible();
  await search.press("ArrowDown");
  await search.press("Enter");
  await expectAddress(page, `/products/${await handleOf(page, narrowed[0]!.id)}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(narrowed[0]!.name);
});

test("Enter without a choice searches for the text", async ({ page }) => {
  const { search, suggestions: list, cards } = listing(page);
  await open(page, "/products");
  await visitSearch(page);
  await search.pressSequentially("mug");
  await expect(list).toBeVisible();
  await search.press("Enter");
  await expect(list).toBeHidden();
  await expectAddress(page, "/products?search=mug");
  await expect(cards.first()).toContainText("Enamel mug");
});

test("text that was typed before the suggestions came is suggested for, too", async ({ page }) => {
  const { search, suggestions: list } = listing(page);
  await open(page, "/products");
  const late = gate();
  await page.route("**/suggestions-*.js", async (route) => {
    await late.passed;
    await route.continue();
  });
  await search.pressSequentially("mug");
  // The list is already that of the text: the field holds what its page was rendered with.
  await expectAddress(page, "/products?search=mug");
  late.open();
  await expect(list.getByRole("option", { name: /Enamel mug/ })).toBeVisible();
});

test("a field that was filled by its address opens no list by being visited", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/suggestions?")) asked.push(request.url());
  });
  await open(page, "/products?search=mug");
  const search = await visitSearch(page);
  await search.press("End");
  await search.press("Shift+Tab");
  expect(asked).toEqual([]);
});

test("a click chooses, leaving the field closes", async ({ page }) => {
  const { search, suggestions: list } = listing(page);
  await open(page, "/products");
  await visitSearch(page);
  await search.pressSequentially("clock");
  await expect(list).toBeVisible();
  await search.press("Tab");
  await expect(list).toBeHidden();
  await search.focus();
  await search.press("ArrowDown");
  await expect(list).toBeVisible();
  await list.getByRole("option", { name: /desk clock/ }).click();
  await expectAddress(page, "/products/beech-desk-clock");
});

test("a step back closes the list, and the keys go by the text that it brings", async ({ page }) => {
  const { search, suggestions: list } = listing(page);
  await open(page, "/products");
  await visitSearch(page);
  await search.fill("lamp");
  await search.press("Enter");
  await expectAddress(page, "/products?search=lamp");
  await search.fill("mug");
  await expect(list.getByRole("option", { name: /Enamel mug/ })).toBeVisible();
  await expectAddress(page, "/products?search=mug");
  await page.evaluate(() => history.back());
  await expect(search).toHaveValue("lamp");
  await expect(list).toBeHidden();
  await search.press("ArrowDown");
  await expect(list.getByRole("option", { name: /lamp/i }).first()).toBeVisible();
  await expect(list.getByRole("option", { name: /Enamel mug/ })).toHaveCount(0);
});

test("text that finds nothing, or is too short, opens no list", async ({ page }) => {
  const { search, suggestions: list } = listing(page);
  await open(page, "/products");
  await visitSearch(page);
  await search.pressSequentially("lamp");
  await expect(list).toBeVisible();
  await search.fill("zzzz");
  await expect(list).toBeHidden();
  await expectAddress(page, "/products?search=zzzz");
  await search.fill("l");
  await expectAddress(page, "/products?search=l");
  await expect(list).toBeHidden();
});

test("without suggestions the search works on", async ({ page, watch }) => {
  watch.breaks("/suggestions?");
  await page.route("**/suggestions?*", (route) => route.fulfill({ status: 500, body: "" }));
  const { search, suggestions: list, names } = listing(page);
  await open(page, "/products");
  await visitSearch(page);
  await search.pressSequentially("mug");
  await expectAddress(page, "/products?search=mug");
  await expect(names.first()).toHaveText("Enamel mug");
  await expect(list).toBeHidden();
});

test("every page has the one field, and it suggests", async ({ page, watch }) => {
  watch.breaks("/nope");
  for (const address of ["/", "/categories", "/products", "/products/cafe-press", "/pages/returns", "/nope"]) {
    await page.goto(address, { waitUntil: "load" });
    const field = page.getByLabel("Search products", { exact: true });
    await expect(field).toHaveCount(1);
    await expect(page.getByRole("banner").getByRole("search")).toHaveCount(1);
    await field.focus();
    await expect(field, address).toHaveRole("combobox");
    await field.pressSequentially("mug");
    await expect(page.getByRole("option", { name: /Enamel mug/ }), address).toBeVisible();
    await field.press("Escape");
    await field.press("Enter");
    await expectAddress(page, "/products?search=mug");
  }
});

test("names take one line or two on a wide screen, and what is sold out says so", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto("/products/cafe-press");
  const field = page.getByLabel("Search products", { exact: true });
  await field.focus();
  await field.pressSequentially("clock");
  const option = page.getByRole("option", { name: /desk clock/ });
  await expect(option).toContainText("Sold out");
  const name = option.locator(".suggestion-name");
  const lines = await name.evaluate((element) => element.getBoundingClientRect().height / parseFloat(getComputedStyle(element).lineHeight));
  expect(lines).toBeLessThanOrEqual(2.1);
  expect((await page.getByRole("listbox").boundingBox())!.width).toBeGreaterThan(400);
});

test("words for help are suggested their page", async ({ page }) => {
  await page.goto("/");
  const field = page.getByLabel("Search products", { exact: true });
  await field.focus();
  await field.pressSequentially("shipping");
  await page.getByRole("option", { name: /Delivery/ }).click();
  await expectAddress(page, "/pages/delivery");
});
