// Lets the product's picture travel between a list and the product's page while the browser fades from one to the other.
// Names the one picture that both pages show, for the time of the transition; browsers without the events do nothing.

/** As in the stylesheet of the product's page. */
const NAME = "product-picture";

/** The parts of a `ViewTransition` that are used. */
interface Transition {
  readonly ready: Promise<void>;
  readonly finished: Promise<void>;
}

/** The parts of `PageSwapEvent` and `PageRevealEvent` that are used. */
interface Passage extends Event {
  readonly viewTransition: Transition | null;
  readonly activation?: { readonly entry: { readonly url: string | null } } | null;
}

export function shareProductPicture(): void {
  addEventListener("pageswap", (event) => share(event as Passage, (event as Passage).activation?.entry.url));
  addEventListener("pagereveal", (event) => share(event as Passage, (window as { navigation?: { activation?: { from?: { url: string | null } | null } } }).navigation?.activation?.from?.url));
  // The page may have been revealed before this script ran.
  settle((document as { activeViewTransition?: Transition | null }).activeViewTransition);
}

/** `other` is the page that the browser goes to or comes from. */
function share({ viewTransition }: Passage, other: string | null | undefined): void {
  settle(viewTransition);
  const picture = viewTransition && other && [...document.querySelectorAll<HTMLAnchorElement>("a.product-link")].find((link) => link.href === other)?.querySelector("img");
  // A product's page names its own picture; two of one name would end the transition.
  if (!picture || document.querySelector(".product-detail")) return;
  picture.style.viewTransitionName = NAME;
  const clear = (): void => void (picture.style.viewTransitionName = "");
  viewTransition.finished.then(clear, clear);
}

/** Whoever goes on before the fade has ended skips it: that is no error of the page. */
function settle(transition: Transition | null | undefined): void {
  transition?.ready.catch(() => undefined);
}
