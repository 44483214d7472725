// Gives a page another module for a remote, integrity and policy included, as if it had been published like that.
// Only the page at one address; what the browser would refuse is not made acceptable, it is made consistent.
import { expect, type Page, type Remote } from "./fixtures.ts";

export async function replaceModule(page: Page, address: string, remote: Remote, source: string): Promise<void> {
  const integrity = `sha384-${await digest("SHA-384", source)}`;
  await page.route(`**/remotes/${remote}/*/*.js`, (route) =>
    route.fulfill({ contentType: "text/javascript; charset=utf-8", body: source }),
  );
  await page.route(
    (url) => url.pathname === address,
    async (route) => {
      const response = await route.fetch();
      const html = await response.text();
      const map = importMap(html);
      const { imports, integrity: known } = JSON.parse(map) as { imports: Record<string, string>; integrity: Record<string, string> };
      const published = known[imports[`remote/${remote}`] ?? ""];
      expect(published, "the page names the integrity of the remote's entry").toMatch(/^sha384-/);
      const changed = html.replaceAll(published!, integrity);

      const headers = response.headers();
      const policy = headers["content-security-policy"] ?? "";
      const hash = `'sha256-${await digest("SHA-256", map)}'`;
      expect(policy, "the policy names the import map by its hash").toContain(hash);
      headers["content-security-policy"] = policy.replace(hash, `'sha256-${await digest("SHA-256", importMap(changed))}'`);
      await route.fulfill({ status: response.status(), headers, body: changed });
    },
  );
}

function importMap(html: string): string {
  return /<script type="importmap">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
}

/** A hash in base64, as policies and integrities have it. */
export async function digest(algorithm: string, text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest(algorithm, new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...bytes));
}
