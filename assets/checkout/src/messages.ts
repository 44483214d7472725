// The message at a field: appears, and is announced, when a changed, filled field is left; goes as soon as the field is right. None appears while
// somebody types, nor at an empty field. The markup is the server's, whose messages go in the same way, together with their links on top of the page.
import { create } from "../../shell/element.ts";
import type { Announce } from "./announce.ts";
import { faultOf } from "./fault.ts";

export type Field = HTMLInputElement | HTMLSelectElement;

/** The field of an event, if it has rules. */
export function ruled(event: Event): Field | undefined {
  const field = event.target as Field;
  return field.dataset?.["missing"] || field.dataset?.["most"] ? field : undefined;
}

/** A field was left. The announcement names the field, since the focus is at another one by then. */
export function onLeave(field: Field, announce: Announce): void {
  if (!field.value.trim()) return;
  const text = faultOf(field);
  if (show(field, text) && text) announce(`${labelOf(field)}: ${text}`);
}

/** Somebody types. */
export function onType(field: Field): void {
  if (field.getAttribute("aria-invalid") && !faultOf(field)) show(field, "");
}

/** Removes the links of fields from the summary on top of the page. */
export function dropLinks(isMended: (id: string) => boolean): void {
  for (const link of document.querySelectorAll("#problem a[href]")) {
    if (isMended((link.getAttribute("href") ?? "").slice(1))) forget(link);
  }
}

/** The first text of a label, without the sign of required fields. */
function labelOf(field: Field): string {
  return field.labels?.[0]?.firstChild?.textContent?.trim() ?? "";
}

/** Returns whether the message differs from the one before. */
function show(field: Field, text: string): boolean {
  const id = `${field.id}-error`;
  const shown = document.getElementById(id);
  if ((shown?.textContent ?? "") === text) return false;
  const link = document.querySelector(`#problem a[href="#${field.id}"]`);
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((other) => other && other !== id);
  if (text) {
    const message = shown ?? create("p", "field-fault");
    message.id = id;
    message.textContent = text;
    // Under the label and its hint, as the server writes it. The field of a country stands beside a button.
    if (!shown) (field.closest(".field-with-button") ?? field).before(message);
    if (link) link.textContent = text;
    field.setAttribute("aria-invalid", "true");
    described.unshift(id);
  } else {
    shown?.remove();
    field.removeAttribute("aria-invalid");
    forget(link);
  }
  if (described.length) field.setAttribute("aria-describedby", described.join(" "));
  else field.removeAttribute("aria-describedby");
  return true;
}

/** A cause is gone: so is its link, and with the last one the whole summary. */
function forget(link: Element | null): void {
  const summary = link?.closest("#problem");
  link?.closest("li")?.remove();
  if (!summary || summary.querySelector("li")) return;
  summary.remove();
  document.title = document.title.replace(/^Error: /, "");
}
