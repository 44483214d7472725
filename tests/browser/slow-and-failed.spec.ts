// A slow answer is shown as slow, a failed one as failed with a way on; the old list stays readable meanwhile.
// Answers are held back by the scenario itself, and time is the scenario's.
import { ask, expect, expectAddress, gate, listing, mounted, open, slot, test } from "./fixtures.ts";

test("a slow answer shows a spinner after 200 ms, and the list stays", async ({ page }) => {
  const list = listing(page);
  await page.clock.install({ time: new Date("2026-01-01T12:00:00") });
  await open(page, "/products");
  await page.clock.pauseAt(new Date("2026-01-01T13:00:00"));
  const answer = gate();
  await page.route("**/products?sort=name", async (route) => {
    await answer.passed;
    await route.continue();
  });
  await list.sort.selectOption("name");
  await expect(slot(page, "products")).toHaveAttribute("aria-busy", "true");
  await page.clock.runFor(190);
  await expect(list.spinner).toHaveCount(0);
  await page.clock.runFor(20);
  await expect(list.spinner).toBeVisible();
  await expect(page.getByRole("progressbar")).toHaveAccessibleName(/\S/);
  await expect(list.cards).toHaveCount(12);
  await expect(list.cards.first()).toBeVisible();

  answer.open();
  await expect(list.spinner).toHaveCount(0);
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await expectAddress(page, "/products?sort=name");
});

test("a fast answer shows no spinner", async ({ page }) => {
  const list = listing(page);
  await page.clock.install({ time: new Date("2026-01-01T12:00:00") });
  await open(page, "/products");
  await page.clock.pauseAt(new Date("2026-01-01T13:00:00"));
  await list.sort.selectOption("name");
  await expectAddress(page, "/products?sort=name");
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await page.clock.runFor(1000);
  await expect(list.spinner).toHaveCount(0);
});

for (const [failure, status] of [["no answer", undefined], ["an answer of the server's failure", 503]] as const) {
  test(`${failure} says so and can be tried again`, async ({ page, watch }) => {
    watch.breaks("/products?category=Garden");
    const list = listing(page);
    await open(page, "/products");
    const before = await list.names.allInnerTexts();
    await page.route("**/products?category=Garden", (route) => (status ? route.fulfill({ status, contentType: "text/html", body: "<h1>Unavailable</h1>" }) : route.abort("connectionreset")));
    await list.category("Garden").check();
    const message = page.getByRole("alert");
    await expect(message).toBeVisible();
    await expect(list.error).toHaveCount(1);
    await expect(list.names).toHaveText(before);
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await expect(page.getByText("Unavailable")).toHaveCount(0);

    const retry = message.getByRole("button", { name: /again/i });
    await retry.click();
    await expect(list.error).toHaveCount(1);
    await page.unroute("**/products?category=Garden");
    await page.getByRole("button", { name: /again/i }).click();
    await expectAddress(page, "/products?category=Garden");
    await expect(list.names).toHaveText((await ask(page, "category=Garden")).data.map(({ name }) => name));
    await expect(list.error).toHaveCount(0);
    // The button is gone; the focus is not lost with it.
    await expect(list.results).toBeFocused();
  });
}

test("what is chosen after a failure takes its place", async ({ page, watch }) => {
  watch.breaks("/products?category=Garden");
  const list = listing(page);
  await open(page, "/products");
  await page.route("**/products?category=Garden", (route) => route.abort());
  await list.category("Garden").check();
  await expect(page.getByRole("alert")).toBeVisible();
  await list.category("Desk").check();
  await expectAddress(page, "/products?category=Desk&category=Garden");
  await expect(list.error).toHaveCount(0);
  await expect.poll(list.categories).toEqual(["Desk", "Garden"]);
  await mounted(page);
});
