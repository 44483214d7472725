// Hands the shopper's place from a page to the one that is opened in its stead: focus, caret, scroll, an open panel, and what stands in
// the form. One note in the tab's storage, taken once, by the page that it is for; README.md describes it. Without storage the new
// page begins at its top.
import type { Destination } from "./departure.ts";
import { changesOf, fillIn, isOwn, isText, type Values, valuesOf } from "./form.ts";

const KEY = "listing-handover";
/** Another number for another meaning of the note: page and page to come are of different versions. */
const FORMAT = 1;
/** In milliseconds. An older note is for a page that did not come. */
const LIFETIME = 30_000;
const RESULTS = "#results";

interface Place {
  readonly format: number;
  readonly at: number;
  readonly urls: readonly string[];
  readonly scroll: number;
  /** Finds what has the focus. */
  readonly focus?: string | undefined;
  readonly caret?: readonly [start: number | null, end: number | null] | undefined;
  readonly isOpen: boolean;
  readonly values: Values;
}

/** Leaves the place for the page of a destination, which is at one of the addresses. */
export function handOver(slot: HTMLElement, form: HTMLFormElement, destination: Destination, urls: readonly string[]): void {
  const { overwrites, movesToResults, scroll } = destination;
  const focused = isOwn(slot, form, document.activeElement) ? document.activeElement : null;
  const changes = changesOf(form, destination.values);
  const isChanged = focused !== null && ((focused as HTMLInputElement).name ?? "") in changes;
  const place: Place = {
    format: FORMAT,
    at: Date.now(),
    urls,
    scroll: scroll ?? scrollY,
    focus: movesToResults && !isChanged ? RESULTS : focused ? selectorOf(focused) : undefined,
    caret: isText(focused) ? [focused.selectionStart, focused.selectionEnd] : undefined,
    isOpen: slot.querySelector("details")?.open ?? false,
    // A link sets the form, all but the fields that were changed after it was followed.
    values: overwrites ? changes : valuesOf(form),
  };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(place));
  } catch {
    // Storage can be switched off or full.
  }
}

/** Takes the place over, as far as the shopper has not begun anew here. Gives whether there was one. */
export function takeOver(slot: HTMLElement, form: HTMLFormElement): boolean {
  const place = take();
  if (!place) return false;
  fillIn(form, place.values);
  const details = slot.querySelector("details");
  if (details && place.isOpen) details.open = true;
  if (place.focus && document.activeElement === document.body) focus(slot, place.focus, place.caret);
  if (scrollY !== 0) return true;
  if (place.focus === RESULTS) slot.querySelector(RESULTS)?.scrollIntoView({ block: "start", behavior: "instant" });
  else scrollTo({ top: place.scroll, behavior: "instant" });
  return true;
}

/** What is gone, such as a category that is not offered any more, leads to the results. */
function focus(slot: HTMLElement, selector: string, caret: Place["caret"]): void {
  const element = document.querySelector<HTMLElement>(selector) ?? slot.querySelector<HTMLElement>(RESULTS);
  if (element?.matches(RESULTS)) element.tabIndex = -1;
  element?.focus({ preventScroll: true });
  // A field of numbers has no caret that a script may set.
  if (caret && isText(element) && element.selectionStart !== null) element.setSelectionRange(...caret);
}

function take(): Place | undefined {
  try {
    const place = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Place | null;
    sessionStorage.removeItem(KEY);
    const isValid = place?.format === FORMAT && Math.abs(Date.now() - place.at) <= LIFETIME;
    return isValid && place.urls.includes(location.pathname + location.search) ? place : undefined;
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
