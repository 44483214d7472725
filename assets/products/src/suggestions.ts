// Suggestions while the shopper types: a listbox under the search field, in the combobox pattern of ARIA 1.2.
// A file of its own, fetched with the first visit to the field; it shares no module with the rest of the remote. Fails without a word.

import { smallPicture } from "./small-picture.ts";

interface Suggestion {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  readonly price: number;
  readonly imageUrl: string;
}

const ENDPOINT = "/api/products/suggest?q=";
const LIMIT = 8;
const LEAST_LETTERS = 2;
const TYPING_PAUSE = 150;

/** Gives the field its suggestions until the signal ends them; asks at once for what was typed before. */
export function attach(slot: HTMLElement, field: HTMLInputElement, typed: boolean, signal: AbortSignal): void {
  const list = document.createElement("ul");
  list.id = "search-suggestions";
  list.className = "suggestions";
  list.hidden = true;
  // The list is the script's own: the server's markup, when it is brought up to date, passes it by.
  list.setAttribute("data-added", "");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggested products");
  field.after(list);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);

  let pause: ReturnType<typeof setTimeout> | undefined;
  let request: AbortController | undefined;
  /** What the list answers, or will. */
  let asked = "";
  /** What the list at hand answers. */
  let answered = "";
  let active = -1;

  const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[role=option]")];

  const activate = (index: number): void => {
    const all = options();
    active = index;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = all[index];
    if (!option) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const show = (shown: boolean): void => {
    activate(-1);
    list.hidden = !shown;
    field.setAttribute("aria-expanded", String(shown));
  };
  /** Ends the list and whatever would open it again. */
  const close = (): void => {
    clearTimeout(pause);
    request?.abort();
    asked = "";
    show(false);
  };

  const ask = async (): Promise<void> => {
    const text = field.value.trim();
    if (text === asked) return;
    request?.abort();
    if (text.length < LEAST_LETTERS) return close();
    asked = text;
    const mine = (request = new AbortController());
    try {
      const response = await fetch(ENDPOINT + encodeURIComponent(text), { signal: mine.signal, headers: { accept: "application/json" } });
      const found = response.ok ? ((await response.json()) as { data: Suggestion[] }).data.slice(0, LIMIT) : [];
      // The old list stands until the new one is there, and an answer to an older question is no answer.
      if (mine.signal.aborted || document.activeElement !== field) return;
      const price = priceWriter(slot);
      list.replaceChildren(...found.map((suggestion, index) => optionOf(suggestion, index, price)));
      answered = text;
      show(found.length > 0);
    } catch {
      if (!mine.signal.aborted) close();
    }
  };
  const open = (option: HTMLElement, elsewhere: boolean): void => {
    const address = `/products/${encodeURIComponent(option.dataset["productId"] ?? "")}`;
    close();
    if (elsewhere) window.open(address, "_blank", "noopener");
    else location.assign(address);
  };
  const onTyping = (): void => {
    clearTimeout(pause);
    pause = setTimeout(() => void ask(), TYPING_PAUSE);
  };

  const listen = <K extends keyof HTMLElementEventMap>(target: HTMLElement, kind: K, react: (event: HTMLElementEventMap[K]) => void): void => target.addEventListener(kind, react, { signal });
  listen(field, "input", (event) => {
    if (!(event as InputEvent).isComposing) onTyping();
  });
  listen(field, "compositionend", onTyping);
  listen(field, "blur", close);
  listen(field, "keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      // The first Escape closes the list; the next one empties the field, as search fields do.
      event.preventDefault();
      return close();
    }
    if (!/^(Arrow(Up|Down)|Enter)$/.test(event.key)) return;
    // The text may have changed since, by typing or from outside: no key chooses from a list for another text.
    if (field.value.trim() !== answered) show(false);
    const count = list.hidden ? 0 : options().length;
    if (event.key !== "Enter") {
      if (count === 0) {
        if (event.key === "ArrowDown") void ask();
        return;
      }
      event.preventDefault();
      // One stop between the last and the first: the text as it was typed.
      const stops = count + 1;
      activate(((active + 1 + (event.key === "ArrowDown" ? 1 : -1) + stops) % stops) - 1);
    } else {
      const option = options()[active];
      if (option && count > 0) {
        event.preventDefault();
        open(option, event.ctrlKey || event.metaKey);
      } else close();
    }
  });
  // Another entry of the browser's history brings another text.
  addEventListener("popstate", close, { signal });
  // The field keeps the focus, or it would close the list before the click arrives.
  listen(list, "mousedown", (event) => event.preventDefault());
  listen(list, "click", (event) => {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option) open(option, event.ctrlKey || event.metaKey);
  });
  signal.addEventListener("abort", () => {
    close();
    for (const name of Object.keys(attributes)) field.removeAttribute(name);
    list.remove();
  });

  if (typed) onTyping();
}

function optionOf({ id, name, category, price, imageUrl }: Suggestion, index: number, write: (price: number) => string): HTMLElement {
  const option = document.createElement("li");
  option.id = `suggestion-${index}`;
  option.dataset["productId"] = id;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  // A picture that the product lacks, or that does not arrive, leaves its place empty.
  const picture = imageUrl ? new Image(40, 40) : part("div", "", "");
  picture.classList.add("suggestion-picture");
  if (picture instanceof HTMLImageElement) {
    picture.alt = "";
    picture.src = smallPicture(imageUrl);
  }
  const text = part("div", "suggestion-text", "");
  text.append(part("div", "suggestion-name", name), part("div", "suggestion-category", category));
  option.append(picture, text, part("div", "suggestion-price", write(price)));
  return option;
}

function part(tag: "div", className: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/** The currency as the server last wrote it in this slot: an empty list has no price to go by. */
let sample = "";

/** Writes a price as the cards of the list do: what stands before the number and whether whole amounts have decimals. */
function priceWriter(slot: HTMLElement): (price: number) => string {
  sample = slot.querySelector(".product-price")?.textContent?.trim() || sample;
  const prefix = /^[^\d]*/.exec(sample)?.[0] ?? "";
  const decimals = /\.\d\d$/.test(sample) || sample === "";
  return (price) => {
    const digits = decimals || !Number.isInteger(price) ? 2 : 0;
    return prefix + price.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  };
}
