// Hands the shopper's place from a page to the one that is opened in its stead: focus, unsent text, caret, scroll, an open panel.
// One note in the tab's storage, taken once and by the address that it is for. Without storage the new page begins at its top.

import type { Destination } from "./departure.ts";

const KEY = "listing-handover";
const RESULTS = "#results";

interface Place {
  readonly url: string;
  readonly scroll: number;
  /** Finds what has the focus. */
  readonly focus?: string | undefined;
  readonly value?: string | undefined;
  readonly caret?: readonly [start: number | null, end: number | null] | undefined;
  readonly isOpen: boolean;
}

/** Leaves the place for the page at an address. */
export function handOver(slot: HTMLElement, { url, overwrites, movesToResults, scroll }: Destination): void {
  const focused = document.activeElement;
  const field = focused instanceof HTMLInputElement && slot.contains(focused) && !/^(radio|checkbox)$/.test(focused.type) ? focused : undefined;
  const place: Place = {
    url,
    scroll: scroll ?? scrollY,
    focus: movesToResults ? RESULTS : focused && slot.contains(focused) ? selectorOf(focused) : undefined,
    value: overwrites ? undefined : field?.value,
    caret: field && [field.selectionStart, field.selectionEnd],
    isOpen: slot.querySelector("details")?.open ?? false,
  };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(place));
  } catch {
    // Storage can be switched off or full.
  }
}

/** Takes the place over, unless the shopper has already gone to another one. */
export function takeOver(slot: HTMLElement): void {
  const place = take();
  if (!place || document.activeElement !== document.body) return;
  const details = slot.querySelector("details");
  if (details && place.isOpen) details.open = true;
  const element = place.focus ? slot.querySelector<HTMLElement>(place.focus) : null;
  if (element) {
    if (place.focus === RESULTS) element.tabIndex = -1;
    element.focus({ preventScroll: true });
    if (element instanceof HTMLInputElement && place.value !== undefined) {
      // What was typed on after the page was asked for is searched for as if it had been typed here.
      element.value = place.value;
      if (place.caret) element.setSelectionRange(...place.caret);
    }
  }
  if (place.focus === RESULTS) element?.scrollIntoView({ block: "start", behavior: "instant" });
  else scrollTo({ top: place.scroll, behavior: "instant" });
}

function take(): Place | undefined {
  try {
    const place = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Place | null;
    sessionStorage.removeItem(KEY);
    return place?.url === location.pathname + location.search ? place : undefined;
  } catch {
    return undefined;
  }
}

/** What the server's markup calls an element, whichever version reads it; what is gone with the choice it was for leads to the results. */
function selectorOf(element: Element): string {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const name = element.getAttribute("name");
  if (name) return `[name="${CSS.escape(name)}"][value="${CSS.escape((element as HTMLInputElement).value)}"]`;
  const known = [".clear-link", ".all-categories", ".apply-btn", "summary"].find((selector) => element.matches(selector));
  return known ?? RESULTS;
}
