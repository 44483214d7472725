// Fields of quantities: a number counts as soon as it is typed or stepped to, and what is typed meanwhile stays in the field. A change that was
// not made puts back the number that the shop has confirmed.
import { create } from "../../shell/element.ts";

/** Long enough for the next digit, in milliseconds. */
const TYPING_PAUSE = 500;

export interface Handlers {
  /** Sends a number. */
  send(form: HTMLFormElement, line: HTMLElement, quantity: number): void;
  /** Gives the reason why a number is not sent. */
  refuse(reason: string): void;
}

export class Quantities {
  readonly #root: HTMLElement;
  readonly #handlers: Handlers;
  /** Fields that are being typed in, each with what ends the pause. */
  readonly #typed = new Map<HTMLInputElement, ReturnType<typeof setTimeout>>();

  /** The numbers that the cart has, by SKU. */
  #confirmed = new Map<string, string>();
  /** SKUs of lines whose number is on its way, and how many such changes are. */
  readonly #sent = new Map<string, number>();

  constructor(root: HTMLElement, handlers: Handlers) {
    this.#root = root;
    this.#handlers = handlers;
    root.addEventListener("input", ({ target }) => {
      if (target instanceof HTMLInputElement && target.name === "quantity") this.#wait(target);
    });
    root.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement && this.#typed.has(target) && document.activeElement !== target) this.#commit(target);
    });
  }

  /** Whether a field keeps what stands in it, whatever the server sent: it is being typed in, or its line has another number by now. */
  keeps(field: HTMLInputElement | HTMLSelectElement): boolean {
    return field instanceof HTMLInputElement && (this.#typed.has(field) || this.isSent(skuOf(field)));
  }

  /** Whether a number of a line is on its way. */
  isSent(sku: string): boolean {
    return Boolean(this.#sent.get(sku));
  }

  /** A number of a line is on its way, or its answer is there. */
  count(sku: string, by: 1 | -1): void {
    this.#sent.set(sku, (this.#sent.get(sku) ?? 0) + by);
  }

  /** The lines are as the shop has them. */
  confirm(): void {
    const lines = [...this.#root.querySelectorAll<HTMLElement>(".cart-line")];
    this.#confirmed = new Map(lines.map(({ dataset: { sku = "", quantity = "" } }) => [sku, quantity]));
  }

  /** Sends what waits: of one form, or of all. */
  flush(form?: HTMLFormElement): void {
    for (const field of [...this.#typed.keys()]) if (!form || field.form === form) this.#commit(field);
  }

  /** Puts the confirmed number of a line back, unless another one is typed there or on its way. */
  reset(sku: string): void {
    const field = this.#root.querySelector<HTMLInputElement>(`#quantity-${CSS.escape(sku)}`);
    const quantity = this.#confirmed.get(sku);
    if (!field || quantity === undefined || this.isSent(sku)) return;
    const line = field.closest<HTMLElement>(".cart-line");
    if (line) line.dataset["quantity"] = quantity;
    if (!this.#typed.has(field)) field.value = quantity;
  }

  /** Gives each field buttons for one more and one fewer: fingers find them where a field of numbers has none. */
  equip(): void {
    for (const field of this.#root.querySelectorAll<HTMLInputElement>(".cart-quantity input[name=quantity]")) {
      if (field.previousElementSibling?.matches(".step-btn")) continue;
      const about = field.labels?.[0]?.querySelector(".visually-hidden")?.textContent?.trim() ?? "";
      field.before(this.#step(field, "−", `One fewer ${about}`, -1));
      field.after(this.#step(field, "+", `One more ${about}`, 1));
    }
  }

  #step(field: HTMLInputElement, sign: string, name: string, by: 1 | -1): HTMLElement {
    const button = Object.assign(create("button", "button button-quiet step-btn"), { type: "button", textContent: sign });
    button.setAttribute("aria-label", name);
    button.addEventListener("click", () => {
      if (by > 0) field.stepUp();
      else field.stepDown();
      this.#wait(field);
    });
    return button;
  }

  #wait(field: HTMLInputElement): void {
    clearTimeout(this.#typed.get(field));
    this.#typed.set(field, setTimeout(() => this.#commit(field, true), TYPING_PAUSE));
  }

  #commit(field: HTMLInputElement, isInUse = false): void {
    clearTimeout(this.#typed.get(field));
    const line = field.closest<HTMLElement>(".cart-line");
    if (!line || !field.form) return void this.#typed.delete(field);
    if (!field.checkValidity()) {
      // A field in use is left alone.
      if (isInUse) return;
      const reason = field.validationMessage;
      this.#typed.delete(field);
      this.reset(skuOf(field));
      return this.#handlers.refuse(reason);
    }
    this.#typed.delete(field);
    const quantity = Number(field.value);
    if (String(quantity) !== line.dataset["quantity"] || this.isSent(skuOf(field))) this.#handlers.send(field.form, line, quantity);
  }
}

function skuOf(field: Element): string {
  return field.closest<HTMLElement>(".cart-line")?.dataset["sku"] ?? "";
}
