// The shopper's own colours in place of ours: every state that we show by a colour still looks like one.
// Compares an element with itself without the state, as pixels: which of its styles tells the two apart is up to the styles.
import { expect, gate, listing, open, slot, test, visitSearch, type Locator, type Page } from "./fixtures.ts";

test.use({ contextOptions: { forcedColors: "active", reducedMotion: "reduce" } });

/** That an element looks different once something about it has changed. */
async function expectSeen(element: Locator, state: string, change: (element: HTMLElement) => void): Promise<void> {
  const before = await element.screenshot({ animations: "disabled" });
  await element.evaluate(change);
  const after = await element.screenshot({ animations: "disabled" });
  expect.soft(after.equals(before), `${state} looks the same as without it`).toBe(false);
}

test("the chosen suggestion is seen", async ({ page }) => {
  await open(page, "/products");
  const search = await visitSearch(page);
  await search.pressSequentially("la");
  const { suggestions } = listing(page);
  await expect(suggestions).toBeVisible();
  await search.press("ArrowDown");
  const chosen = suggestions.getByRole("option", { selected: true });
  await expect(chosen).toHaveCount(1);
  await expectSeen(suggestions.getByRole("option").first(), "the chosen suggestion", (option) => option.setAttribute("aria-selected", "false"));
});

test("the list shows where it is and what is chosen", async ({ page }) => {
  await open(page, "/products?pageSize=2&page=2&category=Kitchen&sort=name");
  const list = listing(page);
  await expectSeen(list.pages.getByRole("link", { name: "Page 2" }), "the current page", (link) => link.removeAttribute("aria-current"));
  await expectSeen(list.sort, "the select's arrow", (select) => {
    select.style.setProperty("appearance", "none");
    select.style.setProperty("background-image", "none");
  });
  await expectSeen(list.category("Kitchen"), "the chosen category", (box) => ((box as HTMLInputElement).checked = false));
  await expectSeen(list.rating("Any"), "the chosen rating", (radio) => ((radio as HTMLInputElement).checked = false));
  await expectSeen(page.getByRole("link", { name: "Products" }).first(), "the current section", (link) => link.removeAttribute("aria-current"));
  await expectSeen(page.locator(".active-filters a").first(), "the edge of a chip", (chip) => chip.style.setProperty("border-color", "Canvas"));
  await expectSeen(list.cards.first().locator(".stars"), "how far the stars are filled", (stars) => (stars.className = "stars stars-0"));
  await page.setViewportSize({ width: 360, height: 740 });
  await expectSeen(page.locator(".filter-panel summary .count"), "the edge of the number of filters", (count) => count.style.setProperty("border-color", "Canvas"));

  await page.goto("/products?minPrice=cheap");
  await page.getByText("Filters", { exact: true }).click();
  await expectSeen(list.from, "the refused field", (field) => field.removeAttribute("aria-invalid"));
});

test("a product shows what cannot be done and whether it is here", async ({ page }) => {
  await open(page, "/products/brass-task-lamp", "product-detail");
  await expectSeen(page.locator(".cart-note"), "the edge of the note", (note) => note.style.setProperty("border-color", "Canvas"));
  await open(page, "/products/cafe-press", "product-detail");
  await expectSeen(slot(page, "product-detail").locator(".product-summary .product-availability"), "the mark of availability", (mark) => mark.closest(".product-detail")!.classList.add("out-of-stock"));
});

test("variants and pictures show which one is chosen, and which one has the focus", async ({ page }) => {
  await open(page, "/products/enamel-mug?variant=mug-moss", "product-detail");
  const form = page.getByRole("form", { name: "Variants" });
  await expectSeen(form.locator("label", { hasText: "Moss" }), "the chosen value", (label) => (label.querySelector("input")!.checked = false));
  await page.reload();
  await form.locator(":checked").focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  await expect(form.locator(":checked")).toBeFocused();
  await expectSeen(form.locator("fieldset").first(), "the focus of the chosen value", (group) => group.querySelector<HTMLElement>(":checked")!.blur());
  const shown = page.locator(".product-gallery a").nth(1);
  await expect(shown).toHaveAttribute("aria-current", "true");
  await expectSeen(shown, "the picture that is shown large", (link) => link.removeAttribute("aria-current"));
});

test("what turns is seen to turn, and what has the focus to have it", async ({ page }) => {
  const answer = gate();
  const list = listing(page);
  await open(page, "/products");
  await page.route("**/products?sort=name", async (route) => {
    await answer.passed;
    await route.continue();
  });
  await list.sort.selectOption("name");
  await expect(list.spinner).toBeVisible();
  await expectSeen(list.spinner, "the turning part of the spinner", (spinner) => (spinner.style.rotate = "90deg"));
  answer.open();
  await expect(list.spinner).toHaveCount(0);

  await list.search.focus();
  for (let stop = 0; stop < 8; stop += 1) {
    await page.keyboard.press("Tab");
    expect.soft(await ring(page), "the ring around what has the focus").toBe(true);
  }
});

/** Whether the focused element, or the card that it stands for, has an outline. */
function ring(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const focused = document.activeElement!;
    return [focused, focused.closest(".product-card")].some((element) => element !== null && getComputedStyle(element).outlineStyle !== "none" && parseFloat(getComputedStyle(element).outlineWidth) >= 2);
  });
}
