// A promote or rollback between two answers: the page never mixes versions, it loads anew.
// The other version is the same page with another number on its slot.
import { ask, countNavigations, expect, expectAddress, listing, open, test } from "./fixtures.ts";

const OTHERS: [name: string, change: (html: string) => string][] = [
  ["another version", (html) => html.replace(/data-version="[^"]*"/, 'data-version="9.9.9"')],
  ["another contract", (html) => html.replace(/data-contract="[^"]*"/, 'data-contract="99"')],
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
