// The form of the filters as a set of values: read, compared, filled in.
// Knows of no field by name, since another version of the page may have other fields.
import { isEdited } from "../../shell/field.ts";

/** Values by the fields' names; several of one name, a line each. */
export type Values = Readonly<Record<string, string>>;

/** A field that would not be sent, such as a box that is not ticked, is empty. */
export function valuesOf(form: HTMLFormElement): Values {
  const data = new FormData(form);
  const names = [...form.elements].map((field) => (field as HTMLInputElement).name).filter(Boolean);
  return Object.fromEntries(names.map((name) => [name, data.getAll(name).map(String).join("\n")]));
}

/** What is in the form now and was not at that time. */
export function changesOf(form: HTMLFormElement, since: Values): Values {
  return Object.fromEntries(Object.entries(valuesOf(form)).filter(([name, value]) => (since[name] ?? "") !== value));
}

/** Fills values in, but for fields that the shopper has changed already and choices that are not offered. */
export function fillIn(form: HTMLFormElement, values: Values): void {
  // Of radio buttons two are changed by one choice, so all fields are judged before any is written.
  const edited = new Set([...form.elements].filter(isEdited).map((field) => (field as HTMLInputElement).name));
  for (const field of form.elements) {
    const value = values[(field as HTMLInputElement).name];
    if (value === undefined || edited.has((field as HTMLInputElement).name)) continue;
    if (field instanceof HTMLSelectElement) {
      if ([...field.options].some((option) => option.value === value)) field.value = value;
    } else if (field instanceof HTMLInputElement) {
      if (field.type === "radio") field.checked ||= field.value === value;
      else if (field.type === "checkbox") field.checked = value.split("\n").includes(field.value);
      else if (field.value !== value) field.value = value;
    }
  }
}

/** Whether an element is in the slot, or a field of the form that stands elsewhere in the page, as the search field in the header does. */
export function isOwn(slot: HTMLElement, form: HTMLFormElement, element: Element | null): element is HTMLElement {
  return slot.contains(element) || fieldsOutside(slot, form).some((field) => field === element);
}

/** The fields of the form that stand outside the slot. */
export function fieldsOutside(slot: HTMLElement, form: HTMLFormElement): HTMLInputElement[] {
  return [...form.elements].filter((field): field is HTMLInputElement => field instanceof HTMLInputElement && !slot.contains(field));
}

/** Whether the shopper types in it, so that text and caret are at stake. */
export function isText(element: Element | null): element is HTMLInputElement {
  return element instanceof HTMLInputElement && !/^(radio|checkbox)$/.test(element.type);
}
