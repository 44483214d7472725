// Brings a part of the page to the markup that the server sent, and keeps every element that is in both.
// Elements that stay keep focus, caret, picture and what the shopper has opened; knows nothing of what they mean.
import { ADDED } from "./element.ts";

/** Attributes that belong to the shopper or to scripts, not to the server's markup. */
const OWN_ATTRIBUTES = /^(role|tabindex|open|aria-(autocomplete|expanded|controls|activedescendant|busy))$/;

/** Whether a field keeps what stands in it, whatever the server sent. */
export type KeepsValue = (field: HTMLInputElement | HTMLSelectElement) => boolean;

/** Changes what is in `current` into what is in `next`. The two elements' own attributes stay as they are. */
export function morphChildren(current: Element, next: Element, keepsValue: KeepsValue): void {
  const reusable = new Map<string, ChildNode[]>();
  for (const node of current.childNodes) {
    if (isAdded(node)) continue;
    const key = identity(node);
    const same = reusable.get(key);
    if (same) same.push(node);
    else reusable.set(key, [node]);
  }
  const pairs = [...next.childNodes].map((wanted) => [wanted, reusable.get(identity(wanted))?.shift()] as const);
  // First, so that what follows them need not be moved: an element that is moved loses the focus.
  for (const rest of reusable.values()) for (const node of rest) node.remove();
  let place = skipAdded(current.firstChild);
  // What scripts have put at the end stays there.
  let end: ChildNode | null = null;
  for (let node = current.lastChild; node && isAdded(node); node = node.previousSibling) end = node;
  for (const [wanted, node] of pairs) {
    if (!node) {
      current.insertBefore(document.importNode(wanted, true), place ?? end);
      continue;
    }
    if (node === place) place = skipAdded(place.nextSibling);
    else current.insertBefore(node, place ?? end);
    if (node instanceof Element) morph(node, wanted as Element, keepsValue);
    else if (node.nodeValue !== wanted.nodeValue) node.nodeValue = wanted.nodeValue;
  }
}

function morph(current: Element, next: Element, keepsValue: KeepsValue): void {
  syncAttributes(current, next);
  morphChildren(current, next, keepsValue);
  if ((current instanceof HTMLInputElement || current instanceof HTMLSelectElement) && !keepsValue(current)) syncValue(current, next);
}

function syncAttributes(current: Element, next: Element): void {
  for (const { name } of [...current.attributes]) {
    if (!next.hasAttribute(name) && !OWN_ATTRIBUTES.test(name)) current.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (current.getAttribute(name) !== value && !(OWN_ATTRIBUTES.test(name) && current.hasAttribute(name))) current.setAttribute(name, value);
  }
}

/** What makes two nodes the same one: an element's tag with what it is about, or the kind of any other node. */
function identity(node: Node): string {
  if (node.nodeType !== Node.ELEMENT_NODE) return String(node.nodeType);
  const element = node as HTMLElement;
  const subject = /^(LI|LABEL|FIELDSET)$/.test(element.tagName) ? (element.querySelector<HTMLElement>("input, [data-product-id]") ?? element) : element;
  const field = subject.getAttribute("name");
  // The value is what tells choices of one name apart; elsewhere it is what changes.
  const isChoice = element.tagName !== "FIELDSET" && /^(radio|checkbox)$/.test(subject.getAttribute("type") ?? "");
  const choice = isChoice ? subject.getAttribute("value") : "";
  const about = element.id || subject.id || subject.dataset["productId"] || (field === null ? element.className : `${field}=${choice}`);
  return `${element.tagName} ${about}`;
}

function syncValue(current: HTMLInputElement | HTMLSelectElement, next: Element): void {
  const { value, checked } = next as HTMLInputElement;
  if (current.value !== value) current.value = value;
  if (current instanceof HTMLInputElement && current.checked !== checked) current.checked = checked;
}

function skipAdded(node: ChildNode | null): ChildNode | null {
  while (node && isAdded(node)) node = node.nextSibling;
  return node;
}

function isAdded(node: Node): boolean {
  return node instanceof Element && node.hasAttribute(ADDED);
}
