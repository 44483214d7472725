// Changes at awkward moments: several at once, a page that is left, a response that hides what was done. Nothing is lost, and nothing is done twice.
import { expect, gate, mounted, open, test, type Page } from "./fixtures.ts";
import { added, drawer, fill, holdModule, link, openDrawer } from "./drawer-terms.ts";

const add = (page: Page) => page.getByRole("button", { name: "Add to cart" });

test("a change that was made counts as made, though its response is a fault", async ({ page, watch }) => {
  watch.breaks("/cart/add");
  await open(page, "/products/cafe-press", "product-detail");
  await page.route("**/cart/add", async (route) => {
    await route.fetch({ maxRedirects: 0 });
    await route.fulfill({ status: 503, body: "" });
  });
  await add(page).click();
  await expect(added(page)).toContainText("in your cart.");
  await expect(page.locator(".purchase").getByRole("alert")).toHaveCount(0);
  await expect(link(page)).toHaveText("Cart1");
});

test("the number in the header is ahead while a change is under way", async ({ page }) => {
  await open(page, "/products/cafe-press", "product-detail");
  const passed = gate();
  await page.route("**/cart/add", async (route) => {
    await passed.passed;
    await route.continue();
  });
  const sent = page.waitForRequest("**/cart/add");
  await add(page).click();
  await sent;
  await expect(added(page)).toHaveText("Adding …");
  await expect(link(page)).toHaveText("Cart1");
  passed.open();
  await expect(added(page)).toContainText("Café press is in your cart.");
  await expect(link(page)).toHaveText("Cart1");
});

test("two changes that fail leave the quantity that the cart has", async ({ page, watch }) => {
  watch.breaks("/cart/set");
  await fill(page, "1:2", "/products");
  const { quantity, more, goods, alert } = await openDrawer(page);
  const failed = gate();
  await page.route("**/cart/set", async (route) => {
    await failed.passed;
    await route.fulfill({ status: 503, body: "" });
  });
  const sent = page.waitForRequest("**/cart/set");
  await more("Café press").click();
  await sent;
  await more("Café press").click();
  await expect(link(page)).toHaveText("Cart4");
  const second = page.waitForResponse("**/cart/set").then(() => page.waitForResponse("**/cart/set"));
  failed.open();
  await second;
  await expect(alert).toContainText("The cart is as it was.");
  await expect(quantity("Café press")).toHaveValue("2");
  await expect(goods).toHaveText("$96.00");
  await expect(link(page)).toHaveText("Cart2");
  // The same number counts anew.
  await page.unrouteAll();
  await quantity("Café press").fill("3");
  await expect(goods).toHaveText("$144.00");
});

test("two changes that are under way both outlive their page", async ({ page }) => {
  await fill(page, "1:2,2:1", "/products");
  const { more, remove, line } = await openDrawer(page);
  // Never answered: the page is left before.
  await page.route("**/cart/{set,remove}", (route) => (new URL(page.url()).search ? route.continue() : undefined));
  const sent = page.waitForRequest("**/cart/set");
  await more("Café press").click();
  await sent;
  await remove("Opal table lamp").click();
  await expect(line("Opal table lamp")).toBeHidden();
  await page.goto("/products?sort=name");
  await expect(link(page)).toHaveText("Cart3");
  await openDrawer(page);
  await expect(drawer(page).quantity("Café press")).toHaveValue("3");
  await expect(line("Opal table lamp")).toHaveCount(0);
});

test("a press on Add to cart while the drawer is on its way is kept", async ({ page }) => {
  await open(page, "/products/cafe-press", "product-detail");
  const held = await holdModule(page);
  await link(page).click();
  await add(page).click();
  held.open();
  const { dialog, line } = drawer(page);
  await expect(dialog).toBeVisible();
  await expect(line("Café press")).toBeVisible();
  await expect(link(page)).toHaveText("Cart1");
});

test("a press that is held back outlives its page", async ({ page }) => {
  await open(page, "/products/cafe-press", "product-detail");
  await page.route("**/remotes/cart/**/*.js", () => undefined);
  await add(page).click();
  await page.goto("/products");
  await expect(link(page)).toHaveText("Cart1");
});

test("a press that was held back when the page was left is not made again after Back", async ({ page }) => {
  await open(page, "/products/cafe-press", "product-detail");
  const held = await holdModule(page);
  const sent: string[] = [];
  page.on("request", (request) => request.url().endsWith("/cart/add") && sent.push(request.resourceType()));
  await add(page).click();
  // The browser puts no page away that still loads a file: the scenario sends the events by itself.
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  await expect.poll(() => page.evaluate(() => document.cookie)).toContain("cart-count=1");
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await expect(link(page)).toHaveText("Cart1");
  held.open();
  await mounted(page, "cart");
  await link(page).click();
  await expect(drawer(page).goods).toHaveText("$48.00");
  expect(sent).toEqual(["ping"]);
});
