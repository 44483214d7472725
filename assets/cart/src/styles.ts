// The remote's stylesheets: the page names them in a template, with their integrity, and they are fetched with the first use.

export async function addStyles(remote: string, signal: AbortSignal): Promise<void> {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-styles="${remote}"]`);
  const links = [...(template?.content.querySelectorAll("link") ?? [])].map((link) => document.importNode(link));
  signal.addEventListener("abort", () => links.forEach((link) => link.remove()));
  await Promise.all(
    links.map(
      (link) =>
        new Promise((done, fail) => {
          link.onload = done;
          link.onerror = () => fail(new Error(`${link.href} could not be loaded`));
          document.head.append(link);
        }),
    ),
  );
}
