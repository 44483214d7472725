// A larger view of the product's picture, in a dialog.
// The browser's own `<dialog>` holds the focus and knows Escape; where it is missing there is no button either.
import { create } from "../../shell/element.ts";

export function enlargePicture(product: HTMLElement, signal: AbortSignal): void {
  const frame = framePicture(product);
  if (!frame) return;
  const opener = button("button button-quiet enlarge-btn", "Enlarge");
  opener.setAttribute("aria-label", "Enlarge picture");
  frame.append(opener);
  opener.addEventListener("click", () => open(frame, opener, pictureIn(frame)!.cloneNode(true) as HTMLElement));
  product.addEventListener(
    "click",
    (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>(".product-gallery a");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      open(frame, link, whole(link));
    },
    { signal },
  );
  signal.addEventListener("abort", () => frame.replaceWith(pictureIn(frame)!));
}

/** Puts the product's picture into a frame, which has the place for the button: in the page, and in one that it is brought to. */
export function framePicture(product: HTMLElement): HTMLElement | undefined {
  const picture = pictureIn(product);
  if (!picture || typeof HTMLDialogElement === "undefined") return undefined;
  const frame = document.createElement("div");
  frame.className = "picture-frame";
  picture.replaceWith(frame);
  frame.append(picture);
  return frame;
}

/** A photo stands in a `picture` with its sources. */
function pictureIn(part: HTMLElement): HTMLElement | null {
  const image = part.querySelector<HTMLImageElement>(".product-image");
  return image && (image.closest("picture") ?? image);
}

/** The picture that a thumbnail leads to; its own files are too small. */
function whole(link: HTMLAnchorElement): HTMLImageElement {
  const { alt, width, height } = link.querySelector("img")!;
  return Object.assign(document.createElement("img"), { alt, width, height, src: link.href });
}

function open(frame: HTMLElement, opener: HTMLElement, large: HTMLElement): void {
  const dialog = create("dialog", "picture-dialog");
  const close = button("button button-quiet close-btn", "Close");
  for (const part of [large, ...large.children]) {
    if (part instanceof HTMLImageElement) {
      part.className = "picture-large";
      dialog.setAttribute("aria-label", `Picture: ${part.alt}`);
    }
    // As wide as the window, so that the browser fetches what fills it.
    if (part.hasAttribute("sizes")) part.setAttribute("sizes", "100vw");
  }
  dialog.append(close, large);
  close.addEventListener("click", () => dialog.close());
  // The dialog's own area is what is left beside picture and button: a click there means away.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener.focus({ preventScroll: true });
  });
  frame.append(dialog);
  dialog.showModal();
}

function button(className: string, text: string): HTMLButtonElement {
  const element = create("button", className);
  element.type = "button";
  element.textContent = text;
  return element;
}
