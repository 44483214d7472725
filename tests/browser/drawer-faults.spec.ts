// What can go wrong between the drawer and the shop: the change is undone with its cause, nothing is lost, and nothing is added twice.
import { expect, gate, open, pathOf, test, type Page } from "./fixtures.ts";
import { added, drawer, fill, link, openDrawer } from "./drawer-terms.ts";

const FAILURES: [name: string, status: number, headers: Record<string, string>, words: string][] = [
  ["a fault of the shop", 503, {}, "The shop has a fault at the moment."],
  ["too many changes", 429, { "retry-after": "20" }, "Too many changes in a short time. Try again in 20 seconds."],
  ["a refusal", 403, {}, "The shop refused this."],
  ["no answer", 0, {}, "The shop did not answer."],
];

for (const [name, status, headers, words] of FAILURES) {
  test(`${name} undoes the change and names the cause`, async ({ page, watch }) => {
    watch.breaks(/\/cart\/(set|remove|add)/);
    await fill(page, "1:2", "/products/enamel-mug?variant=mug-moss");
    await page.route(/\/cart\/(set|remove|add)$/, (route) => (status === 0 ? route.abort("connectionreset") : route.fulfill({ status, headers, body: "" })));
    const { quantity, remove, line, alert, goods, close } = await openDrawer(page);
    await quantity("Café press").fill("4");
    await expect(alert).toContainText(`The cart is as it was. ${words}`);
    await expect(quantity("Café press")).toHaveValue("2");
    await expect(goods).toHaveText("$96.00");
    await expect(link(page)).toHaveText("Cart2");
    await remove("Café press").click();
    await expect(alert).toContainText(words);
    await expect(line("Café press")).toBeVisible();
    await expect(remove("Café press")).toBeFocused();
    await close.click();
    await page.getByRole("button", { name: "Add to cart" }).click();
    await expect(page.locator(".purchase").getByRole("alert")).toContainText(`Nothing was added. ${words}`);
    await expect(link(page)).toHaveText("Cart2");
    await page.unrouteAll();
    await page.getByRole("button", { name: "Add to cart" }).click();
    await expect(added(page)).toContainText("Enamel mug (Moss) is in your cart.");
    await expect(page.locator(".purchase").getByRole("alert")).toHaveCount(0);
    await expect(link(page)).toHaveText("Cart3");
  });
}

test("fewer in stock than asked for is said where it was asked", async ({ page, watch }) => {
  watch.breaks(/\/cart\/(set|add)/);
  await fill(page, "1:2", "/products/enamel-mug");
  const { quantity, alert, goods, close } = await openDrawer(page);
  await quantity("Café press").fill("400");
  await expect(alert).toContainText("Only 37 of Café press are left");
  await expect(quantity("Café press")).toHaveValue("2");
  await expect(goods).toHaveText("$96.00");
  await expect(link(page)).toHaveText("Cart2");
  await close.click();
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect(page.locator(".purchase").getByRole("alert")).toContainText("Choose Colour first.");
});

test("a number that cannot be one does not stay in its field", async ({ page, watch }) => {
  watch.breaks("/cart/set");
  await fill(page, "1:2", "/products");
  const { quantity, alert, close } = await openDrawer(page);
  await quantity("Café press").fill("1000");
  await page.keyboard.press("Tab");
  await expect(alert).toContainText("The cart is as it was.");
  await expect(quantity("Café press")).toHaveValue("2");
  await quantity("Café press").fill("1000");
  await close.click();
  await openDrawer(page);
  await expect(quantity("Café press")).toHaveValue("2");
  // The shop refuses what the browser lets pass.
  await quantity("Café press").evaluate((field: HTMLInputElement) => field.removeAttribute("max"));
  await quantity("Café press").fill("1000");
  await expect(alert).toContainText("“1000” is no quantity.");
  await expect(quantity("Café press")).toHaveValue("2");
  await expect(quantity("Café press")).not.toHaveAttribute("aria-invalid");
});

test("the cart that cannot be fetched is fetched again on demand", async ({ page, watch }) => {
  watch.breaks("/cart");
  await fill(page, "1:2", "/products");
  await page.route("**/cart", (route) => route.fulfill({ status: 503, body: "" }));
  await link(page).click();
  const { alert, dialog, goods } = drawer(page);
  await expect(alert).toContainText("The cart cannot be shown. The shop has a fault at the moment.");
  await page.unrouteAll();
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(goods).toHaveText("$96.00");
  await expect(alert).toHaveCount(0);
});

test("changes in two tabs at the same moment lose nothing", async ({ page, context, watch }) => {
  // Chromium follows the hints of a fetched page as well, and notices that nothing uses them.
  watch.breaks("was preloaded using link preload");
  const other = await context.newPage();
  for (const [tab, address] of [[page, "/products/cafe-press"], [other, "/products/opal-table-lamp"]] as const) await open(tab, address, "product-detail");
  // The first answer comes after the second press.
  const pressed = gate();
  await page.route("**/cart/add", async (route) => {
    await pressed.passed;
    await route.continue();
  });
  const sent = page.waitForRequest("**/cart/add");
  await page.getByRole("button", { name: "Add to cart" }).click();
  await sent;
  await other.getByRole("button", { name: "Add to cart" }).click();
  await expect(added(other)).toHaveText("Adding …");
  pressed.open();
  await expect(added(page)).toContainText("Café press is in your cart.");
  await expect(added(other)).toContainText("Opal table lamp is in your cart.");
  for (const tab of [page, other]) await expect(link(tab)).toHaveText("Cart2");
  // A drawer that stands open follows.
  const { goods, line, more } = await openDrawer(page);
  await expect(line("Opal table lamp")).toBeVisible();
  const lines = await openDrawer(other);
  await more("Café press").click();
  await expect(goods).toHaveText("$225.99");
  await expect(lines.goods).toHaveText("$225.99");
});

test("an answer that outlives its page is not waited for, and the change is not lost", async ({ page }) => {
  await open(page, "/products/cafe-press", "product-detail");
  await page.route("**/cart/add", async (route) => {
    // Never answered: the page is left before.
    if (route.request().resourceType() === "xhr") return;
    await route.continue();
  });
  const sent = page.waitForRequest("**/cart/add");
  await page.getByRole("button", { name: "Add to cart" }).click();
  await sent;
  await page.goto("/products");
  await expect(link(page)).toHaveText("Cart1");
});

const WITHOUT: [name: string, arrange: (page: Page) => Promise<unknown>, kind: string][] = [
  ["is blocked", (page) => page.route("**/remotes/cart/**/*.js", (route) => route.abort()), "import"],
  ["has no styles", (page) => page.route("**/remotes/cart/**/*.css", (route) => route.abort()), "mount"],
  ["never comes", (page) => page.route("**/remotes/cart/**/*.js", () => undefined), "timeout"],
];

for (const [name, arrange, kind] of WITHOUT) {
  test(`a remote that ${name} leaves a link and a form, and adds once`, async ({ page, watch }) => {
    watch.breaks("/remotes/cart/");
    await arrange(page);
    await open(page, "/products/cafe-press", "product-detail");
    const button = page.getByRole("button", { name: "Add to cart" });
    await button.dblclick();
    await expect.poll(() => pathOf(page.url())).toBe("/cart?added=1%2A1");
    await expect(link(page)).toHaveText("Cart1");
    // The cart's own page mounts the remote as well. It has its styles already.
    const onPage = kind === "mount" ? [] : [{ remote: "cart", kind } as const];
    await watch.expectReports({ remote: "cart", kind }, ...onPage);
    await page.goto("/products");
    await link(page).click();
    await expect.poll(() => pathOf(page.url())).toBe("/cart");
    await watch.expectReports({ remote: "cart", kind }, ...onPage, { remote: "cart", kind }, ...onPage);
  });
}
