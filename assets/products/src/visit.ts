// Makes visits: fetches the page of a state, brings the slot to it, and keeps address, title, scroll and focus in step.
// One visit at a time, the newest wins. A page of another version is opened in full, never mixed in: see `departure.ts`.
import type { Context } from "../../shell/contract.ts";
import { Departure } from "./departure.ts";
import { ADDED, create } from "../../shell/element.ts";
import { type Fetched, fetchPage } from "../../shell/fetch-page.ts";
import { changesOf, fieldsOutside, type Values, valuesOf } from "./form.ts";
import { listingUrl } from "./listing-url.ts";
import { type KeepsValue, morphChildren } from "../../shell/morph.ts";

export interface Visit {
  /** Path and query. */
  readonly url: string;
  /**
   * What becomes of the browser's history: a new entry unless the present one is of this state already, another address for this
   * one, or nothing, since it has moved already.
   */
  readonly history: "push" | "replace" | "none";
  /** Visits of one draft share an entry: the first adds it, the others change it. */
  readonly draft?: number | undefined;
  /** Whether the form follows the address even where the shopper is typing. */
  readonly overwrites?: boolean;
  /** Whether the shopper is taken to the top of the results, as paging does. */
  readonly movesToResults?: boolean;
  /** Where to scroll to. */
  readonly scroll?: number | undefined;
  /** Whether the shopper has said that the form is complete: by Enter, or by its button. */
  readonly isSubmitted?: boolean;
}

/** Where the product page looks for the way back. */
const LAST_LISTING = "last-listing";
/** A spinner that comes at once makes a fast answer look slow. */
const SPINNER_DELAY = 200;

export class Visits {
  readonly #slot: HTMLElement;
  readonly #form: HTMLFormElement;
  readonly #results: HTMLElement;
  readonly #path: string;
  readonly #context: Context;
  readonly #announcer = create("p", "visually-hidden");
  readonly #departure: Departure;
  /** What the results show. */
  #shown = location.pathname + location.search;
  /** What is being fetched, or could not be. */
  #current: { visit: Visit; readonly request: { cancel(): void }; readonly spinner: ReturnType<typeof setTimeout>; readonly values: Values } | undefined;
  #failed: Visit | undefined;
  /** The draft whose entry is the present one. */
  #draft: number | undefined;
  /** Where each history entry was scrolled to, by the mark in its state. The browser's own memory is of another length of page. */
  readonly #scrolls = new Map<unknown, number>();
  #scroll = scrollY;
  #entry: unknown = markOf(history.state);

  constructor(slot: HTMLElement, form: HTMLFormElement, results: HTMLElement, path: string, context: Context) {
    this.#slot = slot;
    this.#form = form;
    this.#results = results;
    this.#path = path;
    this.#context = context;
    this.#announcer.setAttribute("role", "status");
    slot.append(this.#announcer);
    this.#departure = new Departure(slot, form, results, (text) => this.#say(text), context.signal);
  }

  /** Whether what the shopper has changed in the form is on its way, or waits. */
  get followsForm(): boolean {
    return this.#current ? !this.#current.visit.overwrites : this.#departure.followsForm;
  }

  /** Whether this state is shown or on its way. */
  isAt(url: string): boolean {
    return this.#failed === undefined && url === (this.#current?.visit.url ?? this.#departure.waitsFor ?? this.#departure.leavesFor ?? this.#shown);
  }

  /** Takes the shopper to the list, which stays the one at hand. */
  moveToResults(): void {
    this.#focusResults();
    this.#results.scrollIntoView({ block: "start", behavior: "instant" });
  }

  /** What is on its way, or waits, is what the shopper wants once and for all. */
  submit(): void {
    if (this.#current) this.#current.visit = { ...this.#current.visit, isSubmitted: true };
    else this.#departure.submit();
  }

  go(visit: Visit): void {
    this.#cancel();
    this.#departure.forget();
    this.#clearFailure();
    const values = valuesOf(this.#form);
    // Another page is under way already, and would come in the way of an answer: this one is opened in its stead.
    if (this.#departure.leavesFor !== undefined) return this.#open(visit, values);
    this.#slot.setAttribute("aria-busy", "true");
    this.#current = {
      visit,
      values,
      spinner: setTimeout(() => {
        // The style fades what is busy, so a fast answer leaves the results as they are.
        this.#results.setAttribute("aria-busy", "true");
        this.#results.append(spinner());
      }, SPINNER_DELAY),
      request: fetchPage(visit.url, (fetched) => this.#arrive(fetched)),
    };
  }

  /** Follows the browser to another entry of its history. */
  traverse(): void {
    const url = location.pathname + location.search;
    this.#scrolls.set(this.#entry, this.#scroll);
    this.#entry = markOf(history.state);
    if (url === this.#shown && !this.#current && !this.#failed) {
      // A link within the page changes the fragment alone, and a search goes on waiting. Whoever has come back from another entry
      // does not wait for that one.
      if (!this.#departure.followsForm) this.#departure.withdraw();
      return;
    }
    this.go({ url, history: "none", overwrites: true, scroll: this.#scrolls.get(this.#entry) });
  }

  noteScroll(): void {
    // While a visit is under way the browser may already have scrolled for the entry to come.
    if (!this.#current) this.#scroll = scrollY;
  }

  /** The page is put away: what is under way ends, and is known to be unfinished. */
  suspend(): void {
    const visit = this.#current?.visit;
    this.#cancel();
    if (visit) this.#failed = visit;
  }

  /** The page is back from the browser's cache. */
  resume(): void {
    this.remember();
    // The choices for which this page was left are those of the page that came after it.
    const waits = this.#departure.waitsFor;
    if (this.#departure.end()) this.#form.reset();
    // Adding an entry now would cut off the one that the shopper has just come back from.
    else if (waits !== undefined) this.go({ url: waits, history: "replace" });
    if (this.#failed) this.go({ ...this.#failed, history: this.#failed.history === "none" ? "none" : "replace" });
  }

  /** Leaves word for the product page. */
  remember(): void {
    try {
      sessionStorage.setItem(LAST_LISTING, this.#shown);
    } catch {
      // Storage can be switched off; the product page then leads to the whole list.
    }
  }

  end(): void {
    this.#cancel();
    this.#departure.forget();
    this.#results.removeAttribute("tabindex");
  }

  #arrive(fetched: Fetched): void {
    if (!this.#current) return;
    const { visit, values } = this.#current;
    this.#settle();
    if (fetched.kind === "failed") return this.#fail(visit);
    const slot = [...fetched.document.querySelectorAll<HTMLElement>("[data-remote]")].find((found) => found.dataset["remote"] === this.#context.remote);
    const { version, contract } = this.#context;
    const { origin, pathname, search } = new URL(fetched.url);
    const fits = slot?.dataset["version"] === version && Number(slot.dataset["contract"]) === contract;
    // The page of a brand is a list of the same shop: its form leads where this one does.
    const isListing = slot?.querySelector("#filters")?.getAttribute("action") === this.#path;
    if (!slot || !fits || !isListing || origin !== location.origin) return this.#open(visit, values);
    try {
      this.#show(visit, pathname + search, slot, fetched.document, values);
    } catch (error) {
      this.#context.report(error);
      this.#open(visit, values);
    }
  }

  #show(visit: Visit, url: string, slot: HTMLElement, page: Document, values: Values): void {
    const focused = document.activeElement;
    const hadFocus = this.#slot.contains(focused);
    const latest = valuesOf(this.#form);
    const keeps: KeepsValue = (field) => latest[field.name] !== values[field.name] || (!visit.overwrites && field === focused && field.type !== "radio" && field.type !== "checkbox");
    morphChildren(this.#slot, slot, keeps);
    for (const field of fieldsOutside(this.#slot, this.#form)) {
      const next = page.getElementById(field.id);
      if (!(next instanceof HTMLInputElement)) continue;
      field.defaultValue = next.defaultValue;
      if (!keeps(field)) field.value = next.defaultValue;
    }

    this.#departure.end();
    this.#shown = url;
    this.#enter(visit, url);
    document.title = page.title;
    this.remember();
    if (visit.movesToResults || (hadFocus && !this.#slot.contains(document.activeElement))) this.#focusResults();
    if (visit.movesToResults) this.#results.scrollIntoView({ block: "start", behavior: "instant" });
    if (visit.scroll !== undefined) scrollTo({ top: visit.scroll, behavior: "instant" });
    this.#scroll = scrollY;
    this.#announce();
  }

  /** Puts the state into the address. */
  #enter({ history: mode, draft }: Visit, url: string): void {
    const continues = draft !== undefined && draft === this.#draft;
    const adds = mode === "push" && !continues && (location.pathname !== this.#path || url !== listingUrl(this.#path, this.#parameters()));
    // A draft that has come to nothing has added no entry, so it has none to change.
    this.#draft = adds || continues || mode === "replace" ? draft : undefined;
    if (adds) {
      this.#scrolls.set(this.#entry, this.#scroll);
      this.#entry = Math.random();
      history.pushState({ listing: this.#entry }, "", url);
    } else if (url !== location.pathname + location.search) {
      history.replaceState(history.state, "", url);
    }
  }

  /** The parameters of the address that the list knows: others, such as those of a letter, make no other state. */
  #parameters(): [string, string][] {
    return [...new URLSearchParams(location.search)].filter(([name]) => name === "page" || this.#form.elements.namedItem(name) !== null);
  }

  /** The count, aloud. An error on the page is an alert and speaks for itself. */
  #announce(): void {
    const said = [".results-info", ".page-info"].map((part) => this.#results.querySelector(part)?.textContent?.trim()).filter(Boolean);
    this.#say(this.#slot.querySelector(".error-message") ? "" : said.join(". "));
  }

  #say(text: string): void {
    // A text that does not change is not read again; a space at its end is a change.
    this.#announcer.textContent = text && text === this.#announcer.textContent ? `${text}\u00a0` : text;
  }

  /** Keeps the old results and says that they are old. */
  #fail(visit: Visit): void {
    this.#failed = visit;
    const message = create("div", "error-message");
    const retry = create("button", "button button-quiet retry-btn");
    retry.type = "button";
    retry.textContent = "Try again";
    retry.onclick = () => {
      this.#focusResults();
      this.go(visit);
    };
    message.setAttribute("role", "alert");
    message.append(paragraph("The list could not be updated. It still shows what was there before."), retry);
    this.#results.prepend(message);
  }

  #clearFailure(): void {
    this.#failed = undefined;
    for (const message of this.#slot.querySelectorAll(`.error-message[${ADDED}]`)) message.remove();
  }

  /** Opens the address in full: another version answered, or no list at all. */
  #open(visit: Visit, values: Values): void {
    const { url, history: mode, draft, overwrites = false, isSubmitted, movesToResults = false, scroll } = visit;
    const replaces = mode !== "push" || (draft !== undefined && draft === this.#draft);
    const isChanged = Object.keys(changesOf(this.#form, values)).length > 0;
    this.#departure.to({ url, replaces, overwrites, values, movesToResults, scroll }, !isChanged && (overwrites || isSubmitted === true));
  }

  #focusResults(): void {
    this.#results.tabIndex = -1;
    this.#results.focus({ preventScroll: true });
  }

  #cancel(): void {
    this.#current?.request.cancel();
    this.#settle();
  }

  #settle(): void {
    clearTimeout(this.#current?.spinner);
    this.#current = undefined;
    for (const part of [this.#slot, this.#results]) part.removeAttribute("aria-busy");
    this.#results.querySelector(".loading-spinner")?.remove();
  }
}

function markOf(state: unknown): unknown {
  return (state as { listing?: unknown } | null)?.listing;
}

function spinner(): HTMLElement {
  const element = create("div", "loading-spinner");
  element.setAttribute("role", "progressbar");
  element.setAttribute("aria-label", "Loading products");
  return element;
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}
