// The drawer: the lines of the cart in a dialog, with the markup and the words of the cart page. Every form in it changes the cart at once, and
// is put back with the reason when the change was not made. Computes no price: the server renders every state.
import { morphChildren } from "../../shell/morph.ts";
import type { Changes, Outcome } from "./changes.ts";
import { countOn } from "./count.ts";
import { addressOf, contentOf } from "./form.ts";
import { Frame } from "./frame.ts";
import { Quantities } from "./quantities.ts";

/** The parts of the cart page that the drawer shows, in their order. */
const PARTS = ".cart-notice, .error-message, .cart-lines, .cart-empty";
const COSTS = ".cart-goods, .cart-discount";

export class Drawer {
  readonly #changes: Changes;
  readonly #frame: Frame;
  readonly #quantities: Quantities;
  /** SKUs of lines that were taken out, until the shop has confirmed it. */
  readonly #leaving = new Set<string>();

  constructor(address: string, changes: Changes, signal: AbortSignal) {
    this.#changes = changes;
    this.#frame = new Frame(address, signal);
    this.#quantities = new Quantities(this.#frame.body, {
      send: (form, line, quantity) => void this.#set(form, line, quantity),
      refuse: (reason) => this.#frame.complain(`The cart is as it was. ${reason}`),
    });
    const { dialog } = this.#frame;
    // The page of a link shows the cart, or adds to it: it comes after what is under way.
    dialog.addEventListener("click", (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      this.#quantities.flush();
      if (changes.isIdle) return;
      event.preventDefault();
      void changes.idle().then(() => location.assign(link.href));
    });
    dialog.addEventListener("close", () => this.#quantities.flush());
    addEventListener("pagehide", () => this.#quantities.flush(), { signal, capture: true });
    addEventListener("pageshow", ({ persisted }) => persisted && this.follow(), { signal });
  }

  /** Whether a form stands in the drawer. */
  owns(form: HTMLFormElement): boolean {
    return this.#frame.dialog.contains(form);
  }

  open(opener: HTMLElement): void {
    this.#frame.open(opener);
    void this.#look(true);
  }

  /** Shows what another tab, or another page, has made of the cart. */
  follow(): void {
    if (this.#frame.dialog.open) void this.#look(false);
  }

  submit(form: HTMLFormElement, submitter: HTMLElement | null): void {
    if (form.matches(".cart-quantity")) return this.#quantities.flush(form);
    const line = form.closest<HTMLElement>(".cart-line");
    if (line) return void this.#remove(form, line);
    const [address, body] = [addressOf(form, submitter), contentOf(form, submitter)];
    const sent = form.closest(".cart-notice") ? this.#changes.restore(address, body) : this.#changes.send(address, body);
    void this.#settle(sent, () => this.#frame.find(`#quantity-${CSS.escape(body.get("sku") ?? "")}`));
  }

  async #look(says: boolean): Promise<void> {
    const outcome = await this.#changes.look();
    if (outcome.kind === "done") {
      this.#show(outcome.page);
      if (says) this.#frame.say(this.#summary());
    } else if (outcome.kind !== "left") this.#frame.complain(`The cart cannot be shown. ${outcome.reason}`, () => void this.#look(true));
  }

  async #set(form: HTMLFormElement, line: HTMLElement, quantity: number): Promise<void> {
    if (quantity === 0) return this.#remove(form, line);
    const { sku = "", quantity: before = "" } = line.dataset;
    countOn(quantity - Number(before));
    line.dataset["quantity"] = String(quantity);
    line.setAttribute("aria-busy", "true");
    this.#quantities.count(sku, 1);
    const outcome = await this.#settle(this.#changes.send(addressOf(form, null), contentOf(form, null)), undefined, () => this.#quantities.count(sku, -1));
    if (!this.#quantities.isSent(sku)) line.removeAttribute("aria-busy");
    if (outcome.kind === "failed") this.#quantities.reset(sku);
  }

  async #remove(form: HTMLFormElement, line: HTMLElement): Promise<void> {
    const { sku = "", quantity = "0" } = line.dataset;
    countOn(-Number(quantity));
    const focused = document.activeElement;
    const hadFocus = line.contains(focused);
    this.#leaving.add(sku);
    line.hidden = true;
    if (hadFocus) this.#frame.heading.focus();
    const sent = this.#changes.send(addressOf(form, null), contentOf(form, null));
    const outcome = await this.#settle(sent, () => this.#frame.find(".cart-notice button"), () => this.#leaving.delete(sku));
    if (outcome.kind === "done") return;
    line.hidden = false;
    this.#quantities.reset(sku);
    if (hadFocus && document.activeElement === this.#frame.heading) (focused as HTMLElement).focus();
  }

  /** Shows what comes of a change. `next` finds what gets the focus that has lost its place. */
  async #settle(sent: Promise<Outcome>, next?: () => HTMLElement | null, onAnswer?: () => void): Promise<Outcome> {
    this.#frame.clear();
    const outcome = await sent;
    onAnswer?.();
    if (outcome.kind === "done" || outcome.kind === "refused") {
      this.#show(outcome.page);
      const message = this.#frame.find(".cart-notice p")?.textContent ?? "";
      // A refusal is an alert, which speaks for itself.
      if (outcome.kind === "done") this.#frame.say([message, this.#summary()].filter(Boolean).join(" "));
      if (next && this.#frame.isFocusLost) (next() ?? this.#frame.heading).focus();
    } else if (outcome.kind === "failed") this.#frame.complain(`The cart is as it was. ${outcome.reason}`);
    return outcome;
  }

  #show(page: Document): void {
    const { body, costs, way } = this.#frame;
    // The page of a refused product has no cart: what the drawer shows stays.
    const cart = page.getElementById("cart");
    if (!cart) return;
    const next = page.createElement("div");
    next.append(...cart.querySelectorAll(PARTS));
    for (const notice of next.querySelectorAll(".cart-notice")) notice.removeAttribute("role");
    // The message is above the lines; the field has the number of the cart.
    for (const field of next.querySelectorAll<HTMLInputElement>(".cart-line input[name=quantity]")) {
      field.setAttribute("value", field.closest<HTMLElement>(".cart-line")?.dataset["quantity"] ?? "");
      field.removeAttribute("aria-invalid");
    }
    for (const [place, selector] of [[costs, COSTS], [way, ".cart-way > *"]] as const) {
      const parts = page.createElement("div");
      parts.append(...cart.querySelectorAll(selector));
      morphChildren(place, parts, () => false);
    }
    morphChildren(body, next, (field) => field.name === "quantity" && this.#quantities.keeps(field));
    this.#quantities.confirm();
    for (const line of body.querySelectorAll<HTMLElement>(".cart-line")) line.hidden = this.#leaving.has(line.dataset["sku"] ?? "");
    this.#quantities.equip();
    this.#frame.settle();
  }

  #summary(): string {
    const rows = [...this.#frame.costs.children].map((row) => [...row.children].map((part) => part.textContent).join(": "));
    return rows.length > 0 ? `${rows.join(", ")}.` : (this.#frame.find(".cart-empty p")?.textContent ?? "");
  }
}
