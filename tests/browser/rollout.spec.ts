// A version's way to the shoppers and back, seen from their browsers: a canary, a promotion, a rollback.
// One story on a shop of its own, in this order; how the edge decides and how stores fail is tested where that is.
import type { APIRequestContext } from "@playwright/test";

import { ROLLOUT_ORIGIN } from "./environment.mjs";
import { countNavigations, expect, expectAddress, listing, mounted, open, slot, test, versionIn, visitSearch, type Page } from "./fixtures.ts";
import { bundledVersion, publish, serial, storefront } from "./storefront.mjs";

const NEW = "90.1.0";
const NEXT = "90.2.0";

const VISITORS = 60;

/** How long a shop may take to follow a release, in milliseconds. */
const FOLLOWS_WITHIN = 10_000;

test.describe.configure({ mode: "serial" });
test.use({ baseURL: ROLLOUT_ORIGIN });

/** Waits until the shop goes by the present release of `products`, and no longer than it may take. */
async function followed(request: APIRequestContext): Promise<void> {
  const expected = await serial();
  const served = async () => {
    const response = await request.get("/__versions", { headers: { accept: "application/json" } });
    return ((await response.json()) as { remotes: Record<string, { release: { serial: number } | null }> }).remotes.products?.release?.serial;
  };
  await expect.poll(served, { timeout: FOLLOWS_WITHIN, intervals: [200] }).toBe(expected);
}

/** Everything of the slot is of one version: markup, style, module, and what the import map holds. */
async function expectOneVersion(page: Page): Promise<string> {
  await mounted(page);
  const version = (await slot(page, "products").getAttribute("data-version")) ?? "";
  const found = await page.evaluate(() => {
    const versionOf = (address: string) => /\/remotes\/products\/([^/]+)\//.exec(address)?.[1] ?? "";
    const map = JSON.parse(document.querySelector('script[type="importmap"]')?.textContent ?? "{}") as { integrity: Record<string, string> };
    const loaded = performance.getEntriesByType("resource").map(({ name }) => versionOf(name));
    const linked = [...document.querySelectorAll<HTMLLinkElement>("link[href]")].map(({ href }) => versionOf(href));
    const mapped = Object.keys(map.integrity).map(versionOf);
    const style = getComputedStyle(document.documentElement).getPropertyValue("--version-of-style").replaceAll('"', "").trim();
    return { style, versions: [...new Set([...loaded, ...linked, ...mapped])].filter(Boolean) };
  });
  expect(found.versions, "versions that page, style and modules are of").toEqual([version]);
  expect(found.style, "the style that is in force").toBe(version === (await bundledVersion()) ? "" : version);
  return version;
}

test("a canary of half the visitors is split evenly, and each keeps what they got", async ({ browser, playwright, request }) => {
  const old = await bundledVersion();
  await storefront("promote", "products", old);
  await publish(NEW);
  await storefront("canary", "products", NEW, "--percent", "50");
  await followed(request);

  const given: string[] = [];
  for (let visitor = 0; visitor < VISITORS; visitor += 1) {
    const asked = await playwright.request.newContext({ baseURL: ROLLOUT_ORIGIN });
    const versionOf = async () => versionIn(await (await asked.get("/products")).text(), "products");
    const first = await versionOf();
    expect([await versionOf(), await versionOf()], "a visitor's later pages").toEqual([first, first]);
    given.push(first);
    await asked.dispose();
  }
  expect([...new Set(given)].sort()).toEqual([old, NEW].sort());
  // Of 60 fair coins fewer than 13 fall on one side once in 400,000 runs.
  const share = given.filter((version) => version === NEW).length;
  expect(share).toBeGreaterThan(12);
  expect(share).toBeLessThan(VISITORS - 12);

  const seen = new Set<string>();
  for (let visitor = 0; seen.size < 2 && visitor < 30; visitor += 1) {
    const context = await browser.newContext({ baseURL: ROLLOUT_ORIGIN });
    const page = await context.newPage();
    await page.goto("/products");
    const version = await expectOneVersion(page);
    await page.reload();
    expect(await expectOneVersion(page)).toBe(version);
    seen.add(version);
    await context.close();
  }
  expect(seen.size, "both versions work in a browser").toBe(2);
});

test("a tab that was opened before a promotion goes on, and then takes the new version whole", async ({ page, request }) => {
  const old = await bundledVersion();
  await storefront("abort", "products");
  await followed(request);
  await open(page, "/products");
  expect(await expectOneVersion(page)).toBe(old);

  await storefront("promote", "products", NEW, "--yes");
  await followed(request);
  // What the tab's own version may load later is still there, and so are the suggestions, which are no remote's.
  const manifest = (await (await page.request.get(`/remotes/products/${old}/manifest.json`)).json()) as { files: Record<string, unknown> };
  for (const file of Object.keys(manifest.files)) expect((await page.request.get(`/remotes/products/${old}/${file}`)).status(), file).toBe(200);
  await visitSearch(page);

  const loads = countNavigations(page);
  await listing(page).category("Kitchen").check();
  await expect.poll(loads).toBe(1);
  await expectAddress(page, "/products?category=Kitchen");
  expect(await expectOneVersion(page)).toBe(NEW);
  await expect(listing(page).cards).toHaveCount(3);
});

test("a rollback is there with a reload within ten seconds", async ({ page }) => {
  const old = await bundledVersion();
  await page.goto("/products");
  expect(await expectOneVersion(page)).toBe(NEW);
  await storefront("rollback", "products");
  const reloaded = async () => {
    await page.reload();
    return expectOneVersion(page);
  };
  await expect.poll(reloaded, { timeout: FOLLOWS_WITHIN, intervals: [500] }).toBe(old);
});

test("a shopper who types across a promotion loses neither text nor focus", async ({ page, request }) => {
  const old = await bundledVersion();
  await open(page, "/products");
  expect(await expectOneVersion(page)).toBe(old);
  await storefront("promote", "products", NEW, "--yes");
  await followed(request);

  const loads = countNavigations(page);
  const search = await visitSearch(page);
  const answered = (address: string) => page.waitForResponse((response) => response.url().endsWith(address));
  await Promise.all([answered("/products?search=lam"), search.pressSequentially("lam")]);
  await Promise.all([answered("/products?search=lamp"), search.pressSequentially("p")]);
  await expect(search).toBeFocused();
  await expect(search).toHaveValue("lamp");
  expect(loads(), "loads under the shopper's hands").toBe(0);

  await search.press("Enter");
  await expectAddress(page, "/products?search=lamp");
  expect(await expectOneVersion(page)).toBe(NEW);
  await expect(listing(page).search).toBeFocused();
  await expect(listing(page).search).toHaveValue("lamp");
  expect(loads()).toBe(1);

  await storefront("rollback", "products");
  await followed(request);
});

test("a module that was tampered with on its way is refused, and the page works without it", async ({ page, request, watch }) => {
  await storefront("promote", "products", NEW, "--yes");
  await followed(request);
  watch.breaks(`/remotes/products/${NEW}/`);
  await page.route(`**/remotes/products/${NEW}/*.js`, async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), "cache-control": "no-store" };
    await route.fulfill({ response, headers, body: `document.body.textContent = "tampered";${await response.text()}` });
  });
  await page.goto("/products");
  await watch.expectReports({ remote: "products", kind: "import" });
  await listing(page).category("Kitchen").check();
  await listing(page).apply.click();
  await expectAddress(page, "/products?search=&category=Kitchen&minPrice=&maxPrice=&minRating=&sort=");
  await expect(listing(page).cards).toHaveCount(3);
  await watch.expectReports({ remote: "products", kind: "import" }, { remote: "products", kind: "import" });
});

test("a preview shows a version that nobody else gets, says so, and ends", async ({ page, request }) => {
  await publish(NEXT);
  await page.goto(`/products?remote.products=${NEXT}`);
  await expectAddress(page, "/products");
  const banner = page.getByRole("complementary", { name: "Preview" });
  await expect(banner).toContainText(`products ${NEXT}`);
  expect(await expectOneVersion(page)).toBe(NEXT);
  await listing(page).category("Kitchen").check();
  await expect(listing(page).cards).toHaveCount(3);
  await expect(banner).toBeVisible();
  expect(await (await request.get("/products")).text()).not.toContain(NEXT);
  await banner.getByRole("link", { name: "End preview" }).click();
  await expect(banner).toBeHidden();
  expect(await expectOneVersion(page)).toBe(NEW);
});
