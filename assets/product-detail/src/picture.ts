// A larger view of the product's picture, in a dialog.
// The browser's own `<dialog>` holds the focus and knows Escape; where it is missing there is no button either.

export function enlargePicture(image: HTMLImageElement, signal: AbortSignal): void {
  if (typeof HTMLDialogElement === "undefined") return;
  // A photo stands in a `picture` with its sources.
  const picture = image.closest("picture") ?? image;
  const frame = document.createElement("div");
  frame.className = "picture-frame";
  const opener = button("button button-quiet enlarge-btn", "Enlarge");
  opener.setAttribute("aria-label", "Enlarge picture");
  picture.replaceWith(frame);
  frame.append(picture, opener);
  opener.addEventListener("click", () => open(image, picture, frame, opener));
  signal.addEventListener("abort", () => frame.replaceWith(picture));
}

function open(image: HTMLImageElement, picture: HTMLElement, frame: HTMLElement, opener: HTMLElement): void {
  const dialog = document.createElement("dialog");
  dialog.className = "picture-dialog";
  dialog.setAttribute("aria-label", `Picture: ${image.alt}`);
  const close = button("button button-quiet close-btn", "Close");
  const large = picture.cloneNode(true) as HTMLElement;
  for (const part of [large, ...large.children]) {
    if (part instanceof HTMLImageElement) part.className = "picture-large";
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
  const element = document.createElement("button");
  element.type = "button";
  element.className = className;
  element.textContent = text;
  return element;
}
