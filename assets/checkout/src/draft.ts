// What was typed and has not reached the server: kept in this tab, so that a reload or a way back loses nothing. Only the form of contact and address is
// kept, never a payment; it goes when the next step or the order is there, since the server has it then.
import type { Field } from "./messages.ts";

const KEY = "checkout-draft";
const FORMAT = 1;
const SKIPPED = /^(hidden|submit|password)$/;

type Draft = Readonly<Record<string, string | boolean>>;

/** The fields of a form by name; a box by whether it is ticked. */
export function draftOf(form: HTMLFormElement): Draft {
  const fields = fieldsOf(form).map((field) => [field.name, isBox(field) ? field.checked : field.value] as const);
  return Object.fromEntries(fields);
}

export function keep(form: HTMLFormElement): void {
  store(() => sessionStorage.setItem(KEY, JSON.stringify({ format: FORMAT, fields: draftOf(form) })));
}

export function forget(): void {
  store(() => sessionStorage.removeItem(KEY));
}

/** Puts back what was typed, but for fields that hold something else than the server sent. */
export function restore(form: HTMLFormElement): void {
  const draft = store(() => read(sessionStorage.getItem(KEY)));
  if (!draft) return;
  for (const field of fieldsOf(form)) {
    const kept = draft[field.name];
    if (isBox(field)) {
      if (typeof kept === "boolean" && field.checked === field.defaultChecked) field.checked = kept;
    } else if (typeof kept === "string" && isUntouched(field)) {
      const before = field.value;
      field.value = kept;
      // A list that lacks the value has none then.
      if (field.value !== kept) field.value = before;
    }
    if (field.value) field.closest("details")?.setAttribute("open", "");
  }
}

/** The fields of a note, if it is one of this format. */
export function read(text: string | null): Draft | undefined {
  if (!text) return undefined;
  const { format, fields } = JSON.parse(text) as { format?: number; fields?: Draft };
  return format === FORMAT && fields && typeof fields === "object" ? fields : undefined;
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return ([...form.elements] as Field[]).filter(({ name, type }) => name && type && !SKIPPED.test(type));
}

function isBox(field: Field): field is HTMLInputElement {
  return field.type === "checkbox";
}

function isUntouched(field: Field): boolean {
  if (field instanceof HTMLInputElement) return field.value === field.defaultValue;
  return field.selectedIndex === Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
}

/** Whoever refuses storage, or has a damaged note in it, does without. */
function store<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
