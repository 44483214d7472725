// The dialog around the cart: heading, place for the lines, costs, ways on, messages. Reads none of its content.
import { create } from "../../shell/element.ts";

const HEADING = "cart-drawer-heading";

export class Frame {
  readonly dialog = create("dialog", "cart-drawer");
  readonly heading = create("h2", "cart-drawer-heading");
  /** Has the class of the cart page's section, whose look it shares. */
  readonly body = create("div", "cart cart-drawer-body");
  readonly costs = create("dl", "cart-costs");
  readonly way = create("div", "cart-way");
  readonly #foot = create("div", "cart-drawer-foot");
  readonly #status = create("p", "visually-hidden");
  #message: HTMLElement | undefined;
  #opener: HTMLElement | undefined;

  constructor(address: string, signal: AbortSignal) {
    const { dialog, heading, body } = this;
    Object.assign(heading, { id: HEADING, tabIndex: -1, textContent: "Your cart" });
    dialog.setAttribute("aria-labelledby", HEADING);
    this.#status.setAttribute("role", "status");
    const close = Object.assign(create("button", "button button-quiet close-btn"), { type: "button", textContent: "Close" });
    const head = create("div", "cart-drawer-head");
    head.append(heading, close);
    const view = Object.assign(create("a", "button"), { href: address, textContent: "View cart" });
    const note = Object.assign(create("p", "cart-drawer-note"), { textContent: "Delivery, tax and codes are on the cart page." });
    this.#foot.append(this.costs, note, view, this.way);
    dialog.append(head, body, this.#foot, this.#status);
    body.append(Object.assign(create("p", "cart-wait"), { textContent: "Loading the cart …" }));
    this.#foot.hidden = true;

    close.addEventListener("click", () => dialog.close());
    // The dialog fills its own box: a click on the element itself is one beside it.
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
    dialog.addEventListener("close", () => this.#opener?.focus({ preventScroll: true }));
    addEventListener("pagehide", () => dialog.close(), { signal });
    signal.addEventListener("abort", () => dialog.remove());
    document.body.append(dialog);
  }

  /** Whether the focus is nowhere: where it was has gone. */
  get isFocusLost(): boolean {
    const focused = document.activeElement;
    return focused === null || focused === document.body || focused === this.dialog || focused === this.heading;
  }

  open(opener: HTMLElement): void {
    this.#opener = opener;
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.heading.focus();
  }

  find(selector: string): HTMLElement | null {
    return this.body.querySelector<HTMLElement>(selector);
  }

  /** The cart is there. An empty one has ways on of its own. */
  settle(): void {
    this.clear();
    for (const wait of this.body.querySelectorAll(".cart-wait")) wait.remove();
    this.#foot.hidden = this.find(".cart-empty") !== null;
  }

  say(text: string): void {
    // A text that does not change is not read again; a space at its end is a change.
    this.#status.textContent = text && text === this.#status.textContent ? `${text}\u00a0` : text;
  }

  /** Shows why something failed, with a way to try again if there is one. */
  complain(text: string, retry?: () => void): void {
    this.settle();
    const message = (this.#message = create("div", "error-message"));
    message.setAttribute("role", "alert");
    message.append(Object.assign(document.createElement("p"), { textContent: text }));
    if (retry) {
      const again = Object.assign(create("button", "button button-quiet retry-btn"), { type: "button", textContent: "Try again" });
      again.addEventListener("click", () => {
        this.heading.focus();
        this.clear();
        retry();
      });
      message.append(again);
    }
    this.body.prepend(message);
    message.scrollIntoView({ block: "nearest" });
  }

  clear(): void {
    this.#message?.remove();
    this.#message = undefined;
  }
}
