// What every scenario stands on: a page that is watched for anything a browser complains about, and the shop's own terms.
// A scenario says beforehand which addresses it breaks and which reports it expects; everything else fails it.
import { expect, test as base, type BrowserContext, type Locator, type Page, type Request } from "@playwright/test";

export { expect, type Locator, type Page };

export type Remote = "cart" | "checkout" | "products" | "product-detail";

/** A report of a remote that failed, as the loader sent it. */
export interface Report {
  readonly remote: string;
  readonly version: string;
  readonly kind: string;
  readonly message: string;
  readonly page: string;
}

/** A product as the API gives it. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly price: number;
  readonly imageUrl: string;
  readonly category: string;
  readonly stock: number;
  readonly rating: number;
  readonly reviews: number;
}

/** What the address of a product's page ends in. */
export async function handleOf(page: Page, id: string): Promise<string> {
  return ((await (await page.request.get(`/api/products/${id}`)).json()) as { data: { handle: string } }).data.handle;
}

export interface Products {
  readonly data: Product[];
  readonly total: number;
  readonly page: number;
  readonly pageSize: number;
  readonly totalPages: number;
  readonly facets?: {
    readonly categories: { readonly value: string; readonly count: number }[];
    readonly price: { readonly min: number; readonly max: number } | null;
    readonly inStock: number;
  };
}

/** Sees everything that a browser complains about in one context. */
export class Watch {
  /** Reports that reached the shop, in their order. */
  readonly reports: Report[] = [];
  readonly #complaints: { readonly text: string; readonly about: string }[] = [];
  readonly #broken: (string | RegExp)[] = [];
  #expected: { readonly remote: Remote; readonly kind: string }[] = [];

  constructor(context: BrowserContext, scripts: boolean) {
    // Violations of the content security policy, refused integrity and failed resources are all errors of the console.
    context.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      this.#complaints.push({ text: `console: ${message.text()}`, about: `${message.location().url} ${message.text()}` });
    });
    context.on("weberror", (error) => {
      const { name, message, stack } = error.error();
      this.#complaints.push({ text: `uncaught: ${stack || `${name} ${message}`}`, about: "" });
    });
    context.on("requestfailed", (request) => {
      const failure = request.failure()?.errorText ?? "";
      // Leaving a page and overtaking a search both abort what is under way; `csp` is how scripts fail that are switched off.
      if (failure !== "net::ERR_ABORTED" && (scripts || failure !== "csp")) this.#complaints.push({ text: `${failure}: ${request.url()}`, about: request.url() });
    });
    context.on("response", (response) => {
      if (response.status() >= 400) this.#complaints.push({ text: `${response.status()}: ${response.url()}`, about: response.url() });
    });
  }

  /** Complaints that name one of these addresses are what the scenario is about. A text is a part of the address. */
  breaks(...addresses: (string | RegExp)[]): void {
    this.#broken.push(...addresses);
  }

  /** The scenario ends with exactly these reports. Without a call, with none. */
  async expectReports(...expected: { readonly remote: Remote; readonly kind: string }[]): Promise<void> {
    this.#expected = expected;
    await expect.poll(() => this.#sent()).toEqual(expected);
  }

  verify(): void {
    const unexpected = this.#complaints.filter(({ about }) => !this.#broken.some((address) => matches(about, address)));
    expect(unexpected.map(({ text }) => text), "what the browser complains about").toEqual([]);
    expect(this.#sent(), "reports of failed remotes").toEqual(this.#expected);
  }

  #sent(): { remote: string; kind: string }[] {
    return this.reports.map(({ remote, kind }) => ({ remote, kind }));
  }
}

export const test = base.extend<{ watch: Watch }>({
  watch: [
    async ({ context, javaScriptEnabled }, use) => {
      const scripts = javaScriptEnabled !== false;
      const watch = new Watch(context, scripts);
      if (scripts) await readReports(context, watch);
      await use(watch);
      watch.verify();
    },
    { auto: true },
  ],
});

/** The body of a beacon is a blob, which the browser's own protocol does not show: it is read where it is sent. */
async function readReports(context: BrowserContext, watch: Watch): Promise<void> {
  await context.exposeFunction("receiveReport", (text: string) => watch.reports.push(JSON.parse(text) as Report));
  await context.addInitScript(() => {
    const send = navigator.sendBeacon.bind(navigator);
    const receive = (globalThis as unknown as { receiveReport(text: string): void }).receiveReport;
    navigator.sendBeacon = (url, data) => {
      const accepted = send(url, data);
      if (accepted && data instanceof Blob) void data.text().then(receive);
      return accepted;
    };
  });
}

function matches(text: string, address: string | RegExp): boolean {
  return typeof address === "string" ? text.includes(address) : address.test(text);
}

// ---- the shop's own terms ----

/** The place that a remote enhances. */
export function slot(page: Page, remote: Remote): Locator {
  return page.locator(`[data-remote="${remote}"]`);
}

/** Opens a page and waits until its remote works. */
export async function open(page: Page, address: string, remote: Remote = "products"): Promise<void> {
  await page.goto(address);
  await mounted(page, remote);
}

/** The loader marks a slot once its remote has mounted. */
export async function mounted(page: Page, remote: Remote = "products"): Promise<void> {
  await expect(slot(page, remote)).toHaveAttribute("data-mounted", "");
}

/** The listing's controls by the names that a shopper sees. */
export function listing(page: Page) {
  const form = page.getByRole("form", { name: "Filter products" });
  return {
    form,
    // In the header, though it belongs to the form. A search field, and a combobox once suggestions are there.
    search: page.getByLabel("Search products", { exact: true }),
    category: (name: string) => form.getByRole("checkbox", { name: new RegExp(`^${name}`) }),
    /** The values of the categories that are chosen. */
    categories: () => form.locator("[name=category]:checked").evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
    rating: (name: string) => form.getByRole("radio", { name: new RegExp(`^${name}`) }),
    from: form.getByRole("textbox", { name: "From" }),
    to: form.getByRole("textbox", { name: "To" }),
    inStock: form.getByRole("checkbox", { name: "In stock only" }),
    sort: form.getByRole("combobox", { name: "Sort by" }),
    /** On a small screen: closes the panel of filters. */
    show: form.getByRole("button", { name: /^Show [\d,]+ products?$/ }),
    apply: form.getByRole("button", { name: "Show results" }),
    clear: form.getByRole("link", { name: "Clear filters" }),
    results: page.locator(".results"),
    info: page.locator(".results-info"),
    cards: page.locator("#results .product-card"),
    names: page.locator("#results .product-card .product-name"),
    pages: page.getByRole("navigation", { name: "Pages" }),
    error: page.locator(".error-message"),
    spinner: page.locator(".loading-spinner"),
    /** Says that the list is of another version than the shop. */
    note: page.locator(".update-note"),
    suggestions: page.getByRole("listbox"),
  };
}

/** Goes to the search field and waits for what comes with the first visit to it. */
export async function visitSearch(page: Page): Promise<Locator> {
  const { search } = listing(page);
  await search.focus();
  await expect(search).toHaveRole("combobox");
  return search;
}

/** Asks the API, past the page: what the page has to agree with. */
export async function ask(page: Page, query = ""): Promise<Products> {
  const response = await page.request.get(`/api/products?${query}`);
  expect(response.ok(), `/api/products?${query}`).toBe(true);
  return (await response.json()) as Products;
}

/** Waits until the address is this path with this query. */
export async function expectAddress(page: Page, address: string): Promise<void> {
  await expect.poll(() => pathOf(page.url())).toBe(address);
}

export function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Counts full loads of a document from now on. A fetch of the same address is none. */
export function countNavigations(page: Page): () => number {
  let count = 0;
  page.on("request", (request: Request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) count += 1;
  });
  return () => count;
}

/** Requests that the listing makes for pages of itself, from now on. */
export function recordFetches(page: Page, path = "/products"): string[] {
  const fetched: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname === path && ["xhr", "fetch"].includes(request.resourceType())) fetched.push(pathOf(request.url()));
  });
  return fetched;
}

/** The page as other versions of its remotes would send it. */
export function anotherVersion(html: string): string {
  return html.replace(/data-version="[^"]*"/g, 'data-version="9.9.9"');
}

/** The version of a remote in the text of a page. */
export function versionIn(html: string, remote: Remote): string {
  return new RegExp(`data-remote="${remote}" data-version="([^"]*)"`).exec(html)?.[1] ?? "";
}

/** From now on answers to a fetch are of another version, as after a promotion; what is opened in full is of this one. */
export async function promote(page: Page, addresses: string | RegExp = "**/products?*", change = anotherVersion): Promise<void> {
  await page.route(addresses, async (route) => {
    if (route.request().isNavigationRequest()) return route.fallback();
    const response = await route.fetch();
    return route.fulfill({ response, body: change(await response.text()) });
  });
}

/** The focused element by its id or name, the text in it and where the caret stands. */
export function hands(page: Page): Promise<unknown[]> {
  return page.evaluate(() => {
    const field = document.activeElement as HTMLInputElement;
    const isText = field.tagName === "INPUT" && !/radio|checkbox/.test(field.type);
    return [field.id || field.name || field.className || field.tagName, field.value, ...(isText ? [field.selectionStart, field.selectionEnd] : [])];
  });
}

/** Something that waits until the scenario lets it go on. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}
