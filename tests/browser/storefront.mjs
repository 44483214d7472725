// The operator at work on a shop of the scenarios, mostly the one whose releases change: makes versions and runs `storefront`.
// Publishes through the S3 API of the simulated bucket, as an operator does; reaches into nothing.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { ROLLOUT_ORIGIN, ROOT, findStorefront } from "./environment.mjs";

/**
 * Runs a command on the shop whose releases change and gives what it printed; a command that fails fails the scenario.
 * @param {...string} parameters
 * @returns {Promise<string>}
 */
export function storefront(...parameters) {
  return storefrontAt(ROLLOUT_ORIGIN, ...parameters);
}

async function storefrontAt(origin, ...parameters) {
  const wrangler = await readFile(path.join(ROOT, "wrangler.toml"), "utf8");
  const setting = (name) => new RegExp(`^${name} = "(.+)"`, "m").exec(wrangler)?.[1] ?? "";
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ENDPOINT_URL_S3: `${origin}/cdn-cgi/local/r2/s3/`,
    AWS_REGION: "auto",
    AWS_ACCESS_KEY_ID: setting("accessKeyId"),
    AWS_SECRET_ACCESS_KEY: setting("secretAccessKey"),
    REMOTES_BUCKET: setting("bucket_name"),
    SHOP_URL: origin,
  };
  const { stdout } = await promisify(execFile)(findStorefront(), parameters, { env });
  return stdout;
}

/**
 * The version of a remote that was built with the Worker.
 * @param {string} [remote]
 * @returns {Promise<string>}
 */
export async function bundledVersion(remote = "products") {
  return JSON.parse(await readFile(path.join(ROOT, "assets", remote, "remote.json"), "utf8")).version;
}

/**
 * Publishes the bundled version under another number: each of its files says which version it is of.
 * @param {string} version
 * @param {string} [origin] of the shop whose bucket it goes into
 * @param {string} [remote]
 */
export async function publish(version, origin = ROLLOUT_ORIGIN, remote = "products") {
  const folder = await mkdtemp(path.join(tmpdir(), "storefront-version-"));
  try {
    const target = path.join(folder, remote, version);
    await cp(path.join(ROOT, "assets", "dist", "remotes", remote, await bundledVersion(remote)), target, { recursive: true });
    const manifest = JSON.parse(await readFile(path.join(target, "manifest.json"), "utf8"));
    manifest.version = version;
    for (const [name, file] of Object.entries(manifest.files)) {
      const mark = name.endsWith(".css") ? `\n:root{--version-of-style:"${version}"}` : `\n/* ${version} */`;
      const text = (await readFile(path.join(target, name), "utf8")) + mark;
      await writeFile(path.join(target, name), text);
      file.integrity = `sha384-${createHash("sha384").update(text).digest("base64")}`;
      file.size = Buffer.byteLength(text);
    }
    await writeFile(path.join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    await storefrontAt(origin, "publish", target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The serial of the present release of a remote.
 * @param {string} [remote]
 * @returns {Promise<number>}
 */
export async function serial(remote = "products") {
  const status = await storefront("status", remote, "--json");
  const found = /"serial":\s*(\d+)/.exec(status)?.[1];
  if (!found) throw new Error(`\`storefront status --json\` tells no serial: ${status}`);
  return Number(found);
}
