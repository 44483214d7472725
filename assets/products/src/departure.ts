// Opens a page in full, since another version answered, without taking it from under the shopper's hands.
// While a text field has the focus the page waits: for Enter, for the focus to go on, for a click elsewhere. It promises no more than
// `handover.ts` can keep: a version that does not know that file takes over neither focus nor text.
import { create } from "./element.ts";
import { handOver } from "./handover.ts";

export interface Destination {
  /** Path and query. */
  readonly url: string;
  /** Whether it takes the place of the present entry of the browser's history. */
  readonly replaces: boolean;
  /** Whether what stands in the form gives way to it. */
  readonly overwrites: boolean;
  /** Whether the shopper asked to be taken to the results. */
  readonly movesToResults: boolean;
  /** Where it was scrolled to; otherwise where this page is. */
  readonly scroll: number | undefined;
}

const NOTE = "The shop has been updated.";

export class Departure {
  readonly #slot: HTMLElement;
  readonly #results: HTMLElement;
  readonly #say: (text: string) => void;
  #waiting: Destination | undefined;
  #leaving: Destination | undefined;
  #note: HTMLElement | undefined;
  /** Between pressing and letting go: a page that left in between would swallow the click. */
  #isPressed = false;
  #followsLink = false;

  constructor(slot: HTMLElement, results: HTMLElement, say: (text: string) => void, signal: AbortSignal) {
    this.#slot = slot;
    this.#results = results;
    this.#say = say;
    slot.addEventListener("focusout", () => setTimeout(() => this.#goOn()), { signal });
    const listen = (kind: string, react: (event: Event) => void): void => addEventListener(kind, react, { signal, capture: true, passive: true });
    listen("pointerdown", (event) => (this.#isPressed = (event as PointerEvent).button === 0));
    // A menu of the browser's own may swallow the release.
    listen("keydown", () => (this.#isPressed = false));
    for (const kind of ["pointerup", "pointercancel"]) listen(kind, () => setTimeout(() => this.#release()));
    // What has been pressed may be a link: the browser is on its way there, and that is where the shopper wants to be.
    addEventListener("click", (event) => (this.#followsLink = isFollowed(event)), { signal });
    // As late as possible, so that what is typed while the new page is under way comes along.
    addEventListener("pagehide", () => this.#leaving && !this.#followsLink && handOver(this.#slot, this.#leaving), { signal });
  }

  /** The address that waits until the shopper has typed it. */
  get waitsFor(): string | undefined {
    return this.#waiting?.url;
  }

  /** Goes there, at once if the shopper does not type or has said that all is typed. */
  to(destination: Destination, isComplete: boolean): void {
    this.#waiting = destination;
    if (!isComplete && this.#isTyping()) this.#tell(destination.url);
    else this.leave();
  }

  /** Goes where it waits to go. */
  leave(): void {
    if (this.#isPressed || this.#followsLink || !this.#waiting) return;
    const { url, replaces } = (this.#leaving = this.#waiting);
    this.#waiting = undefined;
    if (replaces) location.replace(url);
    else location.assign(url);
  }

  /** Something else is asked for. A page that is under way still comes, and what is typed meanwhile goes with it. */
  forget(): void {
    this.#waiting = undefined;
    this.#followsLink = false;
  }

  /** There is no other page to go to, after all. Gives whether one was. */
  end(): boolean {
    const wasLeaving = this.#leaving !== undefined;
    this.forget();
    this.#leaving = undefined;
    this.#note?.remove();
    this.#note = undefined;
    return wasLeaving;
  }

  #release(): void {
    this.#isPressed = false;
    this.#goOn();
  }

  #goOn(): void {
    // A window that loses the focus keeps the field that has it.
    if (!this.#isTyping()) this.leave();
  }

  #isTyping(): boolean {
    const field = document.activeElement;
    return field instanceof HTMLInputElement && this.#slot.contains(field) && !/^(radio|checkbox)$/.test(field.type);
  }

  /** Results that are not of what stands in the form say so. */
  #tell(url: string): void {
    if (!this.#note) {
      this.#note = create("p", "update-note");
      this.#note.append(`${NOTE} `, create("a", ""));
      this.#note.lastElementChild!.textContent = "Show the results";
      this.#results.prepend(this.#note);
      this.#say(`${NOTE} Press Enter to see the results.`);
    }
    this.#note.lastElementChild!.setAttribute("href", url);
  }
}

/** Whether the browser opens a link here by this click. */
function isFollowed(event: MouseEvent): boolean {
  const isElsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  return !event.defaultPrevented && !isElsewhere && (event.target as Element).closest?.("a[href]") != null;
}
