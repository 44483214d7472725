// Adds to the cart from a product's page and says so at the button: what, how many, the sum of the goods, and the ways on. The words are the
// server's. The shopper stays where they are: who buys several things is not interrupted by a dialog for each.
import { create } from "../../shell/element.ts";
import type { Changes } from "./changes.ts";
import { countOn } from "./count.ts";
import type { Drawer } from "./drawer.ts";
import { addressOf, contentOf } from "./form.ts";

export class Adding {
  readonly #address: string;
  readonly #changes: Changes;
  readonly #drawer: Drawer;
  readonly #notice = create("div", "cart-added");
  #message: HTMLElement | undefined;
  /** The forms that are on their way: pressing twice adds once. */
  readonly #sent = new Set<HTMLFormElement>();

  constructor(address: string, changes: Changes, drawer: Drawer, signal: AbortSignal) {
    this.#address = address;
    this.#changes = changes;
    this.#drawer = drawer;
    this.#notice.setAttribute("role", "status");
    signal.addEventListener("abort", () => {
      this.#clear();
      this.#notice.remove();
    });
    addEventListener("pagehide", () => this.#clear(), { signal });
  }

  async submit(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
    if (this.#sent.has(form)) return;
    this.#sent.add(form);
    const body = contentOf(form, submitter);
    const count = Number(body.get("quantity")) || 1;
    // The server's own message was about the form as it was sent before.
    const place = (submitter ?? form).closest(".purchase") ?? form;
    for (const message of place.parentElement?.querySelectorAll("#cart-alert") ?? []) message.remove();
    this.#clear();
    place.append(this.#notice);
    this.#notice.append(paragraph("Adding …", "cart-wait"));
    countOn(count);

    const outcome = await this.#changes.send(addressOf(form, submitter), body);
    this.#sent.delete(form);
    this.#clear();
    if (outcome.kind === "done") {
      this.#tell(outcome.page);
      // It may have been opened by a press that came at the same time.
      this.#drawer.follow();
    } else if (outcome.kind !== "left") this.#refuse(outcome.kind === "refused" ? outcome.reason : `Nothing was added. ${outcome.reason}`);
  }

  #tell(page: Document): void {
    const said = page.querySelector(".cart-notice p")?.textContent?.trim() ?? "It is in your cart.";
    const [term, sum] = ["dt", "dd"].map((part) => page.querySelector(`.cart-goods ${part}`)?.textContent?.trim());
    this.#notice.append(paragraph(said, "cart-added-what"));
    if (sum) this.#notice.append(paragraph(`${term} in the cart: ${sum}`, "cart-added-sum"));
    const ways = create("p", "notice-actions");
    const view = Object.assign(create("a", "button button-quiet"), { href: this.#address, textContent: "View cart" });
    view.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.#drawer.open(view);
    });
    ways.append(view);
    for (const way of page.querySelectorAll(".cart-way a")) ways.append(document.importNode(way, true));
    this.#notice.append(ways);
  }

  #refuse(reason: string): void {
    const message = (this.#message = create("div", "error-message"));
    message.setAttribute("role", "alert");
    message.append(paragraph(reason, ""));
    this.#notice.before(message);
  }

  #clear(): void {
    this.#message?.remove();
    this.#notice.replaceChildren();
  }
}

function paragraph(text: string, className: string): HTMLElement {
  return Object.assign(document.createElement("p"), { textContent: text, className });
}
