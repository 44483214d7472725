// What is wrong with a page's layout, measured in the page: for scenarios that look at many pages, widths and sizes of text.
// Judges boxes and lines, not looks; knows of the shop only what may lie over something else on purpose.
import type { Page } from "./fixtures.ts";

/** By how many pixels the page scrolls sideways. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.scrollingElement!.scrollWidth - document.scrollingElement!.clientWidth);
}

/** Folded filters are looked at unfolded, and texts in the font that they are to have. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate(async () => {
    document.querySelector("details")?.setAttribute("open", "");
    await document.fonts.ready;
  });
}

/** Text at a multiple of its size: as a browser's own setting does it. By script, since the page's policy refuses a style element. */
export function scaleText(page: Page, percent: number): Promise<void> {
  return page.evaluate((size) => document.documentElement.style.setProperty("font-size", `${size}%`), percent);
}

/** Everything wrong with the layout, each in a line that names the elements. */
export function faults(page: Page): Promise<string[]> {
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
      if (!visible(element) || shape.width === 0) continue;
      if (shape.right > clientWidth + 1 || shape.left < -1) found.push(`sticks out: ${name(element)}`);
      // Text in a field scrolls in it, and fields alone may hold more than they show.
      const { overflowX } = getComputedStyle(element);
      if (overflowX !== "visible" && !/^(INPUT|SELECT)$/.test(element.tagName) && element.scrollWidth > element.clientWidth + 1) found.push(`cut by ${element.scrollWidth - element.clientWidth} px: ${name(element)}`);
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
      const shapes = [...range.getClientRects()];
      for (const shape of shapes) texts.push({ node, shape });
      // What is wider than its box lies over what stands beside it.
      let box = node.parentElement!;
      while (/^(inline|contents)$/.test(getComputedStyle(box).display)) box = box.parentElement!;
      const { left, right } = box.getBoundingClientRect();
      if (shapes.some((shape) => shape.left < left - 1 || shape.right > right + 1)) found.push(`leaves its box: ${name(box)}`);
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
