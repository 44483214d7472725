// The status of a form for screen readers: changes that the focus does not move to (WCAG 2.2, success criterion 4.1.3). Polite, and one for the form,
// so that a later text replaces an earlier one.
import { create } from "../../shell/element.ts";

export type Announce = (text: string) => void;

/** Adds the status to a form. It is empty until a text comes, since browsers announce changes of a region alone; it goes with `signal`. */
export function announcer(form: HTMLFormElement, signal: AbortSignal): Announce {
  const status = create("p", "visually-hidden");
  status.setAttribute("role", "status");
  form.append(status);
  signal.addEventListener("abort", () => status.remove());
  return (text) => {
    // The same text again would be no change.
    status.textContent = "";
    requestAnimationFrame(() => (status.textContent = text));
  };
}
