// Mounts each remote of the page in its slot, under a deadline; whatever fails leaves the server's page and is reported. Loads the search
// field's suggestions with the first visit to it. Shows what is in the cart: their number in the header, and a mark on each product.
// Knows nothing of any remote but its name, version and module; at most 2 KiB (gzip), and it never throws.
import { markFailedPictures } from "./failed-pictures.ts";
import { showCart } from "./in-cart.ts";
import type { Boot, Context, FailureKind, RemoteModule, Unmount } from "./contract.ts";

/** Runtime failures that one remote may report from one page: enough to see the trouble, too few to make some. */
const RUNTIME_REPORTS = 5;
/** The endpoint refuses a report whose texts are longer. */
const TEXT_LIMIT = 200;
/** In milliseconds. A pressed button waits no longer for the script that makes it quicker. */
const USE_DEADLINE = 2000;

let boot: Boot;

markFailedPictures();
// A page that is rendered ahead may never be seen: nothing mounts, counts or reports before it is.
if ((document as { prerendering?: boolean }).prerendering) document.addEventListener("prerenderingchange", startAll, { once: true });
else startAll();

function startAll(): void {
  showCart();
  // Without boot data there is neither a module to load nor an address to report to: the server's page stays.
  try {
    boot = JSON.parse(document.getElementById("boot")!.textContent!) as Boot;
  } catch {
    return;
  }
  for (const slot of document.querySelectorAll<HTMLAnchorElement>("[data-remote]")) {
    void (slot.dataset["mount"] ? startOnUse(slot) : start(slot));
  }
  watchErrors();
  suggestOnFocus();
}

/** Suggestions cost a file of their own, which only those fetch who go to the search field. */
function suggestOnFocus(): void {
  const field = document.querySelector<HTMLInputElement>(".site-search input");
  if (!field) return;
  // A list's remote may make the text the field's default before the file is there, so the field itself cannot tell.
  let typed = field.value !== field.defaultValue;
  field.addEventListener("input", () => (typed = true));
  const load = (): void => {
    import(boot.suggestions).then(
      (module: { attach(field: HTMLInputElement, typed: boolean): void }) => module.attach(field, typed),
      // The search works without.
      () => {},
    );
  };
  if (document.activeElement === field) load();
  else field.addEventListener("focus", load, { once: true });
}

/**
 * A link that is a slot mounts with its first use: a click on it, or a form that is sent to an address below its own. On its own page, and where
 * changes of another page wait under the remote's name, it mounts at once. What is pressed meanwhile is held back and then repeated, each form
 * once, whether or not the remote came: the remote takes it, or the browser does. A page that is left before sends its forms by itself.
 */
function startOnUse(slot: HTMLAnchorElement): void {
  /** What is held back: forms, each with its button and address, and the link. */
  const held = new Map<HTMLElement, [submitter?: HTMLElement | null, action?: string | false | null]>();
  let isSettled = false;
  let started: Promise<void> | undefined;
  const begin = (): void => {
    started ||= start(slot, () => {
      isSettled = true;
      // A link comes before the forms: where the browser follows both, the last one counts, and its page is the one that the link leads to.
      if (held.delete(slot)) slot.click();
      for (const [form, [submitter]] of held) (form as HTMLFormElement).requestSubmit(submitter);
      held.clear();
    });
  };
  const hold = (event: Event): void => {
    // Only forms have a submitter, be it none.
    const { target, submitter, metaKey, ctrlKey, shiftKey } = event as SubmitEvent & MouseEvent;
    const form = submitter !== undefined && (target as HTMLFormElement);
    const action = form && (submitter?.getAttribute("formaction") ?? form.getAttribute("action"));
    if (isSettled || (form ? !(action as string | null)?.startsWith(`${slot.pathname}/`) : metaKey || ctrlKey || shiftKey)) return;
    event.preventDefault();
    held.set(form || slot, [submitter, action]);
    begin();
  };
  slot.addEventListener("click", hold);
  addEventListener("submit", hold);
  addEventListener("pagehide", () => {
    for (const [form, [submitter, action]] of held) if (action) navigator.sendBeacon(action, new URLSearchParams(new FormData(form as HTMLFormElement, submitter) as never));
    held.clear();
  });
  try {
    if (slot.pathname === location.pathname || localStorage[slot.dataset["remote"]!]) begin();
  } catch {
    // A browser that refuses storage has no changes in it.
  }
}

async function start(slot: HTMLElement, settled?: () => void): Promise<void> {
  const { remote = "", version = "", contract = "" } = slot.dataset;
  const controller = new AbortController();
  const { signal } = controller;
  let stage: FailureKind = "contract";
  let restore: (() => void) | undefined;

  const give = (kind: FailureKind, error: unknown): void => {
    if (signal.aborted) return;
    controller.abort();
    restore?.();
    send(remote, version, kind, error);
    settled?.();
  };
  const timer = setTimeout(() => give("timeout", stage), settled ? USE_DEADLINE : boot.deadline);

  try {
    const entry = boot.remotes[remote];
    expectSame("version", version, entry?.version);
    stage = "import";
    const module = (await import(entry!.module)) as RemoteModule;
    if (signal.aborted) return;
    stage = "contract";
    if (!module.mount) throw Error("no mount");
    expectSame("contract", contract, module.contract ?? contract);
    stage = "mount";
    restore = remember(slot);
    const context: Context = { remote, version, contract: +contract, signal, report: (error) => reportRuntime(remote, version, error) };
    const unmount: Unmount | void = await module.mount(slot, context);
    // Given up in the meantime: the slot is the server's again, and what the module did elsewhere is taken back.
    if (signal.aborted) return unmount?.();
    slot.dataset.mounted = "";
    settled?.();
  } catch (error) {
    give(stage, error);
  } finally {
    clearTimeout(timer);
  }
}

function expectSame(term: string, ofSlot: string, ofModule: unknown): void {
  if (`${ofModule}` !== ofSlot) throw Error(`${term} ${ofModule}, not ${ofSlot}`);
}

/**
 * Keeps a copy of the server's slot, and returns what puts it back: a module that failed half-way may have left markup
 * or listeners that do not work alone. What the shopper has entered or opened and the focus move along.
 */
function remember(slot: HTMLElement): () => void {
  // In a document of its own the copy loads no picture.
  const copy = document.implementation.createHTMLDocument("").importNode(slot, true);
  return () => {
    const focused = document.activeElement;
    const left = new Map(stateful(slot));
    slot.replaceWith(copy);
    for (const [key, element] of stateful(copy)) {
      const before = left.get(key);
      if (!before) continue;
      for (const state of ["value", "checked", "open"] as const) if (element[state] !== before[state] && element.type !== "hidden") element[state] = before[state] as never;
      if (before === focused) element.focus({ preventScroll: true });
    }
  };
}

/** A field, link or button, or what can be opened: each has some of these. */
type Stateful = HTMLInputElement & HTMLDetailsElement & HTMLAnchorElement;

/** What holds a state or the focus, by what the server names it. */
function stateful(slot: HTMLElement): [key: string, element: Stateful][] {
  return [...slot.querySelectorAll<Stateful>("input,select,button,a,details,summary,[tabindex]")].map((element) => {
    const { tagName, id, name, type, value, className } = element;
    return [[tagName, id, name, /radio|checkbox/.test(type) && value, element.getAttribute("href"), !name && className].join(), element];
  });
}

const runtimeReports: Record<string, number> = {};

function reportRuntime(remote: string, version: string, error: unknown): void {
  const count = (runtimeReports[remote] = (runtimeReports[remote] ?? 0) + 1);
  if (count <= RUNTIME_REPORTS) send(remote, version, "runtime", error);
}

/** Errors that a remote lets escape after it has mounted count as its own by the address of its files. */
function watchErrors(): void {
  const attribute = (place: string, error: unknown): void => {
    const remote = /\/remotes\/([^/]+)\//.exec(place)?.[1] ?? "";
    const version = boot.remotes[remote]?.version;
    if (version) reportRuntime(remote, version, error);
  };
  addEventListener("error", (event) => attribute(event.filename ?? "", event.message));
  addEventListener("unhandledrejection", ({ reason }) => attribute(`${reason?.stack}`, reason));
}

function send(remote: string, version: string, kind: FailureKind, error: unknown): void {
  try {
    const message = excerpt(`${(error as Error | undefined)?.message ?? error}`);
    const report = JSON.stringify({ remote, version, kind, message, page: excerpt(location.pathname) });
    navigator.sendBeacon(boot.beacon, new Blob([report], { type: "application/json" }));
  } catch {
    // A report that cannot be sent is not worth a second failure.
  }
}

/** A half of a character, left over by the cut, would not be valid JSON to every reader. */
function excerpt(text: string): string {
  return text.slice(0, TEXT_LIMIT).replace(/[\uD800-\uDFFF]/gu, "");
}
