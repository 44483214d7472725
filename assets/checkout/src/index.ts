// Entry of the remote `checkout`: the steps of the checkout and the page of an order. Each works without it; with it, a wrong field has its message when
// it is left, typed text outlives a reload, another country draws its fields in place, and a pressed button shows that it was.
import type { Context, Unmount } from "../../shell/contract.ts";
import { announcer } from "./announce.ts";
import { redraw, type Redrawing } from "./country.ts";
import { forget, keep, recall, restore } from "./draft.ts";
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
  // The next step is there, or the order: the server has the contact.
  else if (slot.querySelector("form[action^='/checkout/']:not([action$='/authenticate']), [data-placed]")) forget();
  watchSending(slot, signal);
  return unmount;
}

function watchContact(form: HTMLFormElement, slot: HTMLElement, signal: AbortSignal): void {
  const announce = announcer(form, signal);
  let redrawing: Redrawing | undefined;
  const draw = (chosen?: HTMLSelectElement): void => {
    redrawing?.cancel();
    redrawing = redraw(form, (worked) => {
      redrawing = undefined;
      slot.classList.toggle("redraws-by-button", !worked);
      if (worked) {
        restore(form, waiting);
        waiting = {};
        if (chosen) announce(`The fields of the address have changed for ${chosen.selectedOptions[0]?.text ?? "this country"}.`);
      }
      keep(form, waiting);
    });
  };
  signal.addEventListener("abort", () => redrawing?.cancel());
  const countries = [...form.querySelectorAll<HTMLSelectElement>("#country, #billingCountry")];
  // The server's choice, by which the fields were drawn: a browser that comes back has put the shopper's own into the list by now.
  const drawn = countries.map(({ options }) => ([...options].find(({ defaultSelected }) => defaultSelected) ?? options[0])?.value);
  if (isOfServer(form)) forget();
  // A region waits for the fields of its country.
  let waiting = restore(form, recall());
  if (countries.some(({ value }, place) => value !== drawn[place])) draw();
  const leave = afterPresses(signal);
  form.addEventListener(
    "input",
    (event) => {
      const field = ruled(event);
      if (field) onType(field);
      keep(form, waiting);
    },
    { signal },
  );
  form.addEventListener(
    "change",
    (event) => {
      const field = ruled(event);
      if (field) leave(() => onLeave(field, announce));
      const chosen = countries.find((country) => country === event.target);
      if (chosen) waiting = {};
      keep(form, waiting);
      if (chosen) draw(chosen);
    },
    { signal },
  );
}

/** Whether the form holds the contact that the server has. The response to the form itself, such as one with errors, holds typed text that it lacks. */
function isOfServer(form: HTMLFormElement): boolean {
  const isResponse = new URL(form.action).pathname === location.pathname;
  return !isResponse && !!form.querySelector<HTMLInputElement>("#email")?.defaultValue;
}

/** Waits for the end of a press: a field is left when the pointer goes down elsewhere, and a message at that moment would move the pressed element. */
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
