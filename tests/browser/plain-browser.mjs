// A browser that renders pages ahead. Playwright attaches to pages in a way that switches this off, so the scenario speaks the
// DevTools protocol itself, over a pipe, and attaches to tabs (https://chromedevtools.github.io/devtools-protocol/tot/Target/).
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { BROWSER_ARGUMENTS, findChromium } from "./environment.mjs";

/** Ceiling for one condition on a busy machine; nothing waits for time to pass. */
const PATIENCE = 15_000;

/** Starts a browser with one tab. `close` ends it and removes its profile. */
export async function startPlainBrowser() {
  const profile = mkdtempSync(path.join(tmpdir(), "storefront-profile-"));
  const child = spawn(findChromium(), [...BROWSER_ARGUMENTS, "--headless=new", "--window-size=1280,900", `--user-data-dir=${profile}`, "--remote-debugging-pipe", "about:blank"], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const connection = new Connection(child.stdio[3], child.stdio[4]);
  const attach = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true };
  const tab = connection.next("Target.attachedToTarget", ({ targetInfo }) => targetInfo.type === "tab");
  await connection.send("Target.setAutoAttach", { ...attach, filter: [{ type: "tab" }, { exclude: true }] });
  const { sessionId } = await tab;
  const first = connection.next("Target.attachedToTarget", ({ targetInfo }) => targetInfo.type === "page");
  await connection.send("Target.setAutoAttach", { ...attach, filter: [{}] }, sessionId);
  const page = new PlainPage(connection, (await first).sessionId);
  return {
    page,
    /** The page that the browser renders ahead next. */
    nextAhead: async () => new PlainPage(connection, (await connection.next("Target.attachedToTarget", ({ targetInfo }) => targetInfo.subtype === "prerender")).sessionId),
    cookies: async () => (await connection.send("Storage.getCookies")).cookies,
    close: async () => {
      void connection.send("Browser.close").catch(() => undefined);
      await ended;
      // Its processes end one after the other, and the last of them still write.
      await rm(profile, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

/** One page, shown or rendered ahead. */
class PlainPage {
  #connection;
  #session;

  constructor(connection, session) {
    this.#connection = connection;
    this.#session = session;
  }

  async goto(url) {
    await this.#send("Page.navigate", { url });
  }

  /** The value of an expression in the page, a promise's once it has settled. */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.#send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(`\`${expression}\`: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
    return result.value;
  }

  /** Waits until an expression is true. A page that is being replaced has no answer for a moment. */
  async until(expression) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const value = await this.evaluate(expression).catch(() => undefined);
      if (value) return value;
      if (Date.now() > end) throw new Error(`\`${expression}\` did not become true within ${PATIENCE} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Rests the pointer on the first element that a selector finds, and returns what clicks there. */
  async hover(selector) {
    const place = await this.evaluate(`(() => { const box = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; })()`);
    const mouse = (type, more = {}) => this.#send("Input.dispatchMouseEvent", { type, ...place, ...more });
    await mouse("mouseMoved");
    return async () => {
      await mouse("mousePressed", { button: "left", clickCount: 1 });
      // The page may be gone before it has answered.
      void mouse("mouseReleased", { button: "left", clickCount: 1 }).catch(() => undefined);
    };
  }

  #send(method, parameters) {
    return this.#connection.send(method, parameters, this.#session);
  }
}

/** Messages over a pipe, each ended by a zero byte. */
class Connection {
  #input;
  #last = 0;
  #waiting = new Map();
  #listeners = new Set();

  constructor(input, output) {
    this.#input = input;
    let rest = "";
    output.setEncoding("utf8");
    output.on("data", (text) => {
      const parts = (rest + text).split("\0");
      rest = parts.pop();
      for (const part of parts) this.#receive(JSON.parse(part));
    });
    input.on("error", () => undefined);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#last;
    this.#input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, method }));
  }

  /** The parameters of the next event of a kind. */
  next(method, fits) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no \`${method}\` within ${PATIENCE} ms`)), PATIENCE);
      const listener = (message) => {
        if (message.method !== method || !fits(message.params)) return;
        clearTimeout(timer);
        this.#listeners.delete(listener);
        resolve(message.params);
      };
      this.#listeners.add(listener);
    });
  }

  #receive(message) {
    for (const listener of [...this.#listeners]) listener(message);
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#waiting.delete(message.id);
    if (message.error) waiting.reject(new Error(`${waiting.method}: ${message.error.message}`));
    else waiting.resolve(message.result);
  }
}
