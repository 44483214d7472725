// How the scenarios run: one browser, the machine's Chromium, against the built Worker.
// Timeouts are ceilings for a busy machine; no scenario waits for time to pass.
import { defineConfig } from "@playwright/test";

import { AWKWARD_PORT, BROWSER_ARGUMENTS, ORIGIN, PORT, ROLLOUT_PORT, SELLING_PORT, findChromium } from "./environment.mjs";

export default defineConfig({
  testDir: ".",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 30_000,
  expect: { timeout: 7_000 },
  reporter: "list",
  use: {
    baseURL: ORIGIN,
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    colorScheme: "light",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: findChromium(),
      args: BROWSER_ARGUMENTS,
    },
  },
  webServer: [serve(PORT), serve(ROLLOUT_PORT), serve(AWKWARD_PORT, { AWKWARD: "1" }), serve(SELLING_PORT, { SELLING: "1" })],
});

/** The Worker with a storage of its own. */
function serve(port: number, environment: Record<string, string> = {}) {
  return {
    command: "node server.mjs",
    env: { BROWSER_TEST_PORT: String(port), ...environment },
    url: `http://127.0.0.1:${port}/health`,
    timeout: 60_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: "SIGTERM" as const, timeout: 5_000 },
    stdout: "ignore" as const,
    stderr: "pipe" as const,
  };
}
