// The purchase form: buttons that change the quantity by one, and the cart's answer in place.
// The form goes on working without any of it; the answer is the one that the server gives.

/** Word for word what the server answers; see the purchase form of the `pages` crate. */
const CART_NOT_OPEN = "The cart is not open yet. Nothing was added; please come back soon.";

/** Puts the field between two buttons. Its value stays a whole number within the field's own limits. */
export function addSteps(field: HTMLInputElement, signal: AbortSignal): void {
  const lowest = Number(field.min) || 1;
  const highest = Number(field.max) || Infinity;
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");

  const read = (): number => Math.min(highest, Math.max(lowest, Math.round(Number(field.value)) || lowest));
  const write = (value: number): void => {
    if (field.value !== String(value)) field.value = String(value);
    // The server may have refused what stood here before.
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
    // Not `disabled`: the focus would be lost on the way to the limit.
    less.setAttribute("aria-disabled", String(value <= lowest));
    more.setAttribute("aria-disabled", String(value >= highest));
  };
  const step = (by: number) => (): void => {
    const value = Math.min(highest, Math.max(lowest, read() + by));
    write(value);
    spoken.textContent = `Quantity ${value}`;
  };
  const less = button("\u2212", "Decrease quantity");
  const more = button("+", "Increase quantity");
  less.addEventListener("click", step(-1));
  more.addEventListener("click", step(1));
  field.addEventListener("change", () => write(read()), { signal });
  // Until it is left, a field may hold what is only half typed.
  field.addEventListener("input", () => field.validity.valid && field.value !== "" && write(read()), { signal });

  const hadFocus = document.activeElement === field;
  const group = document.createElement("div");
  group.className = "quantity-steps";
  field.replaceWith(group);
  group.append(less, field, more, spoken);
  if (hadFocus) field.focus({ preventScroll: true });
  write(read());
  signal.addEventListener("abort", () => group.replaceWith(field));
}

/** Answers in place, beside the button and aloud. */
export function answerPurchase(form: HTMLFormElement, note: HTMLElement, signal: AbortSignal): void {
  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      // The same text again is read again only if it was gone in between.
      note.textContent = "";
      note.classList.remove("refused");
      requestAnimationFrame(() => {
        note.textContent = CART_NOT_OPEN;
      });
    },
    { signal },
  );
}

function button(sign: string, name: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button button-quiet quantity-step";
  element.textContent = sign;
  element.setAttribute("aria-label", name);
  return element;
}
