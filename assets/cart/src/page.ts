// The cart's own page: its forms change the cart in place, in the order of all tabs, and a quantity counts as soon as it is typed. Follows what
// other tabs have made of the cart. Computes no price: the server renders every state.
import type { Context } from "../../shell/contract.ts";
import { create } from "../../shell/element.ts";
import { morphChildren } from "../../shell/morph.ts";
import { Changes, type Outcome } from "./changes.ts";
import { addressOf, contentOf } from "./form.ts";
import { Quantities } from "./quantities.ts";

export class CartPage {
  readonly #root: HTMLElement;
  readonly #changes: Changes;
  readonly #quantities: Quantities;
  readonly #status = create("p", "visually-hidden");
  #message: HTMLElement | undefined;

  constructor(root: HTMLElement, address: string, context: Context) {
    this.#root = root;
    this.#changes = new Changes(address, context, () => void this.#follow());
    this.#quantities = new Quantities(root, {
      send: (form, line) => void this.#set(form, line.dataset["sku"] ?? ""),
      refuse: (reason) => this.#complain(`The cart is as it was. ${reason}`),
    });
    this.#quantities.confirm();
    this.#status.setAttribute("role", "status");
    root.append(this.#status);
    const { signal } = context;
    signal.addEventListener("abort", () => {
      this.#status.remove();
      this.#message?.remove();
    });

    root.addEventListener(
      "submit",
      (event) => {
        const form = event.target as HTMLFormElement;
        const { submitter } = event as SubmitEvent;
        if (addressOf(form, submitter).startsWith(`${address}/`)) {
          event.preventDefault();
          this.#submit(form, submitter);
        } else this.#hold(event, () => form.requestSubmit(submitter));
      },
      { signal },
    );
    // The page of a link shows the cart, or counts it: it comes after what is under way.
    addEventListener(
      "click",
      (event) => {
        const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
        if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        this.#hold(event, () => location.assign(link.href));
      },
      { signal },
    );
    addEventListener("pagehide", () => this.#quantities.flush(), { signal, capture: true });
    addEventListener("pageshow", ({ persisted }) => persisted && void this.#follow(), { signal });
  }

  #submit(form: HTMLFormElement, submitter: HTMLElement | null): void {
    if (form.matches(".cart-quantity")) return this.#quantities.flush(form);
    const [address, body] = [addressOf(form, submitter), contentOf(form, submitter)];
    this.#quantities.flush();
    const isUndo = form.closest(".cart-notice") !== null;
    const sent = isUndo ? this.#changes.restore(address, body) : this.#changes.send(address, body);
    void this.#settle(sent, isUndo ? `#quantity-${CSS.escape(body.get("sku") ?? "")}` : ".cart-notice button");
  }

  async #set(form: HTMLFormElement, sku: string): Promise<void> {
    this.#quantities.count(sku, 1);
    const outcome = await this.#settle(this.#changes.send(addressOf(form, null), contentOf(form, null)), ".cart-notice button", () => this.#quantities.count(sku, -1));
    if (outcome.kind === "failed") this.#quantities.reset(sku);
  }

  /** Shows what comes of a change. `next` names what gets the focus that has lost its place. */
  async #settle(sent: Promise<Outcome>, next: string, onAnswer?: () => void): Promise<Outcome> {
    this.#message?.remove();
    this.#root.setAttribute("aria-busy", "true");
    const outcome = await sent;
    if (this.#changes.isIdle) this.#root.removeAttribute("aria-busy");
    onAnswer?.();
    if (outcome.kind === "failed") this.#complain(`The cart is as it was. ${outcome.reason}`);
    if (outcome.kind !== "done" && outcome.kind !== "refused") return outcome;
    const hadFocus = this.#root.contains(document.activeElement);
    this.#show(outcome.page);
    if (outcome.kind === "done") {
      history.replaceState(history.state, "", outcome.url);
      this.#say();
    }
    if (hadFocus && !this.#root.contains(document.activeElement)) (this.#find(next) ?? this.#find("#cart-heading"))?.focus();
    return outcome;
  }

  async #follow(): Promise<void> {
    const outcome = await this.#changes.look();
    if (outcome.kind === "done") this.#show(outcome.page);
  }

  #show(page: Document): void {
    const next = page.getElementById("cart");
    if (!next) return;
    // The status speaks for the notice.
    for (const root of [this.#root, next]) for (const notice of root.querySelectorAll(".cart-notice")) notice.removeAttribute("role");
    // The fault is named at the field, which has the number of the cart.
    for (const field of next.querySelectorAll(".cart-line input[name=quantity]")) field.setAttribute("value", field.closest<HTMLElement>(".cart-line")?.dataset["quantity"] ?? "");
    this.#message?.remove();
    morphChildren(this.#root, next, (field) => field.name === "quantity" && this.#quantities.keeps(field));
    this.#quantities.confirm();
  }

  #say(): void {
    const [notice, total] = [".cart-notice p", ".cart-total strong"].map((selector) => this.#find(selector)?.textContent?.trim());
    const text = [notice, total ? `Total: ${total}.` : this.#find(".cart-empty p")?.textContent].filter(Boolean).join(" ");
    // A text that does not change is not read again; a space at its end is a change.
    this.#status.textContent = text === this.#status.textContent ? `${text}\u00a0` : text;
  }

  #complain(text: string): void {
    this.#message?.remove();
    const message = (this.#message = create("div", "error-message"));
    message.setAttribute("role", "alert");
    message.append(Object.assign(document.createElement("p"), { textContent: text }));
    this.#find("#cart-heading")?.after(message);
    message.scrollIntoView({ block: "nearest" });
  }

  #find(selector: string): HTMLElement | null {
    return this.#root.querySelector<HTMLElement>(selector);
  }

  /** Lets go on what leaves the page, once every change is done. */
  #hold(event: Event, goOn: () => void): void {
    this.#quantities.flush();
    if (this.#changes.isIdle) return;
    event.preventDefault();
    void this.#changes.idle().then(goOn);
  }
}
