// A version of the remote `cart` on its way to the shoppers while one of them has the drawer open: a canary, a promotion, a rollback.
// On the shop whose releases change; other remotes have scenarios of their own there.
import type { APIRequestContext } from "@playwright/test";

import { added, drawer, fill, openDrawer } from "./drawer-terms.ts";
import { ROLLOUT_ORIGIN } from "./environment.mjs";
import { countNavigations, expect, pathOf, slot, test } from "./fixtures.ts";
import { bundledVersion, publish, serial, storefront } from "./storefront.mjs";

const NEW = "91.1.0";

test.use({ baseURL: ROLLOUT_ORIGIN });

/** Waits until the shop goes by the present release. */
async function followed(request: APIRequestContext): Promise<void> {
  const expected = await serial("cart");
  const served = async () => {
    const response = await request.get("/__versions", { headers: { accept: "application/json" } });
    return ((await response.json()) as { remotes: Record<string, { release: { serial: number } | null }> }).remotes["cart"]?.release?.serial;
  };
  await expect.poll(served, { timeout: 10_000, intervals: [200] }).toBe(expected);
}

test("a switch during the visit makes one full load at the next change, and makes the change once", async ({ page, request }) => {
  test.slow();
  const old = await bundledVersion("cart");
  await storefront("promote", "cart", old);
  await publish(NEW, ROLLOUT_ORIGIN, "cart");
  await followed(request);
  await fill(page, "1:2", "/products/cafe-press");
  await expect(slot(page, "cart")).toHaveAttribute("data-version", old);
  await openDrawer(page);
  await storefront("canary", "cart", NEW, "--percent", "100");
  await followed(request);

  const loads = countNavigations(page);
  await drawer(page).more("Café press").click();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/cart");
  await expect(page.getByRole("spinbutton", { name: "Quantity" })).toHaveValue("3");
  await expect(slot(page, "cart")).toHaveAttribute("data-version", NEW);
  expect(loads()).toBe(1);

  await page.goto("/products/cafe-press");
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect(added(page)).toContainText("Café press is in your cart.");
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--version-of-style").replaceAll('"', "").trim())).toBe(NEW);

  await storefront("rollback", "cart");
  await followed(request);
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect.poll(() => pathOf(page.url())).toBe("/cart?added=1%2A1");
  await expect(page.getByRole("spinbutton", { name: "Quantity" })).toHaveValue("5");
  await expect(slot(page, "cart")).toHaveAttribute("data-version", old);
});
