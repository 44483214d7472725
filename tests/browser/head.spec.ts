// What search engines and previews read, as the browser parses it: titles, addresses, structured data, sitemap.
// Its exact text is a matter of the pages' own snapshots.
import { ask, expect, handleOf, open, test, type Page, type Product } from "./fixtures.ts";

interface Node {
  readonly "@type": string;
  readonly [key: string]: unknown;
}

const PAGES: [address: string, canonical: string, types: string[]][] = [
  ["/", "/", ["Organization", "WebSite"]],
  ["/products", "/products", ["BreadcrumbList", "ItemList"]],
  ["/products?inStock=true&category=Kitchen&utm_source=x", "/products?category=Kitchen&inStock=true", ["BreadcrumbList", "ItemList"]],
  ["/products?sort=name&category=Desk", "/products?category=Desk", ["BreadcrumbList", "ItemList"]],
  ["/products/cafe-press", "/products/cafe-press", ["BreadcrumbList", "Product"]],
  ["/products/brass-task-lamp?quantity=1&cart=add", "/products/brass-task-lamp", ["BreadcrumbList", "Product"]],
];

test("every page has a title, a description, an address and structured data of its own", async ({ page, baseURL }) => {
  const titles = new Set<string>();
  for (const [address, canonical, types] of PAGES) {
    await page.goto(address, { waitUntil: "domcontentloaded" });
    const title = await page.title();
    expect(title, address).toMatch(/.+ – Hollis & Wren$/);
    titles.add(title);
    await expect(page.locator('meta[name="description"]')).toHaveAttribute("content", /.{50,}/);
    await expect(page.locator('link[rel="canonical"]')).toHaveAttribute("href", baseURL + canonical);
    await expect(page.locator('meta[property="og:url"]')).toHaveAttribute("content", baseURL + canonical);
    await expect(page.locator('meta[property="og:title"]')).toHaveAttribute("content", /.+/);
    const picture = await page.locator('meta[property="og:image"]').getAttribute("content");
    expect((await page.request.get(picture!)).status(), picture!).toBe(200);
    await expect(page.locator('meta[name="robots"]')).toHaveCount(0);
    const graph = await structured(page);
    for (const type of types) expect(graph.map((node) => node["@type"]), address).toContain(type);
  }
  expect(titles.size, "titles differ").toBe(PAGES.length);
});

test("structured data of a product says what the API says", async ({ page }) => {
  for (const id of ["2", "12"]) {
    const product = ((await (await page.request.get(`/api/products/${id}`)).json()) as { data: Product }).data;
    await page.goto(`/products/${await handleOf(page, id)}`, { waitUntil: "domcontentloaded" });
    const graph = await structured(page);
    expect(graph.find((node) => node["@type"] === "Product")).toMatchObject({
      name: product.name,
      description: product.description,
      offers: { "@type": "Offer", priceCurrency: "USD", availability: `https://schema.org/${product.stock > 0 ? "InStock" : "OutOfStock"}` },
    });
    const images = [graph.find((node) => node["@type"] === "Product")!["image"]].flat();
    expect(images.length).toBe(id === "2" ? 3 : 1);
    for (const image of images) expect(image).toMatch(/\/assets\/pictures\/[a-z-]+-[A-Z2-7]{8}\.jpg$/);
    const offer = graph.find((node) => node["@type"] === "Product")!["offers"] as { price: unknown };
    expect(Number(offer.price)).toBe(product.price);
  }
});

test("the title follows the state of the list", async ({ page }) => {
  await open(page, "/products");
  await page.getByRole("checkbox", { name: /^Garden/ }).check();
  await expect(page).toHaveTitle("Garden – Hollis & Wren");
  await page.getByLabel("Search products", { exact: true }).fill("planter");
  await expect(page).toHaveTitle("“planter” in Garden – Hollis & Wren");
  await page.evaluate(() => history.back());
  await expect(page).toHaveTitle("Garden – Hollis & Wren");
});

test("search results and empty lists stay out of search engines", async ({ page }) => {
  for (const address of ["/products?search=lamp", "/products?category=Nothing"]) {
    await page.goto(address, { waitUntil: "domcontentloaded" });
    await expect(page.locator('meta[name="robots"]')).toHaveAttribute("content", /noindex/);
  }
});

test("the sitemap lists every product, and every address in it is its own canonical", async ({ page, baseURL }) => {
  const robots = await (await page.request.get("/robots.txt")).text();
  expect(robots).toContain(`Sitemap: ${baseURL}/sitemap.xml`);
  const sitemap = await (await page.request.get("/sitemap.xml")).text();
  const addresses = [...sitemap.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, address]) => address!.replaceAll("&amp;", "&"));
  for (const { id } of (await ask(page)).data) expect(addresses).toContain(`${baseURL}/products/${await handleOf(page, id)}`);
  for (const address of addresses) {
    const response = await page.request.get(address);
    expect(response.status(), address).toBe(200);
    expect((await response.text()).replaceAll("&amp;", "&")).toContain(`<link rel="canonical" href="${address}">`);
  }
});

async function structured(page: Page): Promise<Node[]> {
  const text = await page.locator('script[type="application/ld+json"]').textContent();
  const document = JSON.parse(text ?? "") as { "@context": string; "@graph": Node[] };
  expect(document["@context"]).toBe("https://schema.org");
  return document["@graph"];
}
