// Fields of quantities: a number counts as soon as it is typed or stepped to, and what is typed meanwhile stays in the field.
import { create } from "../../shell/element.ts";

/** Long enough for the next digit, in milliseconds. */
const TYPING_PAUSE = 500;

export class Quantities {
  readonly #root: HTMLElement;
  readonly #send: (form: HTMLFormElement, line: HTMLElement, quantity: number) => void;
  /** Fields that are being typed in, each with what ends the pause. */
  readonly #typed = new Map<HTMLInputElement, ReturnType<typeof setTimeout>>();

  constructor(root: HTMLElement, send: (form: HTMLFormElement, line: HTMLElement, quantity: number) => void) {
    this.#root = root;
    this.#send = send;
    root.addEventListener("input", ({ target }) => {
      if (target instanceof HTMLInputElement && target.name === "quantity") this.#wait(target);
    });
    root.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement && this.#typed.has(target) && document.activeElement !== target) this.#commit(target, true);
    });
  }

  /** Whether a field keeps what stands in it, whatever the server sent: it is being typed in, or its line has another number by now. */
  keeps(field: HTMLInputElement | HTMLSelectElement): boolean {
    return field instanceof HTMLInputElement && this.#typed.has(field);
  }

  /** Sends what waits: of one form, or of all. */
  flush(form?: HTMLFormElement): void {
    for (const field of [...this.#typed.keys()]) if (!form || field.form === form) this.#commit(field, form !== undefined);
  }

  /** Puts a number back into the field of a line, unless another one has been typed there since. */
  reset(sku: string, quantity: string): void {
    const field = this.#root.querySelector<HTMLInputElement>(`#quantity-${CSS.escape(sku)}`);
    if (field && !this.#typed.has(field)) field.value = quantity;
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
    this.#typed.set(field, setTimeout(() => this.#commit(field, false), TYPING_PAUSE));
  }

  #commit(field: HTMLInputElement, isComplete: boolean): void {
    clearTimeout(this.#typed.get(field));
    const line = field.closest<HTMLElement>(".cart-line");
    if (!line || !field.form) return void this.#typed.delete(field);
    if (!field.checkValidity()) {
      // Whoever is still typing is left alone.
      if (isComplete) field.reportValidity();
      return;
    }
    this.#typed.delete(field);
    const quantity = Number(field.value);
    if (String(quantity) !== line.dataset["quantity"]) this.#send(field.form, line, quantity);
  }
}
