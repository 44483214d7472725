// Sends a form or fetches the cart, and gives the page that answers. Decides nothing.
// By XMLHttpRequest, since the pages' policy enforces Trusted Types and this is the one way to parse HTML that is no sink.

/** What came back; `status` 0 where nothing did. */
export interface Answer {
  readonly status: number;
  readonly page: Document | null;
  /** Path and query of the page, after redirects. */
  readonly url: string;
  /** Seconds to wait, where the shop names them. */
  readonly retryAfter: number;
}

/** In milliseconds. A tab that waits for an answer keeps the others waiting. */
const TIMEOUT = 10_000;

export function request(url: string, body?: URLSearchParams): Promise<Answer> {
  return new Promise((done) => {
    const sent = new XMLHttpRequest();
    sent.open(body ? "POST" : "GET", url);
    sent.responseType = "document";
    sent.timeout = TIMEOUT;
    // A proxy in between may respond with anything: of XML the browser makes a page of errors, with styles that the policy refuses.
    sent.overrideMimeType("text/html");
    sent.setRequestHeader("accept", "text/html");
    sent.onloadend = () => {
      const { pathname, search } = new URL(sent.responseURL || url, location.href);
      done({
        status: sent.status,
        page: sent.response as Document | null,
        url: pathname + search,
        retryAfter: Number(sent.getResponseHeader("retry-after")) || 0,
      });
    };
    sent.send(body ?? null);
  });
}
