// From the start page to a placed order, as people do it: without scripts and with, by keys alone, with a card that is declined, twice, and back again.
// The shop follows an origin of record of its own, so that orders are real; what the origin decides is tested in `tests/it/checkout`.
import { ADA, CARDS, buy, choose, comeToReview, expectPlaced, fill, next, open, pay, problem } from "./checkout-terms.ts";
import { SELLING_ORIGIN } from "./environment.mjs";
import { expect, mounted, test, type Page } from "./fixtures.ts";

test.use({ baseURL: SELLING_ORIGIN });
test.describe.configure({ timeout: 60_000 });

for (const [scripts, width] of [[false, 1280], [true, 360]] as const) {
  test.describe(scripts ? "with scripts, 360 px" : "without scripts, 1280 px", () => {
    test.use({ javaScriptEnabled: scripts, viewport: { width, height: 800 } });

    test("from the start page to a placed order, with a bill to another country and a card that is declined first", async ({ page, watch }) => {
      watch.breaks("/checkout/contact", "/checkout/order");
      await page.goto("/");
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Products" }).click();
      await page.locator("#results").getByRole("link", { name: "Café press" }).click();
      await page.locator(".add-to-cart-btn").click();
      // With scripts the way on stands in the notice at the button, without them on the page of the cart.
      await page.getByRole("link", { name: "Check out" }).first().click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Contact and address");
      if (scripts) await mounted(page, "checkout");
      await choose(page, "United Kingdom", scripts);

      // Nothing is filled in: every cause has its message, twice, in the same words.
      await next(page).click();
      await expect(problem(page)).toContainText("Enter your e-mail address");
      await expect(page.locator("#postcode-error")).toHaveText("Enter your postcode");
      await expect(page).toHaveTitle(/^Error: /);
      await page.locator("#problem").getByRole("link", { name: "Enter your full name" }).click();
      await expect(page.locator("#name")).toBeFocused();

      // What is right stays while the rest is mended.
      if (scripts) await mounted(page, "checkout");
      await fill(page);
      await page.locator("#phone").fill("call me");
      const same = page.getByLabel("Same as the delivery address");
      await expect(same).toBeChecked();
      await expect(page.locator("#billingName")).toBeHidden();
      await same.uncheck();
      await expect(page.locator("#billingName")).toBeVisible();
      const news = page.getByLabel(/^Send me news/);
      await expect(news).not.toBeChecked();
      await next(page).click();
      await expect(page.locator("#phone-error")).toHaveText("A phone number has 6 to 15 digits");
      await expect(page.locator("#billingName-error")).toHaveText("Enter the name for the bill");
      await expect(page.locator("#name")).toHaveValue("Ada Lovelace");
      await expect(page.locator("#phone")).toHaveValue("call me");
      await expect(same).not.toBeChecked();
      if (scripts) await mounted(page, "checkout");
      await page.locator("#phone").fill("+44 20 7946 0000");
      await fill(page, { billingName: "Analytical Engines SARL", billingLine1: "1 rue de Rivoli", billingCity: "Paris", billingPostcode: "75001" });
      await page.locator("#billingCountry").selectOption("FR");
      await news.check();
      await comeToReview(page);
      await expect(page.getByRole("region", { name: "Billing address" })).toContainText("Analytical Engines SARL");
      await expect(page.getByRole("region", { name: "Billing address" })).toContainText("France");
      await expect(page.getByRole("region", { name: "Contact" })).toContainText("News of the shop by mail");

      // An address is mended from here, and nothing of it is lost.
      await page.getByRole("link", { name: "Change the billing address" }).click();
      await expect(page.locator("#billingName")).toHaveValue("Analytical Engines SARL");
      await expect(news).toBeChecked();
      if (scripts) await mounted(page, "checkout");
      await comeToReview(page);

      await pay(page, CARDS.declined);
      await expect(problem(page)).toContainText("The payment was declined, and nothing was charged.");
      await pay(page, CARDS.pays);
      await expectPlaced(page);
      await expect(page.getByRole("region", { name: "Billing address" })).toContainText("Analytical Engines SARL");
      await page.goto("/cart");
      await expect(page.locator(".cart-empty")).toBeVisible();
      if (scripts) expect(await page.evaluate(() => sessionStorage.getItem("checkout-draft"))).toBeNull();
    });
  });
}

test("a wrong field is named when it is left, never before, and no longer than it is wrong", async ({ page }) => {
  await open(page, "1:1");
  await choose(page, "United Kingdom");
  const email = page.locator("#email");
  await email.focus();
  await page.keyboard.press("Tab");
  await expect(page.locator("#email-error"), "nothing at an empty field").toHaveCount(0);
  await email.pressSequentially("ada");
  await expect(page.locator("#email-error"), "nothing while somebody types").toHaveCount(0);
  await page.keyboard.press("Tab");
  await expect(page.locator("#email-error")).toHaveText("An e-mail address needs an @, like name@example.com");
  const status = page.locator(".checkout-form").getByRole("status");
  await expect(status).toHaveText("E-mail: An e-mail address needs an @, like name@example.com");
  await expect(email).toHaveAttribute("aria-invalid", "true");
  await expect(email).toHaveAttribute("aria-describedby", "email-error email-hint");
  await email.press("End");
  await email.pressSequentially("@example.co");
  await expect(page.locator("#email-error")).toHaveCount(0);
  await expect(email).toHaveAttribute("aria-describedby", "email-hint");
  await page.locator("#postcode").fill("12345");
  await page.locator("#city").focus();
  await expect(page.locator("#postcode-error")).toHaveText("Enter a postcode of United Kingdom, like SW1A 1AA");

  // Another country draws its own fields in place, and typed values stay.
  await page.locator("#city").fill("Cupertino");
  await choose(page, "United States");
  await expect(page.locator("#city")).toHaveValue("Cupertino");
  await expect(page.locator("#region")).toBeVisible();
  await expect(status).toHaveText("The fields of the address have changed for United States.");
  await page.locator("#region").selectOption("CA");

  // All of it outlives a reload, and another look at the shop.
  await page.locator("#name").fill("Ada Lovelace");
  await page.reload();
  await mounted(page, "checkout");
  await expect(page.locator("#name")).toHaveValue("Ada Lovelace");
  await expect(page.locator("#country")).toHaveValue("US");
  await expect(page.locator("#region")).toHaveValue("CA");
  await page.getByRole("link", { name: "Back to the cart" }).click();
  await page.goBack();
  await mounted(page, "checkout");
  await expect(page.locator("#region")).toHaveValue("CA");
  await expect(email).toHaveValue("ada@example.co");
  await expect(page.locator("#city")).toHaveValue("Cupertino");
});

test("the messages of the script are those of the server", async ({ page, watch }) => {
  watch.breaks("/checkout/contact");
  await open(page, "1:1");
  await choose(page, "United Kingdom");
  const wrong = { email: "ada@", name: "a".repeat(101), line1: "b".repeat(101), postcode: "1", city: "c".repeat(81), phone: "12" };
  await fill(page, wrong);
  await page.locator("#email").focus();
  const messages = () => page.locator(".field-fault").evaluateAll((all) => all.map((one) => [one.id, one.textContent]));
  const ofScript = await messages();
  expect(ofScript).toHaveLength(6);
  await next(page).click();
  await expect(problem(page)).toBeVisible();
  expect(await messages()).toEqual(ofScript);
  // A cause that is mended takes its link with it, and the last one takes the summary.
  await mounted(page, "checkout");
  await fill(page, { email: "ada@example.com", name: "Ada", line1: "1 Way", city: "London", phone: "" });
  await expect(page.locator("#problem li")).toHaveCount(1);
  await fill(page, { postcode: "sw1a1aa" });
  await expect(problem(page)).toHaveCount(0);
  await expect(page).not.toHaveTitle(/^Error/);
});

test("another country takes away the causes of the fields that it replaces", async ({ page, watch }) => {
  watch.breaks("/checkout/contact");
  await open(page, "1:1");
  await choose(page, "United Kingdom");
  await fill(page, { ...ADA, postcode: "1" });
  await next(page).click();
  await expect(problem(page)).toContainText("Enter a postcode of United Kingdom");
  await mounted(page, "checkout");
  await choose(page, "United States");
  await expect(problem(page)).toHaveCount(0);
  await expect(page).not.toHaveTitle(/^Error/);
});

test("a saved contact comes from the server alone", async ({ page }) => {
  await open(page, "1:1");
  await choose(page, "United Kingdom");
  await fill(page);
  await next(page).click();
  await expect(page).toHaveURL(/\/checkout\/(delivery|review)$/);
  // The draft of a browser where the remote failed on this step.
  const fields = { name: "Eve", email: "eve@example.com", news: true };
  await page.evaluate((fields) => sessionStorage.setItem("checkout-draft", JSON.stringify({ format: 1, at: Date.now(), fields })), fields);
  await page.goto("/checkout");
  await mounted(page, "checkout");
  await expect(page.locator("#name")).toHaveValue("Ada Lovelace");
  await expect(page.getByLabel(/^Send me news/)).not.toBeChecked();
  expect(await page.evaluate(() => sessionStorage.getItem("checkout-draft"))).toBeNull();
});

test("keys alone place an order, and a bank that asks is answered", async ({ page, watch }) => {
  watch.breaks("/checkout/authenticate");
  await open(page, "1:1");
  await choose(page, "United Kingdom");
  await page.locator("#email").focus();
  for (const text of ["ada@example.com", null, "Ada Lovelace", "12 St James’s Square", null, "London", "SW1Y 4JH"]) {
    if (text !== null) await page.keyboard.type(text);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/checkout\/(delivery|review)$/);
  await tabTo(page, /^Continue to review$/, true);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Review and pay");
  await page.locator("input[name=way]:checked").focus();
  while ((await page.locator("input[name=way]:checked").getAttribute("value")) !== "test-card") await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(CARDS.asks);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Confirm your payment");
  await tabTo(page, /^Refuse$/, true);
  await expect(problem(page)).toContainText("The payment was declined");
  await expect(problem(page)).toBeFocused();
  await page.locator("#card").focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(CARDS.pays);
  await tabTo(page, /^Pay now/, true);
  await expectPlaced(page);
});

test("a button that is pressed twice orders once, and Back finds nothing to order", async ({ page }) => {
  await open(page, "1:1");
  await choose(page, "United Kingdom");
  await fill(page);
  await comeToReview(page);
  await mounted(page, "checkout");
  await page.goBack();
  await expect(page.locator("#name, h1").first()).toBeVisible();
  await page.goto("/checkout/review");
  await mounted(page, "checkout");
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/checkout/order")) sent.push(request.url());
  });
  await page.getByRole("radio", { name: /^Test card/ }).check();
  await buy(page).dblclick();
  await expectPlaced(page);
  expect(sent).toHaveLength(1);
  await page.goBack();
  await expect(page).toHaveURL(/\/cart$/);
  await expect(page.locator(".cart-empty")).toBeVisible();
});

test("without its remote every step is a form", async ({ page, watch }) => {
  watch.breaks("/remotes/checkout/");
  await page.route("**/remotes/checkout/**/*.js", (route) => route.abort());
  const reported = (count: number) => expect.poll(() => watch.reports.length).toBe(count);
  await open(page, "1:1", false);
  await choose(page, "United Kingdom", false);
  await reported(1);
  await fill(page);
  await next(page).click();
  await expect(page).toHaveURL(/\/checkout\/delivery$/);
  await reported(2);
  await page.getByRole("button", { name: "Continue to review" }).click();
  await reported(3);
  await pay(page, CARDS.pays);
  await expectPlaced(page);
  const report = { remote: "checkout", kind: "import" } as const;
  await watch.expectReports(report, report, report, report);
});

/** Tabs to what has this text, and presses it. */
async function tabTo(page: Page, text: RegExp, press: boolean): Promise<void> {
  const focused = () => page.evaluate(() => (document.activeElement?.textContent ?? "").trim());
  for (let stop = 0; stop < 40 && !text.test(await focused()); stop += 1) await page.keyboard.press("Tab");
  expect(await focused()).toMatch(text);
  if (press) await page.keyboard.press("Enter");
}
