// Changes of the cart, one after the other in all tabs: each is sent as its form, and the other tabs get the result.
// The cart is a cookie, so two changes at the same moment would each begin from the same cart, and one of them would be lost.
import type { Context } from "../../shell/contract.ts";
import { leave, take } from "./note.ts";
import { type Answer, request } from "./request.ts";
import { causeOf, restored } from "./words.ts";

/** What came of a change, or of looking at the cart. */
export type Outcome =
  /** Done: the cart page, and its address. */
  | { readonly kind: "done"; readonly page: Document; readonly url: string }
  /** Refused: the page that says why, and the reason. */
  | { readonly kind: "refused"; readonly page: Document; readonly reason: string }
  /** Neither; the cart is as it was. */
  | { readonly kind: "failed"; readonly reason: string }
  /** Another page is under way. */
  | { readonly kind: "left" };

const NAME = "cart";

/** Statuses after a change that was made or refused. Any other may hide that it was made. */
const ANSWERED = [200, 409, 422];

const LEFT: Outcome = { kind: "left" };

interface Change {
  /** Nobody waits for what comes of it. */
  readonly isQuiet: boolean;
  readonly address: string;
  readonly body: URLSearchParams;
  /** The readable cookie before it was sent. */
  before?: string;
}

export class Changes {
  readonly #context: Context;
  readonly #address: string;
  readonly #channel = new BroadcastChannel(NAME);
  readonly #onOther: () => void;
  readonly #unfinished = new Set<Change>();
  #last: Promise<unknown> = Promise.resolve();
  #hasLeft = false;

  /** `onOther` is called when another tab has changed the cart. */
  constructor(address: string, context: Context, onOther: () => void) {
    this.#address = address;
    this.#context = context;
    this.#onOther = onOther;
    this.#channel.onmessage = onOther;
    const { signal } = context;
    signal.addEventListener("abort", () => this.#channel.close());
    // An answer does not outlive its page. What it would have changed is sent again, unless the cookie shows that it has come.
    addEventListener("pagehide", () => this.#handOver(), { signal });
    addEventListener("pageshow", () => this.#comeBack(), { signal });
    this.#comeBack();
  }

  /** Resolves when every change that was sent has been answered. */
  async idle(): Promise<void> {
    while (this.#unfinished.size > 0) await this.#last;
  }

  get isIdle(): boolean {
    return this.#unfinished.size === 0;
  }

  /** Sends a form, after all others. */
  send(address: string, body: URLSearchParams, isQuiet = false): Promise<Outcome> {
    const change: Change = { isQuiet, address, body };
    this.#unfinished.add(change);
    const run = async (): Promise<Outcome> => {
      // Handed over, while it waited.
      if (!this.#unfinished.has(change)) return LEFT;
      change.before = shown();
      const answer = await request(address, body);
      if (!this.#unfinished.delete(change)) return LEFT;
      // The change came, and the page that should follow it did not.
      const isDone = !ANSWERED.includes(answer.status) && shown() !== change.before;
      const outcome = isQuiet ? LEFT : this.#judge(isDone ? await request(this.#address) : answer, isDone);
      this.#channel.postMessage("changed");
      if (isQuiet) this.#onOther();
      return outcome;
    };
    const result = inOrder(this.#last, run);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Puts a line back. Where fewer are left than there were, these come back, and the page says so. */
  async restore(address: string, body: URLSearchParams): Promise<Outcome> {
    const refused = await this.send(address, body);
    if (refused.kind !== "refused") return refused;
    const available = Number(refused.page.getElementById("cart-alert")?.dataset["available"]);
    if (!(available > 0)) return refused;
    const wanted = Number(body.get("quantity"));
    body.set("quantity", String(available));
    const outcome = await this.send(address, body);
    if (outcome.kind === "done") outcome.page.getElementById("cart-heading")?.after(notice(outcome.page, restored(available, wanted)));
    return outcome;
  }

  /** Fetches the cart, after all changes. */
  look(): Promise<Outcome> {
    return inOrder(this.#last, async () => this.#judge(await request(this.#address), false));
  }

  #judge({ status, page, url, retryAfter }: Answer, isDone: boolean): Outcome {
    if (this.#hasLeft) return LEFT;
    const reason = page?.querySelector(".error-message[role=alert]")?.textContent?.trim();
    if ((status === 409 || status === 422) && page && reason) return { kind: "refused", page, reason };
    if (status !== 200) {
      // What is in the cart is seen there, whatever else fails.
      if (isDone) return this.#leave(this.#address);
      return { kind: "failed", reason: causeOf(status, retryAfter, navigator.onLine) };
    }
    const slot = page?.querySelector<HTMLElement>(`[data-remote="${this.#context.remote}"]`);
    const { version, contract } = slot?.dataset ?? {};
    const fits = version === this.#context.version && Number(contract) === this.#context.contract;
    // Another version, as after a rollout: the change is done, and its page is opened in full.
    if (!page?.getElementById("cart") || !fits) return this.#leave(url);
    return { kind: "done", page, url };
  }

  #leave(url: string): Outcome {
    location.assign(url);
    return LEFT;
  }

  #handOver(): void {
    this.#hasLeft = true;
    const left = [...this.#unfinished].filter(({ before }) => before === undefined || before === shown());
    this.#unfinished.clear();
    // Two beacons would begin from the same cookie. The next page sends them one after the other.
    if (left.length > 1 && leave(NAME, left.map(({ address, body }) => [address, String(body)]))) return;
    for (const { address, body } of left) navigator.sendBeacon(address, body);
  }

  #comeBack(): void {
    this.#hasLeft = false;
    for (const [address, body] of take(NAME)) void this.send(address, new URLSearchParams(body), true);
  }
}

function notice(page: Document, text: string): HTMLElement {
  const element = Object.assign(page.createElement("div"), { className: "cart-notice" });
  element.append(Object.assign(page.createElement("p"), { textContent: text }));
  return element;
}

/** Runs after what this tab has sent before, and alone among all tabs where the browser can tell. */
function inOrder<T>(last: Promise<unknown>, run: () => Promise<T>): Promise<T> {
  return last.then(() => ("locks" in navigator ? (navigator.locks.request(NAME, run) as Promise<T>) : run()));
}

function shown(): string {
  return /\bcart-count=[\w.]*/.exec(document.cookie)?.[0] ?? "";
}
