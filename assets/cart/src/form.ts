// Forms that change the cart: where they lead, and what they send.

/** The address that a form is sent to by a button. */
export function addressOf(form: HTMLFormElement, submitter: HTMLElement | null): string {
  return submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
}

/** The content of a form, as the browser would send it. */
export function contentOf(form: HTMLFormElement, submitter: HTMLElement | null): URLSearchParams {
  return new URLSearchParams(new FormData(form, submitter) as unknown as Record<string, string>);
}
