// Entry of the remote `checkout`: the steps of the checkout and the page of an order. Each works without it; with it, a wrong field is named when it is
// left, what was typed outlives a reload, another country draws its fields in place, and a button that was pressed shows it.
import type { Context, Unmount } from "../../shell/contract.ts";
import { redraw, type Redrawing } from "./country.ts";
import { forget, keep, restore } from "./draft.ts";
import { onLeave, onType, ruled } from "./messages.ts";
import { watchSending } from "./sending.ts";

declare const CONTRACT: number;
export const contract = CONTRACT;

export function mount(slot: HTMLElement, context: Context): Unmount {
  const controller = new AbortController();
  const { signal } = controller;
  const unmount = (): void => controller.abort();
  context.signal.addEventListener("abort", unmount, { once: true });
  const form = slot.querySelector<HTMLFormElement>("form[action='/checkout/contact']");
  if (form) watchContact(form, slot, signal);
  // The next step is there, or the order: the server has what was typed.
  else if (slot.querySelector("form[action^='/checkout/']:not([action$='/authenticate']), [data-placed]")) forget();
  watchSending(slot, signal);
  return unmount;
}

function watchContact(form: HTMLFormElement, slot: HTMLElement, signal: AbortSignal): void {
  let redrawing: Redrawing | undefined;
  const draw = (): void => {
    redrawing?.cancel();
    redrawing = redraw(form, (worked) => {
      redrawing = undefined;
      slot.classList.toggle("redraws-by-button", !worked);
      keep(form);
    });
  };
  signal.addEventListener("abort", () => redrawing?.cancel());
  const countries = [...form.querySelectorAll<HTMLSelectElement>("#country, #billingCountry")];
  const drawn = countries.map(({ value }) => value);
  restore(form);
  if (countries.some(({ value }, place) => value !== drawn[place])) draw();
  const leave = afterPresses(signal);
  form.addEventListener(
    "input",
    (event) => {
      const field = ruled(event);
      if (field) onType(field);
      keep(form);
    },
    { signal },
  );
  form.addEventListener(
    "change",
    (event) => {
      const field = ruled(event);
      if (field) leave(() => onLeave(field));
      keep(form);
      if (countries.includes(event.target as HTMLSelectElement)) draw();
    },
    { signal },
  );
}

/** Waits for the end of a press: a field is left when the pointer goes down elsewhere, and a message that came then would move what is pressed. */
function afterPresses(signal: AbortSignal): (act: () => void) => void {
  let isPressed = false;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    isPressed = false;
    // After the click, which comes behind the release.
    setTimeout(() => {
      for (const act of waiting.splice(0)) act();
    });
  };
  addEventListener("pointerdown", () => (isPressed = true), { capture: true, signal });
  addEventListener("pointerup", release, { capture: true, signal });
  addEventListener("pointercancel", release, { capture: true, signal });
  return (act) => {
    if (isPressed) waiting.push(act);
    else act();
  };
}
