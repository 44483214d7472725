// A page of another version is opened in place of the one at hand: what is chosen and typed meanwhile goes along, and nothing else does.
// Whether and when it is opened is in `version-skew.spec.ts`.
import { ask, countNavigations, expect, expectAddress, gate, handleOf, hands, listing, mounted, open, promote, recordFetches, test, visitSearch, type Locator, type Page } from "./fixtures.ts";

test("all that is chosen while the other page is under way goes along, as one step of the history", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await promote(page, "**/products?category=Kitchen");
  const steps = await page.evaluate(() => history.length);
  // In the page, as soon as the other one is asked for: the browser's protocol holds actions back while a page is under way.
  await page.evaluate(() => {
    const choose = (): void => {
      const form = document.querySelector<HTMLFormElement>("#filters")!;
      const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;
      field("minPrice").value = "10";
      field("sort").value = "name";
      field("sort").dispatchEvent(new Event("change", { bubbles: true }));
      field("inStock").click();
    };
    addEventListener("beforeunload", choose, { once: true });
  });
  await list.category("Kitchen").check();
  await expectAddress(page, "/products?category=Kitchen&minPrice=10&inStock=true&sort=name");
  await mounted(page);
  await expect(list.names).toHaveText((await ask(page, "category=Kitchen&minPrice=10&inStock=true&sort=name")).data.map(({ name }) => name));
  await expect(list.inStock).toBeChecked();
  await expect(list.sort).toHaveValue("name");
  await expect(list.from).toHaveValue("10");
  expect(await page.evaluate(() => history.length), "steps").toBe(steps + 1);
  await page.goBack();
  await expectAddress(page, "/products");
});

/** Chooses Kitchen, and presses an element as soon as the page of it is under way. That page comes when the gate opens. */
async function leaveForKitchen(page: Page, pressed: string, from = "/products"): Promise<{ open(): void }> {
  const held = gate();
  await open(page, from);
  await promote(page, "**/products?category=Kitchen*");
  await page.route("**/products?category=Kitchen*", async (route) => {
    if (!route.request().isNavigationRequest()) return route.fallback();
    await held.passed;
    return route.continue().catch(() => undefined);
  });
  await page.evaluate((selector) => {
    addEventListener("beforeunload", () => setTimeout(() => document.querySelector<HTMLElement>(selector)!.click()), { once: true });
    // When the call has returned: while a page is under way the browser's protocol holds everything back.
    setTimeout(() => document.querySelector<HTMLInputElement>('[name=category][value="Kitchen"]')!.click());
  }, pressed);
  return held;
}

test("a choice made while another page is under way is opened in its stead", async ({ page }) => {
  const newer = page.waitForRequest((request) => request.isNavigationRequest() && request.url().endsWith("?category=Kitchen&inStock=true"));
  const fetched = recordFetches(page);
  const held = await leaveForKitchen(page, "#inStock");
  await newer;
  held.open();
  await expectAddress(page, "/products?category=Kitchen&inStock=true");
  await mounted(page);
  await expect(listing(page).inStock).toBeChecked();
  expect(fetched, "nothing is fetched that would come too late").toEqual(["/products?category=Kitchen"]);
});

test("a link followed while another page is under way is opened in its stead", async ({ page }) => {
  const held = await leaveForKitchen(page, ".clear-link", "/products?sort=name");
  // The list itself is asked for once more.
  await page.waitForRequest((request) => request.isNavigationRequest() && request.url().endsWith("/products"));
  held.open();
  await expectAddress(page, "/products");
  await mounted(page);
  await expect.poll(listing(page).categories).toEqual([]);
  await expect(listing(page).cards).toHaveCount(12);
});

test("what is typed after a link was followed goes along, and keeps the focus", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products?pageSize=1");
  await promote(page, "**/products?page=2&pageSize=1");
  await page.evaluate(() => {
    const type = (): void => {
      document.querySelector<HTMLInputElement>("#search")!.focus();
      document.execCommand("insertText", false, "mug");
    };
    addEventListener("beforeunload", type, { once: true });
  });
  await list.pages.getByRole("link", { name: "Next" }).click();
  await expectAddress(page, "/products?search=mug&pageSize=1");
  await mounted(page);
  await expect.poll(() => hands(page)).toEqual(["search", "mug", 3, 3]);
});

// ---- the note itself ----

/** Opens a page for which there is a note, left so many milliseconds ago. */
async function openWithNote(page: Page, address: string, note: Record<string, unknown>, age = 0): Promise<void> {
  await page.goto("/products/cafe-press");
  await page.evaluate(
    ([changes, old]) => sessionStorage.setItem("listing-handover", JSON.stringify({ format: 1, at: Date.now() - old, urls: ["/products?sort=name"], url: "/products?sort=name", scroll: 0, isOpen: false, values: {}, ...changes })),
    [note, age] as const,
  );
  await open(page, address);
}

const MUG = { focus: "#search", caret: [1, 1], values: { search: "mug" } };

test("a note is taken by the page that it is for", async ({ page }) => {
  await openWithNote(page, "/products?sort=name", MUG);
  await expectAddress(page, "/products?search=mug&sort=name");
  expect(await hands(page)).toEqual(["search", "mug", 1, 1]);
  expect(await page.evaluate(() => sessionStorage.getItem("listing-handover"))).toBeNull();
});

for (const [name, note, age] of [
  ["of another format", { ...MUG, format: 2, value: "mug" }, 0],
  ["without a format", { ...MUG, format: undefined, value: "mug" }, 0],
  ["of more than half a minute ago", { ...MUG, value: "mug" }, 31_000],
  ["without a time", { ...MUG, at: undefined, value: "mug" }, 0],
  ["for another page", { ...MUG, urls: ["/products?sort=rating"], url: "/products?sort=rating" }, 0],
] as const) {
  test(`a note ${name} changes nothing`, async ({ page }) => {
    await openWithNote(page, "/products?sort=name", note, age);
    expect(await hands(page)).toEqual(["BODY", undefined]);
    await expect(listing(page).search).toHaveValue("");
    expect(await page.evaluate(() => sessionStorage.getItem("listing-handover")), "and is gone").toBeNull();
  });
}

test("a note that cannot be followed is reported, and the list works", async ({ page, watch }) => {
  const list = listing(page);
  await openWithNote(page, "/products?sort=name", { focus: "[" });
  await list.category("Kitchen").check();
  await expectAddress(page, "/products?category=Kitchen&sort=name");
  await expect(list.cards).toHaveCount(3);
  await watch.expectReports({ remote: "products", kind: "runtime" });
});

test("a choice that is not offered any more leads to the results", async ({ page }) => {
  await openWithNote(page, "/products?sort=name", { focus: '[name="category"][value="Gone"]', values: { category: "Gone" } });
  await expect(listing(page).results).toBeFocused();
  await expect.poll(listing(page).categories).toEqual([]);
});

test("whoever has scrolled already stays there", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  await openWithNote(page, "/products?sort=name#results", { scroll: 0 });
  expect(await page.evaluate(() => scrollY)).toBeGreaterThan(100);
});

// ---- while the other page waits ----

/** From where to where an element reaches on the page, wherever that is scrolled to. */
function extent(part: Locator): Promise<{ readonly top: number; readonly bottom: number }> {
  return part.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return { top: Math.round(top + scrollY), bottom: Math.round(bottom + scrollY) };
  });
}

test("what is said of the other page moves nothing, covers nothing, and holds for any answer", async ({ page }) => {
  const list = listing(page);
  for (const width of [360, 768, 900, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await open(page, "/products");
    await promote(page, "**/products?*", (html) => html.replace(/data-remote="products"/, ""));
    await page.evaluate(() => document.querySelector("details")!.setAttribute("open", ""));
    const before = await extent(list.cards.first());
    // A price, since the suggestions of a search would lie over what is measured.
    await list.from.fill("10");
    await list.from.press("Tab");
    await expect(list.note).toBeVisible();
    expect(await extent(list.cards.first()), `${width} px`).toEqual(before);
    const [note, count] = [await extent(list.note), await extent(list.info)];
    expect(note.bottom, `${width} px: above the grid`).toBeLessThanOrEqual(before.top + 1);
    expect(note.bottom <= count.top + 1 || count.bottom <= note.top + 1, `${width} px: clear of the count`).toBe(true);
    await expect(list.note).not.toContainText("updated");
    await page.unrouteAll({ behavior: "ignoreErrors" });
  }
});

test("a search that waits goes on waiting when the page comes back from the browser's cache", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await promote(page);
  const search = await visitSearch(page);
  await search.pressSequentially("lam");
  await expect(list.note).toBeVisible();
  const comeBack = () =>
    page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    });
  const asked = page.waitForResponse("**/products?search=lam");
  await comeBack();
  await asked;
  await expect(list.note.getByRole("link")).toHaveAttribute("href", "/products?search=lam");
  await expect(search).toBeFocused();

  await page.unroute("**/products?*");
  await comeBack();
  await expectAddress(page, "/products?search=lam");
  await expect(list.names).toHaveText((await ask(page, "search=lam")).data.map(({ name }) => name));
  await expect(list.note).toHaveCount(0);
});

/** Lets everything happen that the page has put off until its hands are free. */
function settle(page: Page): Promise<void> {
  return page.evaluate(() => new Promise<void>((resolve) => setTimeout(() => setTimeout(resolve))));
}

test("a menu that may be open is not taken away, and what is chosen in it is opened", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await promote(page);
  const loads = countNavigations(page);
  await (await visitSearch(page)).pressSequentially("lam");
  await expect(list.note).toBeVisible();
  await list.sort.focus();
  await settle(page);
  expect(loads(), "loads under an open menu").toBe(0);
  // As browsers do whose menus are windows of their own: the release of the button goes there.
  await list.sort.dispatchEvent("pointerdown", { button: 0 });
  await list.sort.selectOption("name");
  await expectAddress(page, "/products?search=lam&sort=name");
  await mounted(page);
  expect(loads()).toBe(1);
  await expect.poll(() => hands(page)).toEqual(["sort", "name"]);
});

test("a link within the page, and one whose page does not come, hold nothing up", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await promote(page);
  await (await visitSearch(page)).pressSequentially("lam");
  await expect(list.note).toBeVisible();
  const [first] = (await ask(page)).data;
  const handle = await handleOf(page, first!.id);
  const stopped = page.waitForEvent("requestfailed", (request) => request.url().endsWith(`/products/${handle}`));
  await page.route(`**/products/${handle}`, (route) => route.abort("aborted"));
  await page.evaluate(() => document.querySelector<HTMLAnchorElement>("#results .product-link")!.click());
  await stopped;
  await list.search.press("Tab");
  await expectAddress(page, "/products?search=lam");
  await mounted(page);

  const search = await visitSearch(page);
  await search.press("End");
  await search.pressSequentially("p");
  await expect(list.note).toBeVisible();
  await page.getByRole("link", { name: "Skip to content" }).dispatchEvent("click");
  await list.search.blur();
  await expectAddress(page, "/products?search=lamp");
  await mounted(page);
  await expect(list.cards).toHaveCount((await ask(page, "search=lamp")).total);
});

test("back and forward leave nothing that waits", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await list.category("Kitchen").check();
  await expectAddress(page, "/products?category=Kitchen");
  await mounted(page);
  const answer = gate();
  await promote(page, "**/products");
  await page.route("**/products", async (route) => {
    await answer.passed;
    await route.fallback();
  });
  await list.from.focus();
  const asked = page.waitForRequest("**/products");
  await page.evaluate(() => history.back());
  await asked;
  await list.from.pressSequentially("5");
  answer.open();
  await expect(list.note).toBeVisible();
  await page.evaluate(() => history.forward());
  await expectAddress(page, "/products?category=Kitchen");
  await expect(list.note).toHaveCount(0);
  await page.unrouteAll({ behavior: "ignoreErrors" });
});
