// A form that was sent: its buttons look busy, and further presses do nothing. The server takes each order once in any case; this is for the shopper.
// It ends after some seconds, so that a response that never comes blocks nobody, and when the page comes back from the browser's memory.
import { create } from "../../shell/element.ts";

/** In milliseconds. */
const PATIENCE = 10_000;

export function watchSending(slot: HTMLElement, signal: AbortSignal): void {
  let ended: (() => void) | undefined;
  const end = (): void => ended?.();
  slot.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      if (ended) {
        event.preventDefault();
        return;
      }
      ended = begin(form, (event as SubmitEvent).submitter, () => (ended = undefined));
    },
    { signal },
  );
  addEventListener("pageshow", end, { signal });
  signal.addEventListener("abort", end);
}

function begin(form: HTMLFormElement, submitter: HTMLElement | null, after: () => void): () => void {
  const buttons = [...form.elements].filter((element): element is HTMLButtonElement => element instanceof HTMLButtonElement);
  const status = create("p", "visually-hidden");
  status.setAttribute("role", "status");
  form.append(status);
  // A button that is disabled would not be sent.
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  submitter?.classList.add("is-sending");
  form.setAttribute("aria-busy", "true");
  requestAnimationFrame(() => (status.textContent = "One moment, please."));
  const timer = setTimeout(() => end(), PATIENCE);
  const end = (): void => {
    clearTimeout(timer);
    for (const button of buttons) button.removeAttribute("aria-disabled");
    submitter?.classList.remove("is-sending");
    form.removeAttribute("aria-busy");
    status.remove();
    after();
  };
  return end;
}
