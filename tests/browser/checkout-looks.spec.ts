// The pages of the checkout and of an order as a machine sees them: axe small and wide, light and dark; Lighthouse's accessibility; the layout; the
// invoice on paper. One order is placed on the way, since each page leads to the next.
import type { Browser } from "@playwright/test";
import { chromium } from "@playwright/test";

import { expectAccessible } from "./accessible.ts";
import { CARDS, choose, comeToReview, expectPlaced, fill, next, open, pay, problem } from "./checkout-terms.ts";
import { BROWSER_ARGUMENTS, SELLING_ORIGIN, findChromium } from "./environment.mjs";
import { expect, mounted, test, type Page } from "./fixtures.ts";
import { faults } from "./layout-faults.ts";
import { accessibility } from "./lighthouse.mjs";

test.use({ baseURL: SELLING_ORIGIN });
test.describe.configure({ timeout: 120_000 });

/** Walks from the form to the order, and stops at each page for a look. */
async function walk(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await open(page, "1:2,mug-moss:1");
  await choose(page, "United Kingdom");
  await look("contact");
  await page.getByLabel("Same as the delivery address").uncheck();
  await page.locator("#email").fill("ada");
  await next(page).click();
  await expect(problem(page)).toBeVisible();
  await mounted(page, "checkout");
  await look("contact with errors");
  await page.getByLabel("Same as the delivery address").check();
  await fill(page);
  await next(page).click();
  await expect(page).toHaveURL(/\/checkout\/delivery$/);
  await mounted(page, "checkout");
  await look("delivery");
  await page.goto("/checkout");
  await mounted(page, "checkout");
  await comeToReview(page);
  await mounted(page, "checkout");
  await look("review");
  await pay(page, CARDS.declined);
  await expect(problem(page)).toBeVisible();
  await look("review after a card was declined");
  await pay(page, CARDS.asks);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Confirm your payment");
  await look("the bank");
  await page.getByRole("button", { name: "Approve" }).click();
  await expectPlaced(page);
  await mounted(page, "checkout");
  await look("order");
}

test("no page has a fault that axe or a ruler finds", async ({ page, watch }) => {
  watch.breaks("/checkout/contact", "/checkout/order");
  await walk(page, async (name) => {
    for (const width of [1280, 360, 320]) {
      await page.setViewportSize({ width, height: 800 });
      expect.soft(await faults(page), `${name}, ${width} px`).toEqual([]);
    }
    await expectAccessible(page, name);
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  // On paper the order is its invoice: one sheet, who sells and who pays, nothing to press.
  await page.emulateMedia({ media: "print" });
  for (const text of ["Invoice", "Hollis & Wren", "Ada Lovelace", "Total"]) await expect(page.getByText(text, { exact: false }).first()).toBeVisible();
  await expect(page.locator("main a.button, main button").first()).toBeHidden();
  const pdf = new TextDecoder("latin1").decode(await page.pdf({ format: "A4" }));
  expect(pdf.match(/\/Type\s*\/Page[^s]/g)).toHaveLength(1);
});

test("Lighthouse gives each page 100 for accessibility", async () => {
  // A browser of its own, with a port for Lighthouse.
  const port = 9300 + (process.pid % 500);
  const browser: Browser = await chromium.launch({ executablePath: findChromium(), args: [...BROWSER_ARGUMENTS, `--remote-debugging-port=${port}`] });
  try {
    const page = await browser.newPage({ baseURL: SELLING_ORIGIN, locale: "en-US" });
    const found: Record<string, number> = {};
    await walk(page, async (name) => {
      const { score, failed } = await accessibility(port, page.url());
      found[name] = score;
      expect.soft(failed, name).toEqual([]);
    });
    expect(Object.values(found)).toEqual(Object.keys(found).map(() => 1));
  } finally {
    await browser.close();
  }
});
