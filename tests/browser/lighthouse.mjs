// Lighthouse on a page that is open in a browser with a port for it: the score of accessibility, in snapshot mode, which looks at the page as it
// stands and loads nothing. Sends nothing anywhere.
import { snapshot } from "lighthouse";
import { connect } from "puppeteer-core";

/**
 * @param {number} port of the browser
 * @param {string} url of the page
 * @returns {Promise<{ score: number, failed: string[] }>} the score from 0 to 1, and the audits that are not passed
 */
export async function accessibility(port, url) {
  const browser = await connect({ browserURL: `http://127.0.0.1:${port}`, defaultViewport: null });
  try {
    const page = (await browser.pages()).find((open) => open.url() === url);
    if (!page) throw new Error(`no open page has the address \`${url}\``);
    const result = await snapshot(page, { flags: { onlyCategories: ["accessibility"], logLevel: "error", formFactor: "desktop", screenEmulation: { disabled: true } } });
    if (!result) throw new Error("Lighthouse gave no result");
    const { audits, categories } = result.lhr;
    const failed = Object.values(audits).filter(({ score }) => score !== null && score < 1).map(({ id, title }) => `${id}: ${title}`);
    return { score: categories.accessibility.score ?? 0, failed };
  } finally {
    await browser.disconnect();
  }
}
