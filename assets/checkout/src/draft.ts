// Typed text that has not reached the server: kept in this tab, so that a reload or a way back loses nothing. The draft has the form of contact and
// address alone, no payment and no consent; it goes when the server has the contact, and counts for an hour, since a computer may have several users.
import type { Field } from "./messages.ts";

const KEY = "checkout-draft";
const FORMAT = 1;
const SKIPPED = /^(hidden|submit|password)$/;

/** The consent to news is given by the shopper's own tick alone (Regulation 2016/679, article 4(11)). */
const CONSENT = "news";

/** In milliseconds. */
const OLDEST = 60 * 60 * 1000;

/** Values by the names of fields; a box by whether it is ticked. */
export type Draft = Readonly<Record<string, string | boolean>>;

/** Keeps the fields of a form, and the values that wait for a field. */
export function keep(form: HTMLFormElement, waiting: Draft): void {
  const fields = fieldsOf(form).map((field) => [field.name, isBox(field) ? field.checked : field.value] as const);
  const note = { format: FORMAT, at: Date.now(), fields: { ...waiting, ...Object.fromEntries(fields) } };
  store(() => sessionStorage.setItem(KEY, JSON.stringify(note)));
}

/** The draft of this tab; empty for none. One that no longer counts is removed. */
export function recall(): Draft {
  const draft = store(() => read(sessionStorage.getItem(KEY), Date.now()));
  if (!draft) forget();
  return draft ?? {};
}

export function forget(): void {
  store(() => sessionStorage.removeItem(KEY));
}

/** Restores a draft, but for fields whose value differs from the server's. Returns the values that found no field, or a list without them. */
export function restore(form: HTMLFormElement, draft: Draft): Draft {
  const waiting = { ...draft };
  for (const field of fieldsOf(form)) {
    const kept = draft[field.name];
    delete waiting[field.name];
    if (isBox(field)) {
      if (typeof kept === "boolean" && field.checked === field.defaultChecked) field.checked = kept;
    } else if (typeof kept === "string" && isUntouched(field)) {
      const before = field.value;
      field.value = kept;
      // A list that lacks the value has none then.
      if (field.value !== kept) {
        field.value = before;
        waiting[field.name] = kept;
      }
    }
    if (field.value) field.closest("details")?.setAttribute("open", "");
  }
  return waiting;
}

/** The fields of a note of this format that is younger than an hour. `now` is in milliseconds since 1970. */
export function read(text: string | null, now: number): Draft | undefined {
  if (!text) return undefined;
  const { format, at, fields } = JSON.parse(text) as { format?: number; at?: number; fields?: Draft };
  return format === FORMAT && now - (at ?? 0) < OLDEST && fields && typeof fields === "object" ? fields : undefined;
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return ([...form.elements] as Field[]).filter(({ name, type }) => name && name !== CONSENT && type && !SKIPPED.test(type));
}

function isBox(field: Field): field is HTMLInputElement {
  return field.type === "checkbox";
}

function isUntouched(field: Field): boolean {
  if (field instanceof HTMLInputElement) return field.value === field.defaultValue;
  return field.selectedIndex === Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
}

/** A browser that refuses storage, and a damaged note, mean no draft. */
function store<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
