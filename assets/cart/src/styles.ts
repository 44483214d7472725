// The remote's stylesheets: the page names them with their integrity, disabled, and they are fetched with the first use.

export async function enableStyles(remote: string): Promise<void> {
  const links = document.querySelectorAll<HTMLLinkElement>(`link[disabled][href^="/remotes/${remote}/"]`);
  await Promise.all(
    [...links].map(
      (link) =>
        new Promise((done, fail) => {
          link.onload = done;
          link.onerror = () => fail(new Error(`${link.href} could not be loaded`));
          link.disabled = false;
          link.removeAttribute("disabled");
        }),
    ),
  );
}
