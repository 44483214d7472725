// The number in the header before the shop has confirmed it. The loader writes the confirmed one after each change.

export function countOn(more: number): void {
  for (const place of document.querySelectorAll(".cart-count")) {
    const count = Number(place.textContent) + more;
    place.textContent = count > 0 ? String(count) : "";
  }
}
