// Elements that scripts add to the slot. The server renders none of them, so an update of the slot leaves them alone.

/** Marks them. */
export const ADDED = "data-added";

export function create<K extends keyof HTMLElementTagNameMap>(tag: K, className: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  element.setAttribute(ADDED, "");
  return element;
}
