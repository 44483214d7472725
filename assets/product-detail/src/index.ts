// Entry of the remote `product-detail`: a larger picture, variants without a page load, and the way back to the list.
// Each part stands alone: the page works with any of them missing, as it does without this file.
import type { Context, Unmount } from "../../shell/contract.ts";
import { leadBack } from "./back-link.ts";
import { enlargePicture, framePicture } from "./picture.ts";
import { followChoices } from "./variants.ts";

declare const CONTRACT: number;
export const contract = CONTRACT;

export function mount(slot: HTMLElement, context: Context): Unmount {
  const product = slot.querySelector<HTMLElement>(".product-detail");
  if (!product) throw new Error("the slot has no .product-detail");
  const controller = new AbortController();
  const { signal } = controller;

  const back = slot.querySelector<HTMLAnchorElement>(".back-link");
  if (back) leadBack(back, signal);
  enlargePicture(product, signal);
  followChoices(product, context, framePicture, signal);

  const unmount = (): void => controller.abort();
  context.signal.addEventListener("abort", unmount, { once: true });
  return unmount;
}
