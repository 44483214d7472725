// Layout from 320 to 1280 px: nothing scrolls sideways, nothing lies over anything else, everything can be hit.
// Measured, not compared with pictures: a picture differs from machine to machine by its fonts.
import { expect, listing, mounted, open, test, visitSearch, type Page } from "./fixtures.ts";

const PAGES = ["/", "/products", "/products?category=Kitchen&minPrice=10&maxPrice=80&inStock=true&search=a&pageSize=1", "/products?search=zzzz", "/products?page=9", "/products?minPrice=cheap", "/products/5", "/products/8", "/products/6?quantity=2&cart=add", "/nope"];

for (const width of [320, 360, 768, 1280]) {
  test(`every page fits ${width} px`, async ({ page, watch }) => {
    watch.breaks("/products?minPrice=cheap", "/nope");
    await page.setViewportSize({ width, height: 800 });
    for (const address of PAGES) {
      await test.step(address, async () => {
        await page.goto(address);
        if (address.startsWith("/products")) await mounted(page, address.startsWith("/products/") ? "product-detail" : "products");
        // Folded filters are looked at unfolded.
        await page.evaluate(() => document.querySelector("details")?.setAttribute("open", ""));
        await page.evaluate(() => document.fonts.ready.then(() => undefined));
        expect.soft(await faults(page), `${address} at ${width} px`).toEqual([]);
      });
    }
  });
}

test("what opens over the page fits a small screen", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const list = listing(page);
  await open(page, "/products");
  await (await visitSearch(page)).pressSequentially("la");
  await expect(list.suggestions).toBeVisible();
  const box = (await list.suggestions.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(320);
  expect(await sideways(page)).toBe(0);

  await open(page, "/products/1", "product-detail");
  await page.getByRole("button", { name: "Enlarge picture" }).click();
  const dialog = (await page.getByRole("dialog").boundingBox())!;
  expect(dialog.x).toBeGreaterThanOrEqual(0);
  expect(dialog.x + dialog.width).toBeLessThanOrEqual(320);
  await expect(page.getByRole("dialog").getByRole("button", { name: "Close" })).toBeInViewport({ ratio: 1 });
});

test("text at twice its size still fits", async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 800 });
  for (const [address, remote] of [["/products", "products"], ["/products/5", "product-detail"]] as const) {
    await open(page, address, remote);
    await page.evaluate(() => document.querySelector("details")?.setAttribute("open", ""));
    // By script and not by a style element, which the page's policy refuses.
    await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
    expect(await sideways(page), address).toBe(0);
  }
});

function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Everything wrong with the layout, each in a line that names the elements. */
function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const LEAST_TARGET = 24;
    const found: string[] = [];
    const name = (element: Element): string => `<${element.tagName.toLowerCase()} class="${element.className}"> ${(element.textContent ?? "").trim().slice(0, 30)}`;
    const visible = (element: Element): boolean =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }) && element.closest(".visually-hidden, .skip-link, dialog, [hidden]") === null;
    const overlap = (a: DOMRect, b: DOMRect, slack: number): boolean =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > slack && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > slack;

    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth - clientWidth} px too wide`);
    for (const element of document.body.querySelectorAll("*")) {
      const shape = element.getBoundingClientRect();
      if (visible(element) && shape.width > 0 && (shape.right > clientWidth + 1 || shape.left < -1)) found.push(`sticks out: ${name(element)}`);
    }

    const targets = [...document.querySelectorAll<HTMLElement>("a[href], button, input:not([type=hidden]), select, summary")].filter(visible);
    const area = (target: HTMLElement): DOMRect => {
      // A link may cover its card or its tile, and a label belongs to its field.
      const { content, position } = getComputedStyle(target, "::after");
      const covers = content !== "none" && position === "absolute" && getComputedStyle(target).position === "static";
      return (covers ? target.offsetParent! : (target.closest("label") ?? target)).getBoundingClientRect();
    };
    for (const target of targets) {
      const { width, height } = area(target);
      // A link within a sentence is as high as its line.
      const isInSentence = getComputedStyle(target).display === "inline" && target.parentElement!.textContent!.trim() !== target.textContent!.trim();
      if ((width < LEAST_TARGET || height < LEAST_TARGET) && !isInSentence) found.push(`${Math.round(width)} by ${Math.round(height)} px is hard to hit: ${name(target)}`);
    }
    const areas = targets.map(area);
    for (const [index, target] of targets.entries()) {
      for (const [offset, other] of targets.slice(index + 1).entries()) {
        // The search button stands within its field on purpose.
        if (other.closest(".site-search")) continue;
        if (overlap(areas[index]!, areas[index + 1 + offset]!, 1)) found.push(`one target over another: ${name(target)} / ${name(other)}`);
      }
    }

    const texts: { node: Node; shape: DOMRect }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.nodeValue?.trim() || !visible(node.parentElement!)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const shape of range.getClientRects()) texts.push({ node, shape });
    }
    for (const [index, text] of texts.entries()) {
      for (const other of texts.slice(index + 1)) {
        // A text that is cut after some lines has more lines than are shown.
        const cut = [text, other].some(({ node, shape }) => {
          const holder = node.parentElement!.getBoundingClientRect();
          return shape.top >= holder.bottom - 1 || shape.bottom <= holder.top + 1;
        });
        if (!cut && text.node !== other.node && overlap(text.shape, other.shape, 3)) found.push(`one text over another: “${text.node.nodeValue!.trim().slice(0, 30)}” / “${other.node.nodeValue!.trim().slice(0, 30)}”`);
      }
    }
    return [...new Set(found)];
  });
}
