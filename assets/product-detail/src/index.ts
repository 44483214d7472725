// Entry of the remote `product-detail`: a larger picture, and the way back to the list.
// Each part stands alone: the page works with any of them missing, as it does without this file.
import type { Context, Unmount } from "../../shell/contract.ts";
import { leadBack } from "./back-link.ts";
import { enlargePicture } from "./picture.ts";

declare const CONTRACT: number;
export const contract = CONTRACT;

export function mount(slot: HTMLElement, context: Context): Unmount {
  const product = slot.querySelector<HTMLElement>(".product-detail");
  if (!product) throw new Error("the slot has no .product-detail");
  const controller = new AbortController();
  const { signal } = controller;

  const back = slot.querySelector<HTMLAnchorElement>(".back-link");
  const picture = product.querySelector<HTMLImageElement>(".product-image:not(.no-picture)");
  if (back) leadBack(back, signal);
  if (picture) enlargePicture(picture, signal);

  const unmount = (): void => controller.abort();
  context.signal.addEventListener("abort", unmount, { once: true });
  return unmount;
}
