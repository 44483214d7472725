// Elements that scripts add to the slot. The server knows nothing of them, so bringing the slot up to date leaves them alone.

/** Marks them. */
export const ADDED = "data-added";

export function create<K extends keyof HTMLElementTagNameMap>(tag: K, className: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  element.setAttribute(ADDED, "");
  return element;
}
