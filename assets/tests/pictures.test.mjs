// The shop's own pictures: which files come of each, what the table says of them, and what a catalog may name.
// Photos are made here, of few pixels; nothing looks at the shop's own.
import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import sharp from "sharp";

import { build } from "../build.mjs";
import { widthsOf } from "../build/renditions.mjs";
import { contents, readJson, withProject, write } from "./project.mjs";

const FIRST = { record: true };

/** A photo of soft colours, or of one colour that can be seen through. */
function photo(width, height, { format = "png", alpha = 1 } = {}) {
  const channels = alpha < 1 ? 4 : 3;
  const pixels = Buffer.alloc(width * height * channels);
  for (let at = 0; at < width * height; at += 1) {
    const [x, y] = [at % width, Math.floor(at / width)];
    pixels.set([(x * 255) / width, (y * 255) / height, 128, 255 * alpha].slice(0, channels), at * channels);
  }
  return sharp(pixels, { raw: { width, height, channels } }).toFormat(format).toBuffer();
}

const table = async (root) => (await readJson(root, "assets/dist/shell/manifest.json")).pictures;

async function refuses(root, message, hint = /./) {
  await assert.rejects(build({ root, ...FIRST }), (error) => {
    assert.equal(error.name, "BuildError", error.stack);
    assert.match(error.message, message);
    assert.match(error.hint ?? "x", hint);
    return true;
  });
}

test("a picture has the widths that it has pixels for", () => {
  const check = (width, expect) => assert.deepEqual(widthsOf(width), expect);
  check(1, [1]);
  check(160, [160]);
  check(161, [160, 161]);
  check(1000, [160, 320, 480, 640, 960, 1000]);
  check(1440, [160, 320, 480, 640, 960, 1440]);
  check(9000, [160, 320, 480, 640, 960, 1440]);
});

test("a photo comes in three formats at every width, each of the size that the table says", async () => {
  await withProject({ "assets/pictures/desk.png": await photo(700, 350) }, async (root) => {
    await build({ root, ...FIRST });
    const desk = (await table(root))["desk.png"];
    assert.deepEqual({ ...desk, renditions: desk.renditions.widths, link: { ...desk.link, path: "" } }, {
      width: 700, height: 350, tone: "#7e7f80", drawing: null, renditions: [160, 320, 480, 640, 700], link: { path: "", width: 700, height: 350 },
    });
    assert.match(desk.renditions.folder, /^pictures\/desk-[A-Z2-7]{8}$/);
    assert.equal(desk.link.path, `${desk.renditions.folder}/700.jpg`);
    const files = await contents(root, "assets/dist/shell");
    const listed = (await readJson(root, "assets/dist/shell/manifest.json")).files;
    for (const width of desk.renditions.widths) {
      for (const [extension, format] of [["avif", "heif"], ["webp", "webp"], ["jpg", "jpeg"]]) {
        const bytes = Buffer.from(files[`${desk.renditions.folder}/${width}.${extension}`], "latin1");
        const found = await sharp(bytes).metadata();
        assert.deepEqual([found.format, found.width, found.height], [format, width, Math.round(width / 2)]);
        const entry = listed[`pictures/desk.png/${width}.${extension}`];
        assert.deepEqual([entry.path, entry.size], [`${desk.renditions.folder}/${width}.${extension}`, bytes.length]);
      }
    }
    assert.equal(files["pictures/desk.png"], undefined, "the source itself is not published");
  });
});

test("a drawing stays one, with a JPEG for those who know no SVG", async () => {
  const wide = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"><path fill="#c08040" d="M0 0h30v20H0z"/></svg>';
  await withProject({ "assets/pictures/wide.svg": wide }, async (root) => {
    await build({ root, ...FIRST });
    const { "wide.svg": picture, "mug.svg": mug } = await table(root);
    assert.deepEqual([picture.width, picture.height, picture.tone, picture.renditions], [30, 20, "#c08040", null]);
    assert.deepEqual([picture.link.width, picture.link.height], [1200, 800]);
    const files = await contents(root, "assets/dist/shell");
    const link = await sharp(Buffer.from(files[picture.link.path], "latin1")).metadata();
    assert.deepEqual([link.format, link.width, link.height, link.hasAlpha], ["jpeg", 1200, 800, false]);
    assert.equal(mug.tone, null, "the page shines through half of it");
  });
});

test("what can be seen through has no placeholder colour, and a photo stands as its camera says", async () => {
  const turned = await sharp(await photo(300, 200, { format: "jpeg" })).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  await withProject({ "assets/pictures/glass.webp": await photo(200, 200, { format: "webp", alpha: 0.5 }), "assets/pictures/turned.jpg": turned }, async (root) => {
    await build({ root, ...FIRST });
    const { "glass.webp": glass, "turned.jpg": upright } = await table(root);
    assert.equal(glass.tone, null);
    assert.deepEqual([upright.width, upright.height], [200, 300]);
  });
});

test("two builds in two places give the same bytes, and a repeated one encodes nothing", async () => {
  const files = { "assets/pictures/desk.jpg": await photo(500, 500, { format: "jpeg" }), "assets/pictures/glass.png": await photo(170, 90, { alpha: 0.3 }) };
  const twice = [1, 2].map((cores) =>
    withProject(files, async (root) => {
      // As on a machine of so many cores.
      sharp.concurrency(cores);
      assert.equal((await build({ root, ...FIRST })).encoded, 3);
      assert.equal((await build({ root })).encoded, 0);
      return contents(root, "assets/dist/shell");
    }),
  );
  const [first, second] = await Promise.all(twice);
  assert.deepEqual(first, second);
  assert.equal(sharp.concurrency(), 1, "the AVIF encoder's bytes follow from the number of its threads");
});

test("one changed picture is the one that is encoded, and nothing is kept of what is gone", async () => {
  await withProject({ "assets/pictures/desk.png": await photo(180, 90) }, async (root) => {
    await build({ root, ...FIRST });
    const kept = () => readdir(path.join(root, "target/pictures"));
    assert.equal((await kept()).length, 2);
    await write(root, "assets/pictures/desk.png", await photo(190, 90));
    assert.equal((await build({ root })).encoded, 1);
    assert.equal((await kept()).length, 2);
    // What a build that was cut short has left is made again.
    const [entry] = await kept();
    await write(root, `target/pictures/${entry}/facts.json`, "{");
    assert.equal((await build({ root })).encoded, 1);
    assert.ok((await stat(path.join(root, "target/pictures", entry, "facts.json"))).size > 1);
  });
});

test("a catalog names pictures by the names of their files", async () => {
  const check = async (record, message) => {
    const change = { "catalog/data/products.json": JSON.stringify([{ id: "7", ...record }]) };
    await withProject(change, (root) => (message ? refuses(root, message, /add the picture/) : build({ root, ...FIRST })));
  };
  await check({ imageUrl: "/assets/pictures/mug.svg" });
  await check({ imageUrl: "/assets/pictures/mug-ABCDEFGH.svg" });
  await check({ imageUrl: "https://elsewhere.example/assets/pictures/no.svg" });
  await check({ imageUrl: "/assets/pictures/cup.svg" }, /product `7` .* shows `\/assets\/pictures\/cup\.svg`, .* no such picture/);
  await check({ images: [{ url: "/assets/pictures/mug.svg" }, { url: "/assets/pictures/cup.svg" }] }, /cup\.svg/);
  await check({ variants: [{ image: "/assets/pictures/cup.svg" }] }, /cup\.svg/);
  // Another format is for the Worker's build to read, which checks pictures as well.
  await withProject({ "catalog.ndjson": "not read\n" }, (root) => build({ root, catalog: path.join(root, "catalog.ndjson"), ...FIRST }));
});

test("what is no picture is refused by name", async () => {
  const check = (name, content, message) => withProject({ [`assets/pictures/${name}`]: content }, (root) => refuses(root, message));
  await check("Mug 2.svg", "", /`assets\/pictures\/Mug 2\.svg` is no name for a picture/);
  await check("mug.gif", "", /is no name for a picture/);
  await check("mug.jpg", "not a picture", /`assets\/pictures\/mug\.jpg` cannot be read as a picture/);
});
