// Back and forward: through states of the listing without a page load, and to it from another page, scroll included.
// The browser's own back/forward cache is off under automation; its events are sent by hand.
import { ask, countNavigations, expect, expectAddress, gate, listing, open, recordFetches, test, type Page } from "./fixtures.ts";

test("back and forward walk through every state without a page load", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products?pageSize=3");
  const loads = countNavigations(page);
  const expectState = async (query: string) => {
    await expectAddress(page, `/products?${query}`);
    const expected = await ask(page, query);
    await expect(list.names).toHaveText(expected.data.map(({ name }) => name));
    const parameters = new URLSearchParams(query);
    await expect.poll(list.categories).toEqual(parameters.getAll("category"));
    await expect(list.sort).toHaveValue(parameters.get("sort") ?? "");
    await expect(list.pages).toContainText(`Page ${parameters.get("page") ?? 1} of`);
  };
  const states = ["pageSize=3", "pageSize=3&sort=name", "page=2&pageSize=3&sort=name", "category=Kitchen&pageSize=3&sort=name"];

  await list.sort.selectOption("name");
  await expectState(states[1]!);
  await list.pages.getByRole("link", { name: "Next" }).click();
  await expectState(states[2]!);
  await list.category("Kitchen").check();
  await expectState(states[3]!);
  for (const query of states.slice(0, 3).reverse()) {
    await page.evaluate(() => history.back());
    await expectState(query);
  }
  for (const query of states.slice(1)) {
    await page.evaluate(() => history.forward());
    await expectState(query);
  }
  expect(loads()).toBe(0);
});

test("steps taken faster than the answers end at the state of the address", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  const chosen: string[] = [];
  for (const name of ["Kitchen", "Garden", "Desk"]) {
    await list.category(name).check();
    chosen.push(`category=${name}`);
    await expectAddress(page, `/products?${chosen.toSorted().join("&")}`);
  }
  await page.evaluate(() => {
    history.back();
    history.back();
  });
  await expectAddress(page, "/products?category=Kitchen");
  await expect.poll(list.categories).toEqual(["Kitchen"]);
  await expect(list.names).toHaveText((await ask(page, "category=Kitchen")).data.map(({ name }) => name));
});

test("typing a word makes one step back", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await list.search.pressSequentially("la");
  await expectAddress(page, "/products?search=la");
  await list.search.pressSequentially("mp");
  await expectAddress(page, "/products?search=lamp");
  await page.evaluate(() => history.back());
  await expectAddress(page, "/products");
  await expect(list.search).toHaveValue("");
  await expect(list.cards).toHaveCount(12);
});

test("what comes to nothing, and what is there already, adds no step", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  const steps = await page.evaluate(() => history.length);
  const expectSteps = async (added: number) => expect(await page.evaluate(() => history.length)).toBe(steps + added);
  const asked = gate();
  await page.route("**/products?search=l", () => {
    asked.open();
    // No answer: the letter is gone before one comes.
  });
  await list.search.press("l");
  await asked.passed;
  const fetched = recordFetches(page);
  await list.search.press("Backspace");
  await expect.poll(() => fetched).toEqual(["/products"]);
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await expectSteps(0);
  await list.search.press("m");
  await expectAddress(page, "/products?search=m");
  await expectSteps(1);

  await open(page, "/products?search=lamp&category=&sort=");
  await list.search.press("Enter");
  await expectAddress(page, "/products?search=lamp");
  await expectSteps(2);
});

test("a link that is pressed twice makes one step", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products?pageSize=6");
  const held = gate();
  await page.route("**/products?page=2&pageSize=6", async (route) => {
    await held.passed;
    await route.continue();
  });
  const next = list.pages.getByRole("link", { name: "Next" });
  await next.click();
  await next.click();
  held.open();
  await expectAddress(page, "/products?page=2&pageSize=6");
  await page.evaluate(() => history.back());
  await expectAddress(page, "/products?pageSize=6");
});

test("paging leads to the top of the results, and back to where it was left", async ({ page }) => {
  const list = listing(page);
  await page.setViewportSize({ width: 360, height: 640 });
  await open(page, "/products?pageSize=6");
  const next = list.pages.getByRole("link", { name: "Next" });
  await next.scrollIntoViewIfNeeded();
  const left = await scrollPosition(page);
  expect(left).toBeGreaterThan(1000);
  await next.click();
  await expectAddress(page, "/products?page=2&pageSize=6");
  await expect(list.info).toBeInViewport();
  await expect(list.results).toBeFocused();
  await page.evaluate(() => history.back());
  await expectAddress(page, "/products?pageSize=6");
  await expect.poll(() => scrollPosition(page)).toBeCloseTo(left, -1);
});

test("back from a product finds the list as it was, scroll included", async ({ page }) => {
  const list = listing(page);
  await page.setViewportSize({ width: 360, height: 640 });
  await open(page, "/products");
  await list.sort.selectOption("price-asc");
  await expectAddress(page, "/products?sort=price-asc");
  const card = list.cards.nth(6);
  const link = card.getByRole("link");
  await link.scrollIntoViewIfNeeded();
  const left = await scrollPosition(page);
  expect(left).toBeGreaterThan(500);
  const name = await card.locator(".product-name").innerText();
  await link.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await page.goBack();
  await expectAddress(page, "/products?sort=price-asc");
  await expect(list.sort).toHaveValue("price-asc");
  await expect(list.cards.nth(6).locator(".product-name")).toHaveText(name);
  await expect.poll(() => scrollPosition(page)).toBeCloseTo(left, -1);
});

test("a page that comes back from the browser's cache finishes what it was at", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  let held = 0;
  await page.route("**/products?sort=name", (route) => {
    held += 1;
    // The first request never gets its answer: the page is put away meanwhile.
    return held === 1 ? undefined : route.continue();
  });
  await list.sort.selectOption("name");
  await expect.poll(() => held).toBe(1);
  await page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  });
  await expect(list.names).toHaveText((await ask(page, "sort=name")).data.map(({ name }) => name));
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

function scrollPosition(page: Page): Promise<number> {
  return page.evaluate(() => Math.round(scrollY));
}
