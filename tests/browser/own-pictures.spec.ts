// The shop's own pictures as they arrive: the format and the width that fit, the colour before, the text when nothing comes, and the
// JPEG for those who show links. Photos are those of the awkward shop, which has one.
import { AWKWARD_ORIGIN } from "./environment.mjs";
import { expect, gate, test, visitSearch, type Locator, type Page } from "./fixtures.ts";

const LISTING = `${AWKWARD_ORIGIN}/products?search=Photographed`;
const PRODUCT = `${AWKWARD_ORIGIN}/products/photographed`;

/** The shop follows its origin of record behind its answers. */
async function photo(page: Page, address: string): Promise<Locator> {
  await expect.poll(async () => (await page.request.get(PRODUCT)).status(), { message: "the shop follows the origin with the photo" }).toBe(200);
  await page.goto(address);
  return page.locator("picture > img.product-image").first();
}

// The narrowest file that is no narrower than the box: 156 and 328 px on a phone, 290 and 603 px on a wide window.
for (const { width, listed, shown } of [
  { width: 360, listed: 160, shown: 480 },
  { width: 1280, listed: 320, shown: 640 },
]) {
  test(`a photo arrives as AVIF of the right width on a window of ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    for (const [address, expected] of [[LISTING, listed], [PRODUCT, shown]] as const) {
      const arrived = page.waitForResponse(/\/pictures\/wool-throw-weave-/);
      const image = await photo(page, address);
      const response = await arrived;
      expect(new URL(response.url()).pathname).toMatch(new RegExp(`^/assets/pictures/wool-throw-weave-[A-Z2-7]{8}/${expected}\\.avif$`));
      expect(response.headers()["content-type"]).toBe("image/avif");
      expect(response.headers()["cache-control"]).toContain("immutable");
      await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.currentSrc)).toBe(response.url());
      await image.evaluate((one: HTMLImageElement) => one.decode());
      // One fetch a picture: none in another format, none in another width.
      const fetched = await page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => name.includes("wool-throw-weave")).length);
      expect(fetched).toBe(1);
    }
  });
}

test("what pages say about the width of a picture is what the stylesheet makes of it", async ({ page }) => {
  test.slow();
  for (const [address, place] of [[LISTING, ""], [PRODUCT, ""], [`${AWKWARD_ORIGIN}/products/throw`, ".product-gallery li "]] as const) {
    await photo(page, address);
    const image = page.locator(`${place}picture > img.product-image`).first();
    for (const width of [320, 360, 480, 700, 768, 1024, 1280, 1600]) {
      await page.setViewportSize({ width, height: 800 });
      const { stated, box } = await image.evaluate((one: HTMLImageElement) => {
        const entry = one.sizes.split(", ").find((part) => !part.startsWith("(") || matchMedia(/^\([^)]*\)/.exec(part)![0]).matches)!;
        const [, number, unit] = /([\d.]+)(rem|vw)$/.exec(entry)!;
        return { stated: Number(number) * (unit === "rem" ? 16 : innerWidth / 100), box: one.getBoundingClientRect().width };
      });
      // A third too much costs a step of width now and then; too little costs sharpness.
      expect(stated / box, `${address} at ${width} px: ${stated} px for a box of ${box} px`).toBeGreaterThan(0.92);
      expect(stated / box, `${address} at ${width} px: ${stated} px for a box of ${box} px`).toBeLessThan(1.5);
    }
  }
});

test("the picture that leads a page is preloaded as it is then used", async ({ page, watch }) => {
  for (const [address, type] of [[PRODUCT, "image/avif"], ["/products/cafe-press", "image/svg+xml"], ["/", "image/svg+xml"]] as const) {
    if (address === PRODUCT) await photo(page, address);
    const response = (await page.goto(address))!;
    const link = (await response.allHeaders())["link"]!;
    expect(link).toMatch(/>; rel=preload; as=image[^<]*; fetchpriority=high$/);
    const used = await page.locator(".hero-pick img, .product-detail img").first().evaluate(async (one: HTMLImageElement) => {
      await one.decode();
      const fetched = performance.getEntriesByType("resource").filter(({ name }) => name === one.currentSrc) as PerformanceResourceTiming[];
      return { count: fetched.length, by: fetched[0]?.initiatorType, type: (await fetch(one.currentSrc)).headers.get("content-type") };
    });
    expect(used).toMatchObject({ count: 1, type });
    expect(["link", "early-hints"], `${address}: fetched by ${used.by}`).toContain(used.by);
  }
  watch.verify();
});

test("the enlarged photo is fetched in the width of the window", async ({ page }) => {
  await photo(page, PRODUCT);
  await page.getByRole("button", { name: "Enlarge picture" }).click();
  const large = page.locator("img.picture-large");
  await expect.poll(() => large.evaluate((one: HTMLImageElement) => one.currentSrc)).toMatch(/\/(960|1440)\.avif$/);
  await page.keyboard.press("Escape");
  await expect(large).toHaveCount(0);
  await expect(page.locator(".product-detail picture > img.product-image")).toBeVisible();
});

test("suggestions fetch the smallest copy", async ({ page }) => {
  await photo(page, LISTING);
  const search = await visitSearch(page);
  await search.fill("");
  const arrived = page.waitForResponse(/\/wool-throw-weave\.jpg\/small\.webp$/);
  await search.pressSequentially("photog");
  const response = await arrived;
  expect([response.status(), response.headers()["content-type"]]).toEqual([200, "image/webp"]);
  expect((await response.body()).length).toBeLessThan(16 * 1024);
});

test("the place of a picture has its colour until it is there", async ({ page }) => {
  const late = gate();
  await page.route(/\/pictures\//, async (route) => {
    await late.passed;
    await route.continue();
  });
  await page.goto("/products", { waitUntil: "domcontentloaded" });
  const first = page.locator(".product-card .product-image").first();
  await expect(first).toHaveAttribute("data-tone", /^#[0-9a-f]{6}$/);
  const [tone, shown] = await first.evaluate((one) => {
    const [, ...parts] = /^#(..)(..)(..)$/.exec(one.getAttribute("data-tone")!)!;
    return [`rgb(${parts.map((part) => Number.parseInt(part, 16)).join(", ")})`, getComputedStyle(one).backgroundColor];
  });
  expect(shown).toBe(tone);
  late.open();
  await page.waitForLoadState("load");
});

for (const scripts of [true, false]) {
  test.describe(scripts ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled: scripts });

    test("a picture that does not arrive leaves the drawing, with its text", async ({ page, watch }) => {
      watch.breaks(/\/pictures\//);
      await page.route(/\/pictures\//, (route) => route.fulfill({ status: 404 }));
      const drawing = page.waitForResponse(/\/placeholder-.*\.svg$/);
      await page.goto("/products/cafe-press");
      await drawing;
      const image = page.locator(".product-detail .product-image").first();
      await expect(image).toHaveAccessibleName(/\S/);
      const after = await image.evaluate((one: HTMLImageElement) => {
        const style = getComputedStyle(one, "::after");
        return { alt: one.alt, text: style.content, picture: style.backgroundImage, own: getComputedStyle(one).content };
      });
      expect(after.text).toBe(JSON.stringify(after.alt));
      expect(after.picture).toContain("placeholder-");
      expect(after.own, "the text is not replaced").toBe("normal");
    });
  });
}

test("readers of links get a JPEG of the size that the page says", async ({ page }) => {
  for (const address of ["/", "/products", "/products/cafe-press", PRODUCT]) {
    if (address === PRODUCT) await photo(page, address);
    else await page.goto(address);
    const meta = async (name: string) => (await page.locator(`meta[property="og:image${name}"]`).getAttribute("content"))!;
    const picture = new URL(await meta(""));
    expect(picture.origin).toBe(new URL(page.url()).origin);
    const found = await page.evaluate(async (path) => {
      const response = await fetch(path);
      const { width, height } = await createImageBitmap(await response.blob());
      return { type: response.headers.get("content-type"), width, height };
    }, picture.pathname);
    expect(found).toEqual({ type: "image/jpeg", width: Number(await meta(":width")), height: Number(await meta(":height")) });
    expect(await meta(":type")).toBe("image/jpeg");
  }
});
