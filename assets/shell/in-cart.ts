// Shows what is in the cart in pages that are the same for everybody: the number of things in the header, and a mark on each product.
// Knows what the readable cookie holds, `<number>.<hash of a product>.…`; announces nothing.

/**
 * Shows it now, when the page comes back from the back/forward cache, when its tab does, when another tab has changed the cart, and when the
 * page has other products.
 */
export function showCart(): void {
  const show = (cause?: Event | MutationRecord[]): void => {
    const [count = "", ...products] = (/\bcart-count=([\w.]*)/.exec(document.cookie)?.[1] ?? "").split(".");
    // The number may be ahead of the cookie while a change is under way. Only a change of the products leaves it alone.
    if (!(cause as MutationRecord[] | undefined)?.length) for (const place of document.querySelectorAll(".cart-count")) place.textContent = count;
    for (const product of document.querySelectorAll<HTMLElement>("[data-product-id]")) {
      const mark = product.querySelector(".in-cart");
      if (!products.includes(hashOf(product.dataset["productId"]!))) mark?.remove();
      // What scripts have added stays when a remote brings the product up to date (`element.ts`).
      else if (!mark) Object.assign(product.appendChild(document.createElement("p")), { className: "in-cart", textContent: "In your cart" }).dataset["added"] = "";
    }
  };
  show();
  addEventListener("pageshow", show);
  addEventListener("visibilitychange", show, true);
  new BroadcastChannel("cart").onmessage = show;
  new MutationObserver(show).observe(document.querySelector("main")!, { childList: true, subtree: true });
}

/** A polynomial of an id's letters (`shop/src/cart/held.rs` has the same), in 32 bits: enough to tell 50 products of a cart from others. */
export function hashOf(id: string): string {
  let hash = 0;
  for (const letter of id) hash = Math.imul(hash, 16777619) + letter.charCodeAt(0);
  return (hash >>> 0).toString(36);
}
