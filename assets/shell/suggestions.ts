// Suggestions while the shopper types: a listbox under the header's search field, by the combobox pattern of the ARIA Authoring Practices.
// A file of its own, which the loader imports with the first visit to the field. Fails without a word: the search works without it.

import { smallPicture } from "./small-picture.ts";

interface Suggestion {
  readonly url: string;
  readonly name: string;
  readonly kind: string;
  readonly price: string;
  readonly imageUrl: string;
  readonly note?: string;
}

const ENDPOINT = "/suggestions?q=";
const LEAST_LETTERS = 2;
const TYPING_PAUSE = 150;

/** Gives the field its suggestions; asks at once for what was typed before. */
export function attach(field: HTMLInputElement, typed: boolean): void {
  const list = document.createElement("ul");
  list.id = "site-suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  // Behind the button, so that no key has to pass through the list.
  field.parentElement!.append(list);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);

  let pause: ReturnType<typeof setTimeout> | undefined;
  let request: AbortController | undefined;
  /** The text whose suggestions are shown, or under way. */
  let asked = "";
  /** The text whose suggestions are at hand. */
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
      const found = response.ok ? ((await response.json()) as { data: Suggestion[] }).data : [];
      // The old list stands until the new one is there, and an answer to an older question is no answer.
      if (mine.signal.aborted || document.activeElement !== field) return;
      list.replaceChildren(...found.map(optionOf));
      answered = text;
      show(found.length > 0);
    } catch {
      if (!mine.signal.aborted) close();
    }
  };
  const open = (option: HTMLElement, elsewhere: boolean): void => {
    const address = option.dataset["url"] ?? "/products";
    close();
    if (elsewhere) window.open(address, "_blank", "noopener");
    else location.assign(address);
  };
  const onTyping = (): void => {
    clearTimeout(pause);
    pause = setTimeout(() => void ask(), TYPING_PAUSE);
  };

  field.addEventListener("input", (event) => {
    // An unfinished composition (Chinese, Japanese, Korean and others) is not what the shopper means yet.
    if (!(event as InputEvent).isComposing) onTyping();
  });
  field.addEventListener("compositionend", onTyping);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
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
  addEventListener("popstate", close);
  // The field keeps the focus, or it would close the list before the click arrives.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option) open(option, event.ctrlKey || event.metaKey);
  });

  if (typed) onTyping();
}

function optionOf({ url, name, kind, price, imageUrl, note }: Suggestion, index: number): HTMLElement {
  const option = document.createElement("li");
  option.id = `site-suggestion-${index}`;
  option.dataset["url"] = url;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  // A picture that the product lacks, or that does not arrive, leaves its place empty.
  const picture = imageUrl ? new Image(40, 40) : part("suggestion-no-picture", "");
  picture.classList.add("suggestion-picture");
  if (picture instanceof HTMLImageElement) {
    picture.alt = "";
    picture.src = smallPicture(imageUrl);
  }
  const text = part("suggestion-text", "");
  const about = part("suggestion-kind", "");
  about.append(isolated(kind));
  if (note) about.append(" · ", Object.assign(document.createElement("strong"), { textContent: note }));
  const title = part("suggestion-name", name);
  title.dir = "auto";
  text.append(title, about);
  option.append(picture, text, part("suggestion-price", price));
  return option;
}

/** The merchant's words beside ours, whatever their direction. */
function isolated(text: string): HTMLElement {
  return Object.assign(document.createElement("bdi"), { textContent: text });
}

function part(className: string, text: string): HTMLElement {
  return Object.assign(document.createElement("div"), { className, textContent: text });
}
