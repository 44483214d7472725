// Fetches a page of the shop as a document.
// By XMLHttpRequest, since the pages' policy enforces Trusted Types and this is the one way to parse HTML that is no sink.

/** What came of a fetch that was not cancelled. */
export type Fetched =
  | { readonly kind: "page"; readonly document: Document; readonly url: string }
  /** The network, the server or something between them failed; the same request may work later. */
  | { readonly kind: "failed" };

const TIMEOUT = 15_000;

/** Calls back once, unless cancelled before. */
export function fetchPage(url: string, done: (fetched: Fetched) => void): { cancel(): void } {
  const request = new XMLHttpRequest();
  request.open("GET", url);
  request.responseType = "document";
  request.timeout = TIMEOUT;
  request.setRequestHeader("accept", "text/html");
  request.onloadend = () => {
    const { status, response, responseURL } = request;
    const failed = status === 0 || status >= 500 || status === 408 || status === 429 || !response;
    done(failed ? { kind: "failed" } : { kind: "page", document: response as Document, url: responseURL });
  };
  request.send();
  return {
    cancel() {
      request.onloadend = null;
      request.abort();
    },
  };
}
