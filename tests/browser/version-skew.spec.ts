// A promote or rollback between two answers: the page never mixes versions, it loads anew, and never while the shopper types.
// The other version is the same page with another number on its slot.
import { anotherVersion, ask, countNavigations, expect, expectAddress, gate, handleOf, hands, listing, mounted, open, pathOf, promote, test, visitSearch } from "./fixtures.ts";

const OTHERS: [name: string, change: (html: string) => string][] = [
  ["another version", anotherVersion],
  ["another contract", (html) => html.replace(/data-contract="[^"]*"/g, 'data-contract="99"')],
  ["no slot at all", (html) => html.replace(/data-remote="products"/, "")],
];

for (const [name, change] of OTHERS) {
  test(`${name} leads to a full load of the same address`, async ({ page }) => {
    const list = listing(page);
    await open(page, "/products");
    await page.route("**/products?category=Kitchen", async (route) => {
      if (route.request().isNavigationRequest()) return route.continue();
      const response = await route.fetch();
      return route.fulfill({ response, body: change(await response.text()) });
    });
    const loads = countNavigations(page);
    await list.category("Kitchen").check();
    await expect.poll(loads).toBe(1);
    await expectAddress(page, "/products?category=Kitchen");
    await expect(list.names).toHaveText((await ask(page, "category=Kitchen")).data.map(({ name }) => name));
    await expect(list.category("Kitchen")).toBeChecked();
    await page.goBack();
    await expectAddress(page, "/products");
    await expect(list.cards).toHaveCount(12);
  });
}

test("the same version is taken in place", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  const loads = countNavigations(page);
  await list.category("Kitchen").check();
  await expectAddress(page, "/products?category=Kitchen");
  await expect(list.cards).toHaveCount(3);
  expect(loads()).toBe(0);
});

test("whoever types is left alone until the search is complete", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await promote(page);
  const loads = countNavigations(page);
  const search = await visitSearch(page);
  await search.pressSequentially("lam");
  await expect(list.note).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Press Enter" })).toHaveCount(1);
  await search.pressSequentially("p");
  await expect(list.note.getByRole("link")).toHaveAttribute("href", "/products?search=lamp");
  await search.press("Home");
  await search.press("ArrowRight");
  expect(await hands(page)).toEqual(["search", "lamp", 1, 1]);
  expect(loads()).toBe(0);

  await search.press("Enter");
  await expectAddress(page, "/products?search=lamp");
  await mounted(page);
  await expect(list.names).toHaveText((await ask(page, "search=lamp")).data.map(({ name }) => name));
  await expect.poll(() => hands(page), "focus, text and caret go along").toEqual(["search", "lamp", 1, 1]);
  expect(loads()).toBe(1);
  await expect(list.note).toHaveCount(0);
  await page.goBack();
  await expectAddress(page, "/products");
});

test("what is typed while the other page is under way goes along", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await promote(page, "**/products?search=mu");
  const search = await visitSearch(page);
  await search.pressSequentially("mu");
  await expect(list.note).toBeVisible();
  // In the page, as soon as the other one is asked for: the browser's protocol holds keys back while a page is under way.
  await page.evaluate(() => addEventListener("beforeunload", () => document.execCommand("insertText", false, "g"), { once: true }));
  await search.press("Enter");
  await expectAddress(page, "/products?search=mug");
  await expect(list.names).toHaveText((await ask(page, "search=mug")).data.map(({ name }) => name));
  expect(await hands(page)).toEqual(["search", "mug", 3, 3]);
});

test("the shop turns back to the version at hand, and the list is brought up to date in place", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await promote(page);
  const loads = countNavigations(page);
  const search = await visitSearch(page);
  await search.pressSequentially("lam");
  await expect(list.note).toBeVisible();
  await page.unroute("**/products?*");
  await search.pressSequentially("p");
  await expectAddress(page, "/products?search=lamp");
  await expect(list.note).toHaveCount(0);
  expect(loads()).toBe(0);
});

test("leaving a price for the next field opens nothing before that one is left too", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await promote(page);
  const loads = countNavigations(page);
  await list.from.fill("20");
  await list.from.press("Tab");
  await expect(list.note).toBeVisible();
  await list.to.pressSequentially("60");
  expect(await hands(page)).toEqual(["maxPrice", "60", 2, 2]);
  expect(loads()).toBe(0);
  const next = await list.to.evaluate((field: HTMLInputElement) => {
    const fields = [...field.form!.elements].filter((one): one is HTMLInputElement => one instanceof HTMLInputElement);
    const { name, value } = fields[fields.indexOf(field) + 1]!;
    return [name, value];
  });
  await list.to.press("Tab");
  await expectAddress(page, "/products?minPrice=20&maxPrice=60");
  await mounted(page);
  await expect.poll(() => hands(page), "the focus has gone on, and stays").toEqual(next);
  expect(loads()).toBe(1);
});

test("a click on a product leads there and nowhere else", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await promote(page);
  const search = await visitSearch(page);
  await search.pressSequentially("lam");
  await expect(list.note).toBeVisible();
  await expect(list.suggestions).toBeVisible();
  await search.press("Escape");
  const [first] = (await ask(page)).data;
  const handle = await handleOf(page, first!.id);
  const card = list.cards.first();
  await card.scrollIntoViewIfNeeded();
  const box = (await card.boundingBox())!;
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  // The field is left with the press, and answers come while the button is down.
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).not.toBe("search");
  await expect(page.locator("[data-remote=products]")).not.toHaveAttribute("aria-busy");
  await page.mouse.up();
  await expectAddress(page, `/products/${handle}`);
});

test("an answer that comes after a click on a product leads nowhere else", async ({ page }) => {
  const list = listing(page);
  const [answer, product] = [gate(), gate()];
  await open(page, "/products");
  await promote(page);
  const search = await visitSearch(page);
  await page.route("**/products?search=mug", async (route) => {
    await answer.passed;
    await route.fallback();
  });
  const [first] = (await ask(page)).data;
  const handle = await handleOf(page, first!.id);
  await page.route(`**/products/${handle}`, async (route) => {
    await product.passed;
    await route.continue();
  });
  const asked = page.waitForRequest("**/products?search=mug");
  await search.fill("mug");
  await asked;
  // Escape closes suggestions; where there are none yet it clears the field, which asks for another list.
  await expect(list.suggestions).toBeVisible();
  await search.press("Escape");
  const under = page.waitForRequest(`**/products/${handle}`);
  await list.cards.first().getByRole("link").click({ noWaitAfter: true });
  await under;
  const answered = page.waitForResponse("**/products?search=mug");
  answer.open();
  await answered;
  product.open();
  await expectAddress(page, `/products/${handle}`);
});

test("choices, chips and pages keep the focus by keyboard", async ({ page }) => {
  const list = listing(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await open(page, "/products?pageSize=1");
  await promote(page);
  await page.getByText("Filters", { exact: true }).click();
  await list.category("Garden").focus();
  await page.keyboard.press("Space");
  await expect.poll(() => pathOf(page.url())).toContain("category=");
  await mounted(page);
  const chosen = new URL(page.url()).searchParams.get("category");
  await expect.poll(() => hands(page)).toEqual(["category", chosen]);
  await expect(list.category(chosen!)).toBeInViewport();

  await list.sort.focus();
  await list.sort.selectOption("name");
  await expect.poll(() => pathOf(page.url())).toContain("sort=name");
  await mounted(page);
  await expect.poll(() => hands(page)).toEqual(["sort", "name"]);

  await list.pages.getByRole("link", { name: "Next" }).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => pathOf(page.url())).toContain("page=2");
  await mounted(page);
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("results");
  await expect(list.results).toBeInViewport();
});
