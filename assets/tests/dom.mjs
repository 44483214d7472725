// The part of a document that the remote `checkout` uses, for tests of its entry in Node. Selectors are tags, ids, classes and attributes with the
// combinators descendant and comma; no styles, no layout, no events but those that a test dispatches.

const PART = /^([a-z0-9]+)|#([\w-]+)|\.([\w-]+)|\[([\w-]+)(?:(\^|\$)?=['"]([^'"]*)['"])?\]|:not\(([^)]*)\)/;

class Node extends EventTarget {
  attributes = new Map();
  childNodes = [];
  parent = null;
  #value;

  constructor(tag, attributes = {}, ...children) {
    super();
    this.tagName = tag.toUpperCase();
    for (const [name, value] of Object.entries(attributes)) if (value !== undefined) this.setAttribute(name, value);
    this.append(...children);
  }

  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }
  removeAttribute(name) {
    this.attributes.delete(name);
  }

  get id() {
    return this.getAttribute("id") ?? "";
  }
  set id(value) {
    this.setAttribute("id", value);
  }
  get className() {
    return this.getAttribute("class") ?? "";
  }
  set className(value) {
    this.setAttribute("class", value);
  }
  get classList() {
    const names = () => this.className.split(" ").filter(Boolean);
    return {
      contains: (name) => names().includes(name),
      toggle: (name, has) => (this.className = [...names().filter((other) => other !== name), ...(has ? [name] : [])].join(" ")),
    };
  }
  get dataset() {
    const dashed = (name) => `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return new Proxy({}, { get: (_, name) => this.attributes.get(dashed(name)) });
  }

  get firstChild() {
    return this.childNodes[0];
  }
  get textContent() {
    return this.childNodes.map((child) => (typeof child === "string" ? child : child.textContent)).join("");
  }
  set textContent(text) {
    this.childNodes = text ? [new Text(text)] : [];
  }
  get text() {
    return this.textContent;
  }
  append(...children) {
    for (const child of children) this.#insert(child, this.childNodes.length);
  }
  before(sibling) {
    this.parent.#insert(sibling, this.parent.childNodes.indexOf(this));
  }
  replaceWith(other) {
    this.before(other);
    this.remove();
  }
  remove() {
    if (this.parent) this.parent.childNodes = this.parent.childNodes.filter((child) => child !== this);
    this.parent = null;
  }
  #insert(child, place) {
    const node = typeof child === "string" ? new Text(child) : child;
    node.remove?.();
    this.childNodes.splice(place, 0, node);
    node.parent = this;
  }

  *descendants() {
    for (const child of this.childNodes) {
      if (!(child instanceof Node)) continue;
      yield child;
      yield* child.descendants();
    }
  }
  contains(other) {
    return other === this || [...this.descendants()].includes(other);
  }
  querySelectorAll(selector) {
    return [...this.descendants()].filter((node) => node.matches(selector));
  }
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }
  getElementById(id) {
    return [...this.descendants()].find((node) => node.id === id) ?? null;
  }
  closest(selector) {
    if (this.matches(selector)) return this;
    return this.parent?.closest(selector) ?? null;
  }
  matches(selector) {
    return selector.split(", ").some((one) => {
      const steps = one.split(" ");
      if (!this.#fits(steps.pop())) return false;
      let above = this.parent;
      for (const step of steps.reverse()) {
        while (above && !above.#fits(step)) above = above.parent;
        if (!above) return false;
        above = above.parent;
      }
      return true;
    });
  }
  #fits(compound) {
    for (let rest = compound; rest; ) {
      const part = PART.exec(rest);
      if (!part) throw new Error(`this document knows no selector \`${compound}\``);
      const [all, tag, id, name, attribute, operator, value, not] = part;
      const held = attribute && this.getAttribute(attribute);
      if (tag && this.tagName !== tag.toUpperCase()) return false;
      if (id && this.id !== id) return false;
      if (name && !this.classList.contains(name)) return false;
      if (attribute && held === null) return false;
      if (value !== undefined && !(operator === "^" ? held.startsWith(value) : operator === "$" ? held.endsWith(value) : held === value)) return false;
      if (not && this.#fits(not)) return false;
      rest = rest.slice(all.length);
    }
    return true;
  }

  // Of fields and forms.
  get name() {
    return this.getAttribute("name") ?? "";
  }
  get type() {
    return this.tagName === "SELECT" ? "select-one" : (this.getAttribute("type") ?? "");
  }
  get required() {
    return this.attributes.has("required");
  }
  get pattern() {
    return this.getAttribute("pattern") ?? "";
  }
  get action() {
    return new URL(this.getAttribute("action"), globalThis.location.href).href;
  }
  get elements() {
    return this.querySelectorAll("input, select");
  }
  get labels() {
    let root = this;
    while (root.parent) root = root.parent;
    return root.querySelectorAll(`label[for="${this.id}"]`);
  }
  get open() {
    return this.attributes.has("open");
  }
  get defaultValue() {
    return this.getAttribute("value") ?? "";
  }
  get value() {
    return this.#value ?? (this.tagName === "SELECT" ? (this.selectedOptions[0]?.defaultValue ?? "") : this.defaultValue);
  }
  set value(value) {
    this.#value = this.tagName !== "SELECT" || this.options.some((option) => option.defaultValue === value) ? value : "";
  }
  get options() {
    return this.querySelectorAll("option");
  }
  get defaultSelected() {
    return this.attributes.has("selected");
  }
  get selectedIndex() {
    if (this.#value !== undefined) return this.options.findIndex((option) => option.defaultValue === this.#value);
    return Math.max(0, this.options.findIndex((option) => option.defaultSelected));
  }
  get selectedOptions() {
    return this.options.slice(this.selectedIndex, this.selectedIndex + 1);
  }
  get defaultChecked() {
    return this.attributes.has("checked");
  }
  get checked() {
    return this.#value ?? this.defaultChecked;
  }
  set checked(is) {
    this.#value = is;
  }
  focus() {}
}

class Text {
  constructor(text) {
    this.textContent = text;
  }
}

class Input extends Node {}
class Select extends Node {}

/** An element: `h("p", { id: "a" }, "text", h("b"))`. */
export function h(tag, attributes, ...children) {
  const kind = { input: Input, select: Select }[tag] ?? Node;
  return new kind(tag, attributes, ...children);
}

/**
 * Makes a page the document of this process, at an address of the shop. `answer` is the response to every request; `kept` is the storage of the tab.
 */
export function openPage(page, { path = "/checkout", title = "", answer, kept = new Map() } = {}) {
  const document = h("html", {}, page);
  document.title = title;
  document.createElement = (tag) => h(tag);
  document.adoptNode = (node) => node;
  document.activeElement = null;
  const requests = [];
  const location = new URL(path, "https://shop.example");
  const parts = {
    document,
    location,
    requests,
    HTMLInputElement: Input,
    HTMLButtonElement: class {},
    FormData: class {
      *[Symbol.iterator]() {}
    },
    requestAnimationFrame: (act) => act(),
    addEventListener() {},
    sessionStorage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, text) => kept.set(key, text),
      removeItem: (key) => kept.delete(key),
    },
    XMLHttpRequest: class {
      open() {}
      abort() {}
      setRequestHeader() {}
      send() {
        // The test ends the request.
        requests.push((status = 200) => {
          this.status = status;
          this.response = answer;
          this.onloadend?.();
        });
      }
    },
  };
  for (const [name, value] of Object.entries(parts)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  return { document, requests, kept };
}
