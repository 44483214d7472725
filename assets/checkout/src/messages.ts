// The message at a field: comes when a changed, filled field is left, goes as soon as the field is right. Never comes while somebody types, and never
// at an empty field. The markup is that of the server, whose messages it takes away as well, together with their links on top of the page.
import { create } from "../../shell/element.ts";
import { faultOf } from "./fault.ts";

export type Field = HTMLInputElement | HTMLSelectElement;

/** The field of an event, if it has rules. */
export function ruled(event: Event): Field | undefined {
  const field = event.target as Field;
  return field.dataset?.["missing"] || field.dataset?.["most"] ? field : undefined;
}

/** A field was left. */
export function onLeave(field: Field): void {
  if (field.value.trim()) show(field, faultOf(field));
}

/** Somebody types. */
export function onType(field: Field): void {
  if (field.getAttribute("aria-invalid") && !faultOf(field)) show(field, "");
}

function show(field: Field, text: string): void {
  const id = `${field.id}-error`;
  const shown = document.getElementById(id);
  if ((shown?.textContent ?? "") === text) return;
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
}

/** A cause is gone: so is its link, and with the last one the whole summary. */
function forget(link: Element | null): void {
  const summary = link?.closest("#problem");
  link?.closest("li")?.remove();
  if (!summary || summary.querySelector("li")) return;
  summary.remove();
  document.title = document.title.replace(/^Error: /, "");
}
