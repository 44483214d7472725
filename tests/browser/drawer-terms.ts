// The terms of the scenarios about the drawer: how a shopper names its parts.
import { expect, gate, type Locator, type Page } from "./fixtures.ts";

export function drawer(page: Page) {
  const dialog = page.getByRole("dialog", { name: "Your cart" });
  const line = (name: string): Locator => dialog.getByRole("listitem").filter({ hasText: name });
  return {
    dialog,
    line,
    quantity: (name: string) => line(name).getByRole("spinbutton", { name: "Quantity" }),
    remove: (name: string) => line(name).getByRole("button", { name: "Remove" }),
    more: (name: string) => line(name).getByRole("button", { name: "One more" }),
    fewer: (name: string) => line(name).getByRole("button", { name: "One fewer" }),
    goods: dialog.locator(".cart-goods dd"),
    undo: dialog.getByRole("button", { name: "Undo" }),
    close: dialog.getByRole("button", { name: "Close" }),
    alert: dialog.getByRole("alert"),
    announced: dialog.locator("p.visually-hidden[role=status]"),
    view: dialog.getByRole("link", { name: "View cart" }),
  };
}

/** The header's link, with the number in it. */
export const link = (page: Page): Locator => page.locator("header").getByRole("link", { name: /^Cart/ });

/** What the notice at the button says. */
export const added = (page: Page): Locator => page.locator(".cart-added");

/** Fills the cart by a link, and opens a page. */
export async function fill(page: Page, lines: string, address: string): Promise<void> {
  await page.goto(`/buy/${lines}`);
  await page.goto(address);
}

export async function openDrawer(page: Page): Promise<ReturnType<typeof drawer>> {
  await link(page).click();
  const parts = drawer(page);
  await expect(parts.goods).toBeVisible();
  return parts;
}

/** Holds back the remote's module until the gate opens. */
export async function holdModule(page: Page): Promise<ReturnType<typeof gate>> {
  const held = gate();
  await page.route("**/remotes/cart/**/*.js", async (route) => {
    await held.passed;
    await route.continue().catch(() => undefined);
  });
  return held;
}
