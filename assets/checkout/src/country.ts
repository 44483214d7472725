// Another country has other fields: the server draws them, and the page exchanges their elements. After any failure the button "Update" does the same
// with a page.
import { dropLinks } from "./messages.ts";

/** In milliseconds. */
const TIMEOUT = 8_000;

/** The parts of the page that differ by country: the fields of both addresses, and the costs. */
const PARTS = ["#country-fields", "#billingCountry-fields", ".checkout-summary"];

export interface Redrawing {
  cancel(): void;
}

/** Draws a form anew for the countries that are chosen in it. `done` gets whether the fields were exchanged. */
export function redraw(form: HTMLFormElement, done: (worked: boolean) => void): Redrawing {
  const content = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  content.set("redraw", "1");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.responseType = "document";
  request.timeout = TIMEOUT;
  request.setRequestHeader("accept", "text/html");
  request.onloadend = () => done(request.status === 200 && exchange(form, request.response as Document | null));
  request.send(content);
  return {
    cancel() {
      request.onloadend = null;
      request.abort();
    },
  };
}

/** Exchanges the parts for those of another page. A field of the same name keeps its value, since shoppers type while the response is on its way. The
 * new fields have no messages, so the summary loses the links of those that had one, and of fields that the new country lacks. */
export function exchange(form: HTMLFormElement, page: Document | null): boolean {
  const slot = form.closest("[data-remote]")!;
  const other = page?.querySelector<HTMLElement>("[data-remote]");
  if (other?.dataset["version"] !== (slot as HTMLElement).dataset["version"]) return false;
  const mended = new Set<string>();
  for (const part of PARTS) {
    const [before, after] = [slot.querySelector(part), other?.querySelector(part)];
    if (!before || !after) continue;
    const active = before.contains(document.activeElement) ? document.activeElement!.id : "";
    for (const field of before.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[name]")) {
      if (field.getAttribute("aria-invalid")) mended.add(field.id);
      const same = after.querySelector<HTMLInputElement | HTMLSelectElement>(`[name="${field.name}"]`);
      if (same?.tagName === "INPUT" || (same && field.value && [...(same as HTMLSelectElement).options].some(({ value }) => value === field.value))) same.value = field.value;
    }
    if (before.querySelector("details")?.open) after.querySelector("details")?.setAttribute("open", "");
    before.replaceWith(document.adoptNode(after));
    if (active) document.getElementById(active)?.focus();
  }
  dropLinks((id) => mended.has(id) || !document.getElementById(id));
  return true;
}
