// Opens a page in full, since another version answered, without taking it from under the shopper's hands.
// While a text field or a menu is in use the page waits: for Enter, for the focus to go on, for a click elsewhere. It promises no more
// than `handover.ts` can keep: a version that does not know that file takes over neither focus nor text.
import { create } from "../../shell/element.ts";
import { fieldsOutside, isOwn, isText, type Values } from "./form.ts";
import { handOver } from "./handover.ts";

export interface Destination {
  /** Path and query. */
  readonly url: string;
  /** Whether it takes the place of the present entry of the browser's history. */
  readonly replaces: boolean;
  /** Whether what stands in the form gives way to it. */
  readonly overwrites: boolean;
  /** What stood in the form when it was asked for. */
  readonly values: Values;
  /** Whether the shopper asked to be taken to the results. */
  readonly movesToResults: boolean;
  /** Where it was scrolled to; otherwise where this page is. */
  readonly scroll: number | undefined;
}

/** True of an answer of another version, and of one that is no list at all. */
const NOTE = "A new page is ready.";

export class Departure {
  readonly #slot: HTMLElement;
  readonly #form: HTMLFormElement;
  readonly #results: HTMLElement;
  readonly #say: (text: string) => void;
  #waiting: Destination | undefined;
  #leaving: Destination | undefined;
  /** Every address that was gone to from here: the page of an earlier one may still come first. */
  #left: string[] = [];
  #note: HTMLElement | undefined;
  /** Between pressing and letting go: a page that left in between would swallow the click. */
  #isPressed = false;
  #followsLink = false;
  /** Whether the menu that has the focus has been chosen from: until then it may be open, which no browser tells. */
  #hasChosen = false;

  constructor(slot: HTMLElement, form: HTMLFormElement, results: HTMLElement, say: (text: string) => void, signal: AbortSignal) {
    this.#slot = slot;
    this.#form = form;
    this.#results = results;
    this.#say = say;
    for (const part of [slot, ...fieldsOutside(slot, form)]) part.addEventListener("focusout", () => setTimeout(() => this.#goOn()), { signal });
    const listen = (kind: string, react: (event: Event) => void): void => addEventListener(kind, react, { signal, capture: true, passive: true });
    listen("pointerdown", (event) => {
      this.#isPressed = (event as PointerEvent).button === 0;
      this.#hasChosen = false;
    });
    for (const kind of ["pointerup", "pointercancel"]) listen(kind, () => setTimeout(() => this.#release()));
    listen("focusin", () => (this.#hasChosen = false));
    // A menu of the browser's own may swallow the release.
    listen("change", ({ target }) => target instanceof HTMLSelectElement && this.#beginAnew(true));
    // Whoever goes on here is not on the way to the page of a link: its load was stopped, or it was no page.
    listen("keydown", () => this.#beginAnew(false));
    listen("popstate", () => this.#beginAnew(this.#hasChosen));
    // What has been pressed may be a link: the browser is on its way there, and that is where the shopper wants to be.
    addEventListener("click", (event) => (this.#followsLink = isFollowed(event)), { signal });
    // As late as possible, so that what is typed while the new page is under way comes along.
    addEventListener("pagehide", () => this.#leaving && !this.#followsLink && handOver(slot, form, this.#leaving, this.#left), { signal });
  }

  /** The address that waits until the shopper has typed it. */
  get waitsFor(): string | undefined {
    return this.#waiting?.url;
  }

  /** The address of the page that is under way. */
  get leavesFor(): string | undefined {
    return this.#leaving?.url;
  }

  /** Whether what the shopper has changed in the form waits, or is under way. */
  get followsForm(): boolean {
    return (this.#waiting ?? this.#leaving)?.overwrites === false;
  }

  /** Goes there, at once if no field is in use or the shopper has said that all is typed. */
  to(destination: Destination, isComplete: boolean): void {
    this.#waiting = destination;
    if (!isComplete && this.#isBusy()) this.#tell(destination.url);
    else this.#leave();
  }

  /** Goes where it waits to go, or again where it has been going. */
  submit(): void {
    this.#waiting ??= this.#leaving;
    this.#leave();
  }

  /** Something else is asked for. A page that is under way still comes, and what is chosen meanwhile goes with it. */
  forget(): void {
    this.#waiting = undefined;
  }

  /** Nothing waits any more, and nothing is said of it. */
  withdraw(): void {
    this.forget();
    this.#note?.remove();
    this.#note = undefined;
  }

  /** There is no other page to go to, after all. Gives whether one was. */
  end(): boolean {
    const wasLeaving = this.#leaving !== undefined;
    this.withdraw();
    this.#leaving = undefined;
    this.#left = [];
    this.#followsLink = false;
    return wasLeaving;
  }

  #leave(): void {
    if (this.#isPressed || this.#followsLink || !this.#waiting) return;
    const { url, replaces } = (this.#leaving = this.#waiting);
    this.#waiting = undefined;
    this.#left.push(url);
    if (replaces) location.replace(url);
    else location.assign(url);
  }

  #beginAnew(hasChosen: boolean): void {
    this.#isPressed = this.#followsLink = false;
    this.#hasChosen = hasChosen;
  }

  #release(): void {
    this.#isPressed = false;
    this.#goOn();
  }

  #goOn(): void {
    // A window that loses the focus keeps the field that has it.
    if (!this.#isBusy()) this.#leave();
  }

  #isBusy(): boolean {
    const field = document.activeElement;
    return isOwn(this.#slot, this.#form, field) && (field instanceof HTMLSelectElement ? !this.#hasChosen : isText(field));
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

/** Whether the browser opens another page in place of this one by this click. */
function isFollowed(event: MouseEvent): boolean {
  const isElsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  const link = (event.target as Element).closest?.<HTMLAnchorElement>("a[href]");
  if (!link || event.defaultPrevented || isElsewhere) return false;
  const isWithin = link.hash !== "" && link.href.split("#")[0] === location.href.split("#")[0];
  return !isWithin && !link.hasAttribute("download") && /^(_self)?$/.test(link.target);
}
