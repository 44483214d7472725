// Lets the product's picture travel between a list and the product's page while the browser fades from one to the other.
// Names the one picture that both pages show, for the time of the transition; browsers without the events do nothing.

/** As in the stylesheet of the product's page. */
const NAME = "product-picture";

/** The parts of `PageSwapEvent` and `PageRevealEvent` that are used. */
interface Passage extends Event {
  readonly viewTransition: { readonly finished: Promise<void> } | null;
  readonly activation?: { readonly entry: { readonly url: string | null } } | null;
}

export function shareProductPicture(): void {
  addEventListener("pageswap", (event) => share(event as Passage, (event as Passage).activation?.entry.url));
  addEventListener("pagereveal", (event) => share(event as Passage, (window as { navigation?: { activation?: { from?: { url: string | null } | null } } }).navigation?.activation?.from?.url));
}

/** `other` is the page that the browser goes to or comes from. */
function share({ viewTransition }: Passage, other: string | null | undefined): void {
  const picture = viewTransition && other && [...document.querySelectorAll<HTMLAnchorElement>("a.product-link")].find((link) => link.href === other)?.querySelector("img");
  // A product's page names its own picture; two of one name would end the transition.
  if (!picture || document.querySelector(".product-detail")) return;
  picture.style.viewTransitionName = NAME;
  const clear = (): void => void (picture.style.viewTransitionName = "");
  viewTransition.finished.then(clear, clear);
}
