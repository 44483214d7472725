// What a picture may be: well-formed SVG that shows and does nothing else.
// The checker is no XML library; these are the constructs that it is there to refuse.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import test from "node:test";

import { checkSvg } from "../build/svg.mjs";

const svg = (inside, attributes = "") => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"${attributes}>${inside}</svg>`;

const accepts = (source, expected) => assert.equal(checkSvg("x.svg", source), `${expected}\n`);
const refuses = (source, rule) =>
  assert.throws(
    () => checkSvg("x.svg", source),
    (error) => error.name === "BuildError" && rule.test(error.message),
    `${source} should break ${rule}`,
  );

test("a picture comes back smaller and the same", () => {
  accepts(svg(" <!-- a note -->\n <g>\n  <path d='M0 0\n h8'/>\n </g> "), svg('<g><path d="M0 0 h8"/></g>'));
  accepts(`\uFEFF<?xml version="1.0"?>\n${svg("<g></g>")}`, svg("<g/>"));
  accepts(svg("<title>A  mug &amp; more</title>"), svg("<title>A mug &amp; more</title>"));
  accepts(svg('<g id="a"/><use href="#a"/><path fill="url(#a)"/>'), svg('<g id="a"/><use href="#a"/><path fill="url(#a)"/>'));
  accepts(svg("<text>a <tspan>b</tspan> c</text>"), svg("<text>a <tspan>b</tspan> c</text>"));
  accepts(svg("<path d='\"'/>"), svg('<path d="&quot;"/>'));
});

test("nothing in a picture runs, loads or leads elsewhere", () => {
  refuses(svg("<script>alert(1)</script>"), /element `script`/);
  refuses(svg("<SCRIPT/>"), /element `SCRIPT`/);
  refuses(svg("<svg:script/>"), /element `svg:script`/);
  refuses(svg("<foreignObject/>"), /element `foreignObject`/);
  refuses(svg("<image href='#a'/>"), /element `image`/);
  refuses(svg("<a href='#a'/>"), /element `a`/);
  refuses(svg("", ' onload="alert(1)"'), /event handler `onload`/);
  refuses(svg("<path ONCLICK='x'/>"), /event handler `ONCLICK`/);
  refuses(svg("<use href='other.svg#a'/>"), /`href` leads outside/);
  refuses(svg("<use xlink:href='https://example.com/'/>"), /`xlink:href` leads outside/);
  refuses(svg("<path fill='url(https://example.com/#a)'/>"), /leads outside/);
  refuses(svg("<path fill='url( \"x.svg#a\" )'/>".replaceAll('"', "&quot;")), /leads outside|unknown/);
  refuses(svg("<style>@import 'x.css';</style>"), /import/);
  refuses(svg("<style>a { fill: url(x) }</style>"), /leads outside/);
  refuses(svg("<style>a { fill: u\\72l(x) }</style>"), /escape/);
  refuses(svg("<set to='java&#115;cript:x'/>"), /character reference/);
  refuses(svg("<set to='javascript:x'/>"), /script address/);
});

test("a picture is well formed", () => {
  refuses("", /no `svg` element/);
  refuses("hello", /text stands outside/);
  refuses("<html/>", /the root must be/);
  refuses('<svg viewBox="0 0 1 1"/>', /the root must be/);
  refuses('<svg xmlns="http://www.w3.org/2000/svg"/>', /no `viewBox`/);
  refuses(svg("<g>"), /`<\/g>` was expected/);
  refuses(`${svg("")}${svg("")}`, /more than one root/);
  refuses(svg("").replace("</svg>", ""), /`<\/svg>` is missing/);
  refuses(`${svg("")}</g>`, /ends that did not begin/);
  refuses(svg("<g a=b/>"), /not well formed/);
  refuses(svg('<g a="1"b="2"/>'), /not well formed/);
  refuses(svg('<g a="1" a="2"/>'), /stands twice/);
  refuses(svg('<g id="a"/><g id="a"/>'), /id `a` stands twice/);
  refuses(svg("<path fill='url(#none)'/>"), /`#none` names no element/);
  refuses(svg("<title>a & b</title>"), /bare `&`/);
  refuses(svg("<title>&nbsp;</title>"), /unknown entity/);
  refuses(svg("<!-- a -- b -->"), /comment/);
  refuses(`<!DOCTYPE svg [<!ENTITY x "y">]>${svg("")}`, /document types/);
  refuses(svg("<![CDATA[x]]>"), /CDATA/);
  refuses(svg("<?xml-stylesheet href='x'?>"), /processing instructions/);
  refuses(svg("stray"), /line 1: text stands outside/);
  refuses(svg("\n\n<g"), /line 3/);
});

test("every picture of the shop is accepted, and accepted again once it is small", async () => {
  const folder = new URL("../pictures/", import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".svg"));
  for (const name of names) {
    const small = checkSvg(name, await readFile(new URL(name, folder), "utf8"));
    assert.equal(checkSvg(name, small), small, name);
  }
});
