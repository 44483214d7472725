// Each way in which a remote can break: the server's page stays whole and usable, and one report names the kind.
// Failures are put between the browser and the shop; how edges and stores fail is tested where they are.
import { countNavigations, expect, expectAddress, listing, slot, test, type Page, type Remote } from "./fixtures.ts";
import { replaceModule } from "./replace-module.ts";

/** The deadline that pages give their remotes, in milliseconds. */
const DEADLINE = 8000;
/** Time is the scenario's: it stands still from here on, until it is told to go on. */
const INSTALLED = new Date("2026-01-01T12:00:00");
const PAUSED = new Date("2026-01-01T13:00:00");

interface Fault {
  readonly name: string;
  readonly kind: "import" | "mount" | "timeout" | "contract";
  /** Breaks the remote before the page is opened. */
  arrange(page: Page, remote: Remote, address: string): Promise<unknown>;
}

const anyModule = (remote: Remote): string => `**/remotes/${remote}/*/*.js`;
const module = (source: string) => (page: Page, remote: Remote, address: string) => replaceModule(page, address, remote, source);

const FAULTS: Fault[] = [
  {
    name: "is missing",
    kind: "import",
    arrange: (page, remote) => page.route(anyModule(remote), (route) => route.fulfill({ status: 404, contentType: "application/problem+json", body: "{}" })),
  },
  {
    name: "cannot be reached",
    kind: "import",
    arrange: (page, remote) => page.route(anyModule(remote), (route) => route.abort("connectionreset")),
  },
  {
    name: "was tampered with",
    kind: "import",
    arrange: (page, remote) =>
      page.route(anyModule(remote), async (route) => {
        const response = await route.fetch();
        // What a browser keeps of it would be refused on the next page as well.
        const headers = { ...response.headers(), "cache-control": "no-store" };
        await route.fulfill({ response, headers, body: `document.body.textContent = "tampered";${await response.text()}` });
      }),
  },
  { name: "throws on import", kind: "import", arrange: module(`document.title = "half way"; throw new Error("on import");`) },
  { name: "is no program", kind: "import", arrange: module(`export function mount( {`) },
  { name: "exports nothing", kind: "contract", arrange: module(`export const nothing = 1;`) },
  { name: "was written for another contract", kind: "contract", arrange: module(`export const contract = 99; export function mount(slot) { slot.textContent = "wrong"; }`) },
  { name: "throws in mount", kind: "mount", arrange: module(`export function mount() { throw new Error("in mount"); }`) },
  {
    name: "throws in mount, half way through its changes",
    kind: "mount",
    arrange: module(`export function mount(slot) {
      for (const form of slot.querySelectorAll("form")) form.addEventListener("submit", (event) => event.preventDefault());
      slot.querySelector("article").textContent = "half way";
      throw new Error("half way");
    }`),
  },
  { name: "rejects", kind: "mount", arrange: module(`export async function mount() { await undefined; throw new Error("rejected"); }`) },
];

const PAGES: Record<Exclude<Remote, "cart" | "checkout">, string> = { products: "/products", "product-detail": "/products/enamel-mug" };

for (const remote of ["products", "product-detail"] as const) {
  const address = PAGES[remote];
  test.describe(`${remote}`, () => {
    for (const { name, kind, arrange } of FAULTS) {
      test(`${name}`, async ({ page, watch }) => {
        watch.breaks(`/remotes/${remote}/`);
        await arrange(page, remote, address);
        await page.goto(address);
        await watch.expectReports({ remote, kind });
        expect(watch.reports[0]).toMatchObject({ page: address, version: await slot(page, remote).getAttribute("data-version") });
        expect(watch.reports[0]!.message).not.toBe("");
        await expectServersPage(page, remote);
        await expectUsable(page, remote);
      });
    }

    test("never answers", async ({ page, watch }) => {
      await page.clock.install({ time: INSTALLED });
      await page.clock.pauseAt(PAUSED);
      await page.route(anyModule(remote), () => undefined);
      await page.goto(address, { waitUntil: "domcontentloaded" });
      await expectDeadline(page, watch, remote);
    });

    test("never finishes mounting", async ({ page, watch }) => {
      await page.clock.install({ time: INSTALLED });
      await page.clock.pauseAt(PAUSED);
      await replaceModule(page, address, remote, `export function mount(slot) {
        slot.querySelector("article").dataset.reached = "";
        return new Promise(() => undefined);
      }`);
      await page.goto(address);
      await expect(slot(page, remote).locator("[data-reached]")).toHaveCount(1);
      const field = remote === "products" ? listing(page).from : page.getByLabel("Search products", { exact: true });
      const entered = remote === "products" ? "9.50" : "lamp";
      await field.fill(entered);
      await expectDeadline(page, watch, remote);
      // What the shopper has entered meanwhile is still there.
      await expect(field).toHaveValue(entered);
    });
  });
}

test("products gives back what was entered, opened and focused before it failed", async ({ page, watch }) => {
  watch.breaks("/remotes/products/");
  await page.setViewportSize({ width: 360, height: 800 });
  await replaceModule(page, "/products", "products", `export function mount(slot) {
    slot.querySelector("article").dataset.reached = "";
    return new Promise((_, reject) => addEventListener("fail", () => reject(new Error("late"))));
  }`);
  await page.goto("/products");
  const reached = slot(page, "products").locator("[data-reached]");
  await expect(reached).toHaveCount(1);
  const list = listing(page);
  await list.search.fill("lamp");
  await list.sort.selectOption("name");
  await page.getByText("Filters", { exact: true }).click();
  await list.category("Kitchen").check();
  await expect(list.category("Kitchen")).toBeFocused();
  await page.evaluate(() => dispatchEvent(new Event("fail")));
  await watch.expectReports({ remote: "products", kind: "mount" });
  await expect(reached).toHaveCount(0);
  await expect(list.search).toHaveValue("lamp");
  await expect(list.sort).toHaveValue("name");
  await expect(list.category("Kitchen")).toBeChecked();
  await expect(list.category("Kitchen")).toBeFocused();
});

/** Nothing is given up before the deadline, and everything after it. */
async function expectDeadline(page: Page, watch: { readonly reports: readonly unknown[]; expectReports(...expected: { remote: Remote; kind: string }[]): Promise<void> }, remote: Remote): Promise<void> {
  await page.clock.runFor(DEADLINE - 100);
  expect(watch.reports).toEqual([]);
  await page.clock.runFor(200);
  await watch.expectReports({ remote, kind: "timeout" });
  await expectServersPage(page, remote);
  if (remote === "products") await expect(listing(page).cards).toHaveCount(12);
  else await expect(page.locator(".product-detail .product-price")).toBeVisible();
}

/** The slot is byte for byte what the server sent, and nothing tells the shopper of a failure. */
async function expectServersPage(page: Page, remote: Remote): Promise<void> {
  const shown = await slot(page, remote).evaluate((element) => element.outerHTML);
  const sent = await page.evaluate(
    (name) =>
      new Promise<string | undefined>((resolve) => {
        // The pages' policy lets no script parse HTML; a request may.
        const request = new XMLHttpRequest();
        request.open("GET", location.href);
        request.responseType = "document";
        request.onload = () => resolve(request.responseXML?.querySelector(`[data-remote="${name}"]`)?.outerHTML);
        request.send();
      }),
    remote,
  );
  expect(shown).toBe(sent);
  await expect(page.locator(".error-message, .loading-spinner, [aria-busy=true]")).toHaveCount(0);
  await expect(page.getByText(/tampered|half way|\berror\b|undefined|failed/i)).toHaveCount(0);
}

/** Forms and links do what they do without JavaScript. The next page may be whole again. */
async function expectUsable(page: Page, remote: Remote): Promise<void> {
  await page.unrouteAll({ behavior: "ignoreErrors" });
  const loads = countNavigations(page);
  if (remote === "products") {
    const list = listing(page);
    await list.category("Kitchen").check();
    await list.search.fill("mug");
    await list.apply.click();
    await expect(page).toHaveURL(/search=mug/);
    await expect(list.names).toHaveText(["Enamel mug"]);
  } else {
    await page.getByRole("link", { name: "Back to Products" }).click();
    await expectAddress(page, "/products");
  }
  expect(loads()).toBeGreaterThan(0);
}
