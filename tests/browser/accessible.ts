// axe-core on a page at rest, small and wide, light and dark: for every scenario that looks at a page.
// Judges what a machine can see, by the tags of WCAG 2.2 AA and best practice.
import AxeBuilder from "@axe-core/playwright";

import { expect, type Page } from "./fixtures.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** Wide and small, light and dark. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    if (width === 360) await page.evaluate(() => document.querySelector("details")?.setAttribute("open", ""));
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      // Names and roles are the same in both schemes; colours are not.
      await expectNoViolation(page, `${name}, ${width} px, ${colorScheme}`, colorScheme === "dark" ? { only: ["color-contrast"] } : {});
    }
  }
}

export async function expectNoViolation(page: Page, state: string, rules: { readonly only?: string[]; readonly without?: string[] } = {}): Promise<void> {
  await settled(page);
  // The shop has no frames, so the rules may run where the page does.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ["violations"] });
  if (rules.only) axe.withRules(rules.only);
  else axe.withTags(TAGS);
  if (rules.without) axe.disableRules(rules.without);
  const { violations } = await axe.analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} (${failureSummary?.split("\n").slice(1).join(";").trim()})`).join(" | ")}`);
  expect.soft(found, state).toEqual([]);
}

/**
 * Waits until nothing on the page is on its way from one look to another. Buttons and links fade when they change colour, and a
 * colour in the middle of it is no colour of the design.
 */
function settled(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    // What spins until an answer comes has no end to wait for.
    const underway = (): Animation[] => document.getAnimations().filter(({ effect, playState }) => playState === "running" && Number.isFinite(effect?.getComputedTiming().endTime));
    do {
      // A change of colour scheme reaches the styles with one of the next two frames, and one fade may start another. Their `finished` is not waited
      // for: that of a fade that another one takes over never comes.
      await frame();
      await frame();
    } while (underway().length > 0);
  });
}
