// Search as you type: few requests, no stale answer, nothing that flickers or takes the caret away.
// The list of suggestions is the subject of `suggestions.spec.ts`.
import { ask, expect, expectAddress, gate, listing, open, recordFetches, test } from "./fixtures.ts";

test("typing asks once it pauses, and the address says what was typed", async ({ page }) => {
  const list = listing(page);
  // Time stands still while keys are pressed, so the machine's speed decides nothing.
  await page.clock.install({ time: new Date("2026-01-01T12:00:00") });
  await open(page, "/products");
  await page.clock.pauseAt(new Date("2026-01-01T13:00:00"));
  const fetched = recordFetches(page);
  await list.search.pressSequentially("lam");
  await page.clock.runFor(100);
  await list.search.pressSequentially("p");
  expect(fetched).toEqual([]);
  await page.clock.runFor(1000);
  await expectAddress(page, "/products?search=lamp");
  const expected = await ask(page, "search=lamp");
  await expect(list.names).toHaveText(expected.data.map(({ name }) => name));
  expect(fetched).toEqual(["/products?search=lamp"]);
});

test("an answer that was overtaken is dropped", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  const answer = gate();
  let late = 0;
  await page.route("**/products?search=mu", async (route) => {
    const response = await route.fetch();
    late += 1;
    await answer.passed;
    // The page may have hung up by now: that is one way to drop an answer.
    await route.fulfill({ response }).catch(() => undefined);
    late += 1;
  });
  await list.search.pressSequentially("mu");
  await expect.poll(() => late).toBe(1);
  await list.search.fill("lamp");
  await expectAddress(page, "/products?search=lamp");
  const expected = (await ask(page, "search=lamp")).data.map(({ name }) => name);
  await expect(list.names).toHaveText(expected);
  answer.open();
  await expect.poll(() => late).toBe(2);
  await list.sort.selectOption("name");
  await expectAddress(page, "/products?search=lamp&sort=name");
  await expect(list.search).toHaveValue("lamp");
  await expect(list.names).toHaveText(expected.toSorted());
});

test("what is typed while an answer is on its way stays in the field", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  const answer = gate();
  let asked = false;
  await page.route("**/products?search=la", async (route) => {
    asked = true;
    await answer.passed;
    await route.continue().catch(() => undefined);
  });
  await list.search.pressSequentially("la");
  await expect.poll(() => asked).toBe(true);
  await list.search.pressSequentially("m");
  answer.open();
  await list.search.pressSequentially("p");
  await expectAddress(page, "/products?search=lamp");
  await expect(list.search).toHaveValue("lamp");
});

test("the list never flashes empty, and focus and caret stay", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seen });
    const results = document.querySelector("#results")!;
    new MutationObserver(() => seen.push(results.querySelectorAll(".product-card").length)).observe(results, { childList: true, subtree: true });
  });
  await list.search.pressSequentially("lmp");
  await list.search.press("ArrowLeft");
  await list.search.press("ArrowLeft");
  await list.search.press("a");
  await expectAddress(page, "/products?search=lamp");
  await expect(list.search).toBeFocused();
  expect(await list.search.evaluate((field: HTMLInputElement) => [field.selectionStart, field.selectionEnd])).toEqual([2, 2]);
  await list.search.press("End");
  await list.search.press("Backspace");
  await list.search.press("Backspace");
  await expectAddress(page, "/products?search=la");
  await list.search.fill("");
  await expectAddress(page, "/products");
  await expect(list.cards).toHaveCount(12);
  await expect(list.search).toBeFocused();

  const first = (await ask(page, "search=lamp")).total;
  await list.search.fill("lamp");
  await expect(list.cards).toHaveCount(first);
  const seen = await page.evaluate(() => (globalThis as unknown as { seen: number[] }).seen);
  // `lmp` itself may find nothing; going from products to products never passes through none.
  const afterClearing = seen.slice(seen.lastIndexOf(12));
  expect(Math.min(...afterClearing)).toBeGreaterThan(0);
});

test("the count is announced, once the list has changed and not before", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  const status = page.locator('[data-remote="products"]').getByRole("status");
  await expect(status).toHaveText("");
  await list.search.fill("lamp");
  const { total } = await ask(page, "search=lamp");
  await expect(status).toContainText(`Showing ${total} of ${total} products`);
  await list.search.fill("zzzz");
  await expect(status).toContainText("No products found");
  await expect(page.getByRole("heading", { name: /Nothing matches “zzzz”/ })).toBeVisible();
});

test("a search that was typed before the remote came is not lost", async ({ page }) => {
  const list = listing(page);
  const answer = gate();
  await page.route("**/remotes/products/**/*.js", async (route) => {
    await answer.passed;
    await route.continue();
  });
  await page.goto("/products", { waitUntil: "domcontentloaded" });
  await list.search.pressSequentially("lamp");
  answer.open();
  await expectAddress(page, "/products?search=lamp");
  await expect(list.search).toHaveValue("lamp");
  await expect(list.search).toBeFocused();
});

test("letters that no address can hold are found all the same", async ({ page }) => {
  const list = listing(page);
  await open(page, "/products");
  await list.search.fill("café & <b>'\"%");
  await list.search.press("Enter");
  await expectAddress(page, "/products?search=caf%C3%A9%20%26%20%3Cb%3E%27%22%25");
  await list.search.fill("CAFE");
  await list.search.press("Enter");
  await expect(list.names).toHaveText(["Café press"]);
});
