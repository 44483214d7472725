// Entry of the remote `cart`: opens the drawer by the header's link, and adds to the cart at the button that was pressed.
// Mounts with the first use of either. On the cart's own page it mounts at once, and changes its lines in place.
import type { Context, Unmount } from "../../shell/contract.ts";
import { Adding } from "./adding.ts";
import { Changes } from "./changes.ts";
import { Drawer } from "./drawer.ts";
import { addressOf } from "./form.ts";
import { CartPage } from "./page.ts";
import { addStyles } from "./styles.ts";

declare const CONTRACT: number;
export const contract = CONTRACT;

export async function mount(slot: HTMLElement, context: Context): Promise<Unmount | void> {
  const address = slot.getAttribute("href");
  if (!address || typeof HTMLDialogElement === "undefined") throw new Error("the slot is no link, or the browser has no dialogs");
  const controller = new AbortController();
  const { signal } = controller;
  const unmount = (): void => controller.abort();
  context.signal.addEventListener("abort", unmount, { once: true });
  const section = document.getElementById("cart");
  if (section) {
    new CartPage(section, address, { ...context, signal });
    return unmount;
  }

  await addStyles(context.remote, context.signal);
  if (signal.aborted) return;
  const changes = new Changes(address, { ...context, signal }, () => drawer.follow());
  const drawer = new Drawer(address, changes, signal);
  const adding = new Adding(address, changes, drawer, signal);

  slot.addEventListener(
    "click",
    (event) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      drawer.open(slot);
    },
    { signal },
  );
  addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      const { submitter, defaultPrevented } = event as SubmitEvent;
      if (defaultPrevented || !addressOf(form, submitter).startsWith(`${address}/`)) return;
      event.preventDefault();
      if (drawer.owns(form)) drawer.submit(form, submitter);
      else void adding.submit(form, submitter);
    },
    { signal },
  );
  return unmount;
}
