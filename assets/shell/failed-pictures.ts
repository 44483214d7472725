// Marks product pictures that did not arrive, for browsers that give such a picture no pseudo-element to draw in its place.
// The start page has no script: those browsers show an empty tile there.

const CLASS = "picture-failed";

export function markFailedPictures(): void {
  // Errors of scripts have the window as their target.
  const mark = ({ classList }: Partial<Element>): void => {
    if (classList?.contains("product-image")) classList.add(CLASS);
  };
  // Errors of pictures do not bubble.
  addEventListener("error", ({ target }) => mark(target as Element), true);
  for (const image of document.images) {
    // A drawing may have no size of its own: that it cannot be decoded tells a failed picture from it.
    if (image.complete && !image.naturalWidth) image.decode().catch(() => mark(image));
  }
}
