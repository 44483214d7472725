// The address of a small copy of a picture, from the address that the API gives.
// The rules are those of `pages/src/picture/`: what no rule fits is used as it is.

/** Widths of 160 pixels fill a place of 40 on every screen. */
const RESIZED = "/cdn-cgi/image/width=160,fit=scale-down,format=auto";

export function smallPicture(url: string): string {
  if (/\.svgz?(?:[?#]|$)/i.test(url)) return url;
  // A photo of the shop's own was built in several widths.
  if (url.startsWith("/assets/pictures/")) return `${url}/small.webp`;
  // Where the page has pictures sized by Cloudflare, so are these.
  if (!document.querySelector('img[src^="/cdn-cgi/image/"]')) return url;
  return RESIZED + (url.startsWith("/") ? "" : "/") + url;
}
