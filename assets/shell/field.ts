// Fields of forms as the shopper has left them. Shared by remotes, which copy it into their modules.

/** Whether a field holds anything else than the server has sent. */
export function isEdited(field: Element): boolean {
  if (field instanceof HTMLSelectElement) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  return field instanceof HTMLInputElement && (/radio|checkbox/.test(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
}
