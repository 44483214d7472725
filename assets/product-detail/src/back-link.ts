// Makes the way back lead to the list as the shopper left it: the same filters, page and place.
// Takes a hint from storage and from the browser's history, and trusts neither to lead anywhere but to the list.

/** Where the list leaves word. */
const LAST_LISTING = "last-listing";

/** The page of a brand or a collection, which is a list too. */
const SHELF = /^\/(brands|collections)\/[a-z0-9-]+$/;

/** The part of the Navigation API that is used; not every browser has it. */
interface History {
  readonly currentEntry: { readonly index: number } | null;
  entries(): { readonly url: string | null }[];
}

export function leadBack(link: HTMLAnchorElement, signal: AbortSignal): void {
  const own = link.getAttribute("href") ?? "/products";
  const listing = new URL(own, location.href).pathname;
  const update = (): void => {
    link.setAttribute("href", lastListing(listing) ?? own);
  };
  update();
  // A page from the back/forward cache may be older than the last list.
  addEventListener("pageshow", (event) => event.persisted && update(), { signal });
  link.addEventListener(
    "click",
    (event) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || !cameFrom(link.href)) return;
      // The entry before this one is that list: going there brings back where it was scrolled to as well.
      event.preventDefault();
      history.back();
    },
    { signal },
  );
  signal.addEventListener("abort", () => link.setAttribute("href", own));
}

/** Path and query of the last list, be it that of a brand or a collection; nothing else passes. */
function lastListing(path: string): string | undefined {
  try {
    const { origin, pathname, search } = new URL(sessionStorage.getItem(LAST_LISTING) ?? "", location.href);
    return origin === location.origin && (pathname === path || SHELF.test(pathname)) ? pathname + search : undefined;
  } catch {
    // Storage is switched off, or holds no address.
    return undefined;
  }
}

function cameFrom(address: string): boolean {
  const { navigation } = window as { navigation?: History };
  if (navigation?.currentEntry) {
    const before = navigation.entries()[navigation.currentEntry.index - 1]?.url;
    return before?.replace(/#.*$/, "") === address;
  }
  return history.length > 1 && document.referrer === address;
}
