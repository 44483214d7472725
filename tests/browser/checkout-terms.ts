// The checkout in the words of a shopper: the way through its steps, and what is typed on them.
import { expect, mounted, type Page } from "./fixtures.ts";

export const CARDS = { pays: "4242 4242 4242 4242", declined: "4000 0000 0000 0002", asks: "4000 0000 0000 3220" };

/** What Ada types, by the ids of fields. */
export const ADA: Readonly<Record<string, string>> = {
  email: "ada@example.com",
  name: "Ada Lovelace",
  line1: "12 St James’s Square",
  postcode: "sw1y4jh",
  city: "London",
};

export async function fill(page: Page, typed: Readonly<Record<string, string>> = ADA): Promise<void> {
  for (const [id, text] of Object.entries(typed)) await page.locator(`#${id}`).fill(text);
}

/** Chooses a country; without scripts, the form is drawn anew by its button. */
export async function choose(page: Page, country: string, scripts = true): Promise<void> {
  const select = page.locator("#country");
  if ((await select.locator("option:checked").textContent()) === country) return;
  await select.selectOption({ label: country });
  if (!scripts) await page.getByRole("button", { name: "Update the form for this country" }).first().click();
  await expect(page.locator("#country-fields")).toContainText(country === "United States" ? "ZIP code" : "Postcode");
}

/** Step 1, with the cart of an address such as `1:2`. */
export async function open(page: Page, lines: string, scripts = true): Promise<void> {
  await page.goto(`/buy/${lines}`);
  await page.goto("/checkout");
  if (scripts) await mounted(page, "checkout");
}

export const next = (page: Page) => page.getByRole("button", { name: "Continue to delivery" });
export const buy = (page: Page) => page.getByRole("button", { name: /^(Buy|Pay) now – / }).last();
export const problem = (page: Page) => page.getByRole("alert").filter({ hasText: "There is a problem" });

/** From step 1 to the review, whether or not there is a choice of deliveries. */
export async function comeToReview(page: Page): Promise<void> {
  await next(page).click();
  await expect(page).toHaveURL(/\/checkout\/(delivery|review)$/);
  if (page.url().endsWith("/delivery")) await page.getByRole("button", { name: "Continue to review" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Review and pay");
}

/** Presses the button with a test card. */
export async function pay(page: Page, card: string): Promise<void> {
  await page.getByRole("radio", { name: /^Test card/ }).check();
  await page.getByLabel("Number of the test card").fill(card);
  await buy(page).click();
}

export async function expectPlaced(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Thank you. Your order is placed.");
}
