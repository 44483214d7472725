// Entry of the remote `products`: turns the list's form and links into changes of the page at hand.
// Wires events to visits and decides which state comes next; how a visit is made is in `visit.ts`.
import type { Context, Unmount } from "../../shell/contract.ts";
import { ADDED } from "../../shell/element.ts";
import { isEdited } from "../../shell/field.ts";
import { fieldsOutside } from "./form.ts";
import { takeOver } from "./handover.ts";
import { listingUrl } from "./listing-url.ts";
import { type Visit, Visits } from "./visit.ts";

declare const CONTRACT: number;
export const contract = CONTRACT;

/** Long enough for the next keystroke, short enough to feel immediate. */
const TYPING_PAUSE = 200;

export function mount(slot: HTMLElement, context: Context): Unmount {
  const form = slot.querySelector<HTMLFormElement>("#filters");
  // Where it stands is the server's business: the header has it, so that it is in one place on every page.
  const search = form?.elements.namedItem("search");
  const results = slot.querySelector<HTMLElement>("#results");
  if (!form || !(search instanceof HTMLInputElement) || !results) throw new Error("the slot has no #filters, #results, or search field for them");

  const controller = new AbortController();
  const { signal } = controller;
  const path = new URL(form.action).pathname;
  const visits = new Visits(slot, form, results, path, context);
  let pause: ReturnType<typeof setTimeout> | undefined;
  /** The search being typed: all visits of one share a history entry, so that Back leaves the search and not a letter. */
  let typing = 1;
  /** The field whose choices the arrow keys walk through, and whether they have changed it. */
  let walked = "";
  let isWalking = false;

  const stopPause = (): void => {
    clearTimeout(pause);
    pause = undefined;
  };
  const visitForm = (draft?: number, isSubmitted = false, history: Visit["history"] = "push"): void => {
    stopPause();
    const url = listingUrl(path, new FormData(form));
    if (!visits.isAt(url)) visits.go({ url, history, draft, isSubmitted });
    else if (isSubmitted) visits.submit();
  };
  const onTyping = (): void => {
    clearTimeout(pause);
    pause = setTimeout(() => visitForm(typing), TYPING_PAUSE);
  };
  const onSettled = (isSubmitted = false): void => {
    visitForm(typing, isSubmitted);
    typing += 1;
  };

  const listen = <K extends keyof HTMLElementEventMap>(kind: K, react: (event: HTMLElementEventMap[K]) => void): void => {
    for (const part of [slot, ...fieldsOutside(slot, form)]) part.addEventListener(kind, react, { signal });
  };
  listen("input", (event) => {
    // An unfinished composition (Chinese, Japanese, Korean and others) is not what the shopper means yet.
    if (event.target === search && !(event as InputEvent).isComposing) onTyping();
  });
  listen("compositionend", (event) => {
    if (event.target === search) onTyping();
  });
  listen("change", (event) => {
    if (event.target === search) return onSettled();
    // Arrow keys walk through choices: the one that the shopper stops at is the choice.
    if (walked !== "" && walked === nameOf(event.target)) return void (isWalking = true);
    typing += 1;
    visitForm();
  });
  listen("keydown", (event) => {
    walked = /^(Arrow|Home$|End$|Page)/.test(event.key) && isWalkable(event.target) ? nameOf(event.target) : "";
  });
  listen("pointerdown", () => void (walked = ""));
  listen("focusout", (event) => {
    if (!isWalking || nameOf(event.relatedTarget) === nameOf(event.target)) return;
    isWalking = false;
    walked = "";
    typing += 1;
    visitForm();
  });
  listen("submit", (event) => {
    if (event.target !== form) return;
    event.preventDefault();
    isWalking = false;
    onSettled(true);
    if (event.submitter?.matches(".show-btn")) {
      const panel = event.submitter.closest("details");
      if (panel) panel.open = false;
      visits.moveToResults();
    }
    // On a touch screen the keyboard would go on covering what was asked for.
    if (document.activeElement === search && matchMedia("(pointer: coarse)").matches) search.blur();
  });
  listen("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.origin !== location.origin || link.pathname !== path || link.hash) return;
    event.preventDefault();
    if (link.closest(".pagination")) {
      if (pause !== undefined) onSettled();
      // The link turns the pages of a list that the shopper has just asked to change.
      if (visits.followsForm) return;
    }
    stopPause();
    typing += 1;
    visits.go({ url: link.pathname + link.search, history: "push", overwrites: true, movesToResults: results.contains(link) });
  });

  addEventListener(
    "popstate",
    () => {
      stopPause();
      typing += 1;
      visits.traverse();
    },
    { signal },
  );
  addEventListener("scroll", () => visits.noteScroll(), { signal, passive: true });
  // A request does not survive the back/forward cache; the page that comes back makes up for it.
  addEventListener("pagehide", () => visits.suspend(), { signal });
  addEventListener("pageshow", (event) => event.persisted && visits.resume(), { signal });

  visits.remember();
  // What was entered before this module came counts, unless the browser brought it back from an earlier visit.
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (navigation?.type === "reload" || navigation?.type === "back_forward") form.reset();
  let continues = false;
  try {
    continues = takeOver(slot, form);
  } catch (error) {
    // The list works without it.
    context.report(error);
  }
  if ([...form.elements].some(isEdited)) {
    // What was chosen while this page was under way belongs to its entry of the browser's history, and so does a text typed on.
    if (continues) visitForm(document.activeElement === search ? typing : undefined, false, "replace");
    else visitForm();
  }

  const unmount = (): void => {
    controller.abort();
    stopPause();
    visits.end();
    for (const added of slot.querySelectorAll(`[${ADDED}]`)) added.remove();
  };
  context.signal.addEventListener("abort", unmount, { once: true });
  return unmount;
}

function nameOf(target: EventTarget | null): string {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.name : "";
}

/** Whether arrow keys change what is chosen: the choices of a group, or those of a menu that is closed. */
function isWalkable(target: EventTarget | null): boolean {
  return target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type === "radio");
}
