// axe-core on every kind of page: WCAG 2.2 AA and best practice, light and dark, small and wide.
// It sees what a machine can see; keys, focus and announcements have scenarios of their own.
import { expectAccessible, expectNoViolation } from "./accessible.ts";
import { AWKWARD_ORIGIN } from "./environment.mjs";
import { expect, gate, listing, mounted, open, test, versionIn, visitSearch, type Page } from "./fixtures.ts";

const PAGES: [name: string, address: string][] = [
  ["home", "/"],
  ["categories", "/categories"],
  ["listing", "/products"],
  ["listing with filters and pages", "/products?category=Kitchen&minPrice=10&inStock=true&search=a&pageSize=1&page=2"],
  ["empty listing", "/products?search=zzzz&category=Desk"],
  ["page past the end", "/products?page=9"],
  ["listing with filters that cannot be used", "/products?minPrice=cheap&sort=size"],
  ["product", "/products/cafe-press"],
  ["product that is out of stock", "/products/brass-task-lamp"],
  ["the merchant's page", "/pages/delivery"],
  ["contact", "/pages/contact"],
  ["versions", "/__versions"],
  ["not found", "/nope"],
];

for (const [name, address] of PAGES) {
  test(`${name}`, async ({ page, watch }) => {
    watch.breaks("/nope");
    await page.goto(address);
    if (address.startsWith("/products")) await mounted(page, address.startsWith("/products/") ? "product-detail" : "products");
    await expectAccessible(page, address);
  });
}

test("the notice of a preview", async ({ page }) => {
  const version = versionIn(await (await page.request.get("/products")).text(), "products");
  await page.goto(`/products?remote.products=${version}`);
  await mounted(page);
  await expect(page.getByRole("complementary", { name: "Preview" })).toBeVisible();
  await expectAccessible(page, "preview");
});

test("the notice of unconfirmed prices", async ({ page, watch }) => {
  watch.breaks("/assets/pictures/nothing-is-here-AAAAAAAA.svg");
  // The shop follows an origin that confirms nothing for longer than a millisecond.
  for (const [path, remote] of [["/products", "products"], ["/products/2", "product-detail"], ["/categories", undefined]] as const) {
    const notice = page.getByRole("complementary", { name: "About prices and stock" });
    await expect(async () => {
      await page.goto(AWKWARD_ORIGIN + path);
      await expect(notice).toBeVisible({ timeout: 500 });
    }).toPass();
    if (remote) await mounted(page, remote);
    await expectAccessible(page, `unconfirmed ${path}`);
  }
});

test("what opens and what goes wrong", async ({ page, watch }) => {
  watch.breaks("/products?search=la&sort=price-asc");
  const list = listing(page);
  await open(page, "/products");
  await (await visitSearch(page)).pressSequentially("la");
  await expect(list.suggestions).toBeVisible();
  await list.search.press("ArrowDown");
  await expectNoViolation(page, "suggestions, light");
  await page.emulateMedia({ colorScheme: "dark" });
  await expectNoViolation(page, "suggestions, dark", { only: ["color-contrast"] });
  await list.search.press("Escape");

  const answer = gate();
  await page.route("**/products?search=la&sort=name", async (route) => {
    await answer.passed;
    await route.continue();
  });
  await list.sort.selectOption("name");
  await expect(list.spinner).toBeVisible();
  await expectNoViolation(page, "while loading", { without: ["color-contrast"] });
  answer.open();
  await expect(list.spinner).toHaveCount(0);

  await page.route("**/products?search=la&sort=price-asc", (route) => route.abort());
  await list.sort.selectOption("price-asc");
  await expect(list.error).toBeVisible();
  await expectNoViolation(page, "after a failure");

  await open(page, "/products/cafe-press", "product-detail");
  await page.getByRole("button", { name: "Enlarge picture" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectNoViolation(page, "picture dialog");
});

test("every page has its landmarks, one heading of the first level, and a language", async ({ page, watch }) => {
  watch.breaks("/nope");
  for (const [, address] of PAGES) {
    await page.goto(address, { waitUntil: "domcontentloaded" });
    await expect(page.getByRole("banner")).toHaveCount(1);
    await expect(page.getByRole("main")).toHaveCount(1);
    await expect(page.getByRole("contentinfo")).toHaveCount(1);
    await expect(page.getByRole("navigation", { name: "Main" })).toHaveCount(1);
    await expect(page.getByRole("heading", { level: 1 }), address).toHaveCount(1);
    const levels = await page.getByRole("heading").evaluateAll((headings) => headings.map(({ tagName }) => Number(tagName.slice(1))));
    expect(levels[0], `${address} begins with its own heading`).toBe(1);
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1), `${address}: levels that skip one, of ${levels.join(" ")}`).toEqual([]);
    // A list of facts is found by a heading of its own.
    const facts = await page.locator("main dl").evaluateAll((lists) => lists.map((list) => list.matches(":is(h2, h3, h4, h5, h6) ~ dl")));
    expect(facts, `${address}: facts under a heading`).toEqual(facts.map(() => true));
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
  }
});

test("with reduced motion nothing moves by itself", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const [address, remote] of [["/products", "products"], ["/products/cafe-press", "product-detail"]] as const) {
    await open(page, address, remote);
    expect(await moving(page), address).toEqual([]);
  }
  const answer = gate();
  const list = listing(page);
  await open(page, "/products");
  await page.route("**/products?sort=name", async (route) => {
    await answer.passed;
    await route.continue();
  });
  await list.sort.selectOption("name");
  await expect(list.spinner).toBeVisible();
  expect(await moving(page), "the spinner").toEqual([]);
  answer.open();
  await expect(list.spinner).toHaveCount(0);

  await page.emulateMedia({ reducedMotion: "no-preference" });
  expect((await moving(page)).length, "and otherwise something does").toBeGreaterThan(0);
});

/** Elements with a transition or an animation that takes time. */
function moving(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const takesTime = (durations: string): boolean => durations.split(",").some((duration) => parseFloat(duration) > 0.01);
    return [...document.querySelectorAll("*")].flatMap((element) =>
      [undefined, "::before", "::after"].flatMap((part) => {
        const { transitionDuration, transitionProperty, animationName, animationDuration, scrollBehavior } = getComputedStyle(element, part);
        const moves = (takesTime(transitionDuration) && transitionProperty !== "none") || (animationName !== "none" && takesTime(animationDuration)) || scrollBehavior === "smooth";
        return moves ? [`${element.tagName} ${element.className} ${part ?? ""}`] : [];
      }),
    );
  });
}
