// Two remotes on one page: each mounts in its own slot, from one import map, under one policy.
// No page of the shop has these two slots, so the page is put together here from two that have one each. The cart's is on all of them.
import { expect, mounted, slot, test, type Page } from "./fixtures.ts";
import { digest } from "./replace-module.ts";

const MAP = /(<script type="importmap">)(.*?)(<\/script>)/s;
const BOOT = /(<script type="application\/json" id="boot">)(.*?)(<\/script>)/s;
const SLOT = /<section class="slot" data-remote="product-detail".*?<\/section>(?=<p class="page-address">|<\/main>)/s;

test("two remotes mount in two slots of a page", async ({ page, watch }) => {
  await join(page);
  await page.goto("/products");
  await mounted(page, "products");
  await mounted(page, "product-detail");
  await expect(slot(page, "product-detail").getByRole("button", { name: "Enlarge picture" })).toBeVisible();
  await page.getByLabel("Search products", { exact: true }).focus();
  await expect(page.getByLabel("Search products", { exact: true })).toHaveRole("combobox");
  expect(watch.reports).toEqual([]);
});

test("a remote that fails leaves the other one at work", async ({ page, watch }) => {
  watch.breaks("/remotes/product-detail/");
  await page.route("**/remotes/product-detail/**/*.js", (route) => route.abort());
  await join(page);
  await page.goto("/products");
  await mounted(page, "products");
  await watch.expectReports({ remote: "product-detail", kind: "import" });
  await expect(slot(page, "product-detail").getByRole("heading", { level: 1 })).toBeVisible();
});

/** The listing also has the slot of a product, with its styles and modules, and a policy that names the import map of both. */
async function join(page: Page): Promise<void> {
  const other = await (await page.request.get("/products/cafe-press")).text();
  await page.route("**/products", async (route) => {
    const response = await route.fetch();
    const own = await response.text();
    const [map, boot] = [MAP, BOOT].map((part) => JSON.stringify(merge(JSON.parse(part.exec(own)![2]!), JSON.parse(part.exec(other)![2]!))));
    const styles = [...other.matchAll(/<link rel="stylesheet" href="\/remotes\/[^>]*>/g)].map(([link]) => link).join("");
    const body = own
      .replace(MAP, (_, open: string, _text, close: string) => open + map + close)
      .replace(BOOT, (_, open: string, _text, close: string) => open + boot + close)
      .replace("</title>", `</title>${styles}`)
      .replace("</main>", () => `${SLOT.exec(other)![0]}</main>`);
    const headers = response.headers();
    const policy = headers["content-security-policy"]!.replace("script-src 'self'", `script-src 'self' 'sha256-${await digest("SHA-256", map!)}'`);
    await route.fulfill({ response, body, headers: { ...headers, "content-security-policy": policy } });
  });
}

type Tree = { [name: string]: Tree | string | number };

/** Both, one below the other where they have the same name. */
function merge(left: Tree, right: Tree): Tree {
  const both = Object.entries(right).map(([name, value]) => {
    const own = left[name];
    return [name, typeof own === "object" && typeof value === "object" ? merge(own, value) : value];
  });
  return { ...left, ...(Object.fromEntries(both) as Tree) };
}
