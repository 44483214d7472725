// Another country has other fields: the server draws them, and their places in the page are exchanged. Whatever fails leaves the button "Update",
// which does the same with a page.

/** In milliseconds. */
const TIMEOUT = 8_000;

/** What differs by country: the fields of both addresses, and the costs. */
const PARTS = ["#country-fields", "#billingCountry-fields", ".checkout-summary"];

export interface Redrawing {
  cancel(): void;
}

/** Draws a form anew for the countries that are chosen in it. `done` is told whether that worked. */
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

/** What was typed while the answer was on its way stays: a field of the same name keeps its value. */
function exchange(form: HTMLFormElement, page: Document | null): boolean {
  const slot = form.closest("[data-remote]")!;
  const other = page?.querySelector<HTMLElement>("[data-remote]");
  if (other?.dataset["version"] !== (slot as HTMLElement).dataset["version"]) return false;
  for (const part of PARTS) {
    const [before, after] = [slot.querySelector(part), other?.querySelector(part)];
    if (!before || !after) continue;
    const active = before.contains(document.activeElement) ? document.activeElement!.id : "";
    for (const field of before.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[name]")) {
      const same = after.querySelector<HTMLInputElement | HTMLSelectElement>(`[name="${field.name}"]`);
      if (same?.tagName === "INPUT" || (same && field.value && [...(same as HTMLSelectElement).options].some(({ value }) => value === field.value))) same.value = field.value;
    }
    if (before.querySelector("details")?.open) after.querySelector("details")?.setAttribute("open", "");
    before.replaceWith(document.adoptNode(after));
    if (active) document.getElementById(active)?.focus();
  }
  return true;
}
