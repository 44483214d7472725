// Shows a variant as soon as it is chosen: fetches the page that the form would open, brings the product to it, and puts its address in the
// place of the present one, so that Back leaves the product. Knows neither variants nor prices: the server renders every state.
import type { Context } from "../../shell/contract.ts";
import { create } from "../../shell/element.ts";
import { type Fetched, fetchPage } from "../../shell/fetch-page.ts";
import { isEdited } from "../../shell/field.ts";
import { morphChildren } from "../../shell/morph.ts";

/** In milliseconds. What fades at once makes a fast answer look slow. */
const BUSY_DELAY = 200;

/** `prepare` makes in a fetched product the changes that the remote has made in the page's own. */
export function followChoices(product: HTMLElement, context: Context, prepare: (next: HTMLElement) => void, signal: AbortSignal): void {
  const form = product.querySelector<HTMLFormElement>(".variant-picker");
  if (!form) return;
  const status = create("p", "variant-status");
  status.setAttribute("role", "status");
  status.textContent = describe(product);
  // In the place of the button, which the stylesheet hides beside it.
  form.append(status);

  let shown = location.pathname + location.search;
  let isLeaving = false;
  let request: { cancel(): void } | undefined;
  let busy: ReturnType<typeof setTimeout> | undefined;

  const settle = (): void => {
    clearTimeout(busy);
    request = undefined;
    product.removeAttribute("aria-busy");
  };
  const cancel = (): void => {
    request?.cancel();
    settle();
  };
  /** Opens a page in full, as the form does without this script: there is a way back to this one, unless the page takes its place. */
  const leave = (url: string, replaces: boolean): void => {
    isLeaving = true;
    if (replaces) location.replace(url);
    else location.assign(url);
  };
  const go = (url: string): void => {
    cancel();
    if (isLeaving) return leave(url, false);
    busy = setTimeout(() => product.setAttribute("aria-busy", "true"), BUSY_DELAY);
    request = fetchPage(url, (fetched) => arrive(fetched, url));
  };
  const choose = (): void => go(`${form.action}?${new URLSearchParams(new FormData(form) as unknown as Record<string, string>)}`);

  const arrive = (fetched: Fetched, url: string): void => {
    settle();
    if (fetched.kind === "failed") return leave(url, false);
    const slot = [...fetched.document.querySelectorAll<HTMLElement>("[data-remote]")].find((found) => found.dataset["remote"] === context.remote);
    const next = slot?.querySelector<HTMLElement>(".product-detail");
    const { origin, pathname, search } = new URL(fetched.url);
    const fits = slot?.dataset["version"] === context.version && Number(slot.dataset["contract"]) === context.contract && origin === location.origin;
    // Another version, or no such product any more.
    if (!next || !fits || next.dataset["productId"] !== product.dataset["productId"]) return leave(url, true);
    try {
      show(next, pathname + search);
    } catch (error) {
      context.report(error);
      leave(url, true);
    }
  };
  const show = (next: HTMLElement, url: string): void => {
    const missing = next.querySelector(".variant-missing");
    const said = [missing?.textContent?.trim(), describe(next)].filter(Boolean).join(" ");
    // One message, where the shopper is.
    missing?.remove();
    prepare(next);
    product.className = next.className;
    // How many are wanted does not depend on which.
    morphChildren(product, next, ({ name }) => name === "quantity");
    shown = url;
    if (url !== location.pathname + location.search) history.replaceState(history.state, "", url);
    status.classList.toggle("variant-missing", missing !== null);
    // A text that does not change is not read again; a space at its end is a change.
    status.textContent = said === status.textContent ? `${said}\u00a0` : said;
  };

  product.addEventListener("change", ({ target }) => target instanceof Element && form.contains(target) && choose(), { signal });
  product.addEventListener(
    "submit",
    (event) => {
      // The same form adds to the cart by a button with an address of its own.
      if (event.target !== form || (event as SubmitEvent).submitter?.hasAttribute("formaction")) return;
      event.preventDefault();
      choose();
    },
    { signal },
  );
  // Between entries of links within the page; choices add none.
  addEventListener("popstate", () => location.pathname + location.search !== shown && go(location.href), { signal });
  // A request does not survive the back/forward cache.
  addEventListener("pagehide", cancel, { signal });
  addEventListener(
    "pageshow",
    ({ persisted }) => {
      if (!persisted) return;
      isLeaving = false;
      form.reset();
    },
    { signal },
  );
  signal.addEventListener("abort", () => {
    cancel();
    status.remove();
  });

  // What was chosen before this module came counts.
  if ([...form.elements].some(isEdited)) choose();
}

/** `Moss, Large: €135.00, in stock`, or that no variant is chosen. */
function describe(product: HTMLElement): string {
  const values = [...product.querySelectorAll<HTMLInputElement | HTMLOptionElement>(".variant-picker :checked")].map(({ value }) => value).filter(Boolean);
  if (values.length === 0) return "Nothing chosen yet";
  const price = product.querySelector(".product-price");
  const now = [...(price?.childNodes ?? [])].filter((node) => node.nodeType === Node.TEXT_NODE).map(({ nodeValue }) => nodeValue);
  const before = price?.querySelector(".price-before")?.textContent?.trim();
  const availability = product.querySelector(".product-availability")?.textContent?.trim();
  const facts = [now.join("").trim(), before && lowered(before), availability?.toLowerCase()].filter(Boolean);
  return `${values.join(", ")}: ${facts.join(", ")}`;
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
