// The remote `checkout`: the rules of fields, and its entry on the page of contact and address, with the draft, other countries and the status.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

import { bundle } from "../build/bundle.mjs";
import { h, openPage } from "./dom.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function load(entry, define = {}) {
  const [file] = await bundle({ root, esbuild, entry, name: "module", what: entry, define });
  return import(`data:text/javascript;base64,${file.bytes.toString("base64")}`);
}

test("a field breaks the first of its rules, in the words of its attributes", async () => {
  const { faultOf } = await load("assets/checkout/src/fault.ts");
  const field = (value, more = {}) => ({ value, required: false, pattern: "", dataset: {}, ...more });
  const name = (value) => faultOf(field(value, { required: true, dataset: { missing: "Enter it", most: "5", long: "At most 5" } }));
  assert.equal(name(" \t "), "Enter it");
  assert.equal(name("  a   b  "), "");
  assert.equal(name("  a  b  c  "), "", "counted as the server counts: one space between words");
  assert.equal(name("abcdef"), "At most 5");
  assert.equal(name("👩‍🍳é"), "", "characters are code points");
  const mail = (value) => faultOf(field(value, { pattern: "[^@]+@[^@]+\\.[a-z]+", dataset: { noAt: "No @", malformed: "Not one" } }));
  assert.equal(mail(""), "", "nothing at an optional field that is empty");
  assert.equal(mail("ada"), "No @");
  assert.equal(mail("ada@x"), "Not one");
  assert.equal(mail("ada@x.org"), "");
});

test("a pattern is for the whole value, and one that cannot be read refuses nothing", async () => {
  const { faultOf } = await load("assets/checkout/src/fault.ts");
  const check = (pattern, value) => faultOf({ value, required: true, pattern, dataset: { malformed: "wrong" } });
  assert.equal(check("[0-9]{5}|[0-9]{4}", "123456"), "wrong");
  assert.equal(check("\\p{Alphabetic}{1,3}", "éß"), "");
  assert.equal(check("[", "x"), "");
});

test("a note of another format, one of an hour ago, and anything that is none are ignored", async () => {
  const { read } = await load("assets/checkout/src/draft.ts");
  const hour = 60 * 60 * 1000;
  const note = '{"format":1,"at":1000,"fields":{"name":"Ada","billingSame":true}}';
  assert.deepEqual(read(note, 1000 + hour - 1), { name: "Ada", billingSame: true });
  assert.equal(read(note, 1000 + hour), undefined, "the next shopper at this computer");
  const others = [null, "", '{"format":2,"at":1,"fields":{"name":"Ada"}}', '{"format":1,"at":1}', '{"format":1,"at":1,"fields":"x"}'];
  for (const text of [...others, '{"format":1,"fields":{"name":"Ada"}}']) assert.equal(read(text, hour), undefined, text);
});

test("the page about privacy names the draft, the consent and its end, and the address of the bill", async () => {
  const privacy = await readFile(path.join(root, "catalog/data/pages/privacy.md"), "utf8");
  const named = ["address, names, addresses and telephone number that you type at the checkout", "after an hour", "| your consent to news", "You can end your consent", "of the bill"];
  for (const words of named) assert.ok(privacy.includes(words), words);
});

const COUNTRIES = { GB: "United Kingdom", US: "United States" };

function field(name, value = "", { fault, ...more } = {}) {
  const described = fault && { "aria-invalid": "true", "aria-describedby": `${name}-error` };
  return [
    h("label", { for: name }, name, h("span", { "aria-hidden": "true" }, " *")),
    ...(fault ? [h("p", { class: "field-fault", id: `${name}-error` }, fault)] : []),
    h("input", { id: name, type: "text", name, value, required: "", "data-missing": `Enter ${name}`, ...described, ...more }),
  ];
}

function list(name, options, chosen) {
  return h("select", { id: name, name, "data-missing": "Choose" }, ...Object.entries(options).map(([value, text]) => h("option", { value, selected: value === chosen ? "" : undefined }, text)));
}

/** The page of contact and address as the server writes it, in the parts that the remote reads. `faults` are messages by the names of fields. */
function contactPage({ country = "GB", values = {}, faults = {} } = {}) {
  const own = (name, more) => field(name, values[name], { fault: faults[name], ...more });
  const links = Object.entries(faults).map(([name, text]) => h("li", {}, h("a", { href: `#${name}` }, text)));
  const region = country === "US" ? [list("region", { "": "Choose", CA: "California", NV: "Nevada" }, values.region ?? "")] : [];
  const form = h(
    "form",
    { action: "/checkout/contact" },
    ...own("email", { "data-no-at": "No @" }),
    list("country", COUNTRIES, country),
    ...own("name", { "data-most": "5", "data-long": "Enter at most 5 characters" }),
    h("div", { id: "country-fields" }, ...own("city"), ...own("postcode"), ...region),
    h("input", { id: "news", type: "checkbox", name: "news" }),
  );
  const summary = links.length ? [h("div", { id: "problem" }, h("ul", {}, ...links))] : [];
  return h("div", { "data-remote": "checkout", "data-version": "1.0.0" }, ...summary, form, h("aside", { class: "checkout-summary" }));
}

/** Mounts the remote on a page, with the storage of an earlier one or an empty one, and returns the shopper's means. */
async function visit(page, options = {}) {
  const { mount } = await load("assets/checkout/src/index.ts", { CONTRACT: "1" });
  const { answer } = options;
  const opened = openPage(page, { ...options, answer: answer && h("html", {}, answer) });
  const unmount = mount(page, { signal: new AbortController().signal });
  const at = (id) => opened.document.getElementById(id);
  const form = page.querySelector("form");
  const send = (type, target) => form.dispatchEvent(Object.defineProperty(new Event(type), "target", { value: target }));
  return {
    ...opened,
    unmount,
    at,
    value: (id) => at(id)?.value,
    type(id, value) {
      at(id).value = value;
      send("input", at(id));
    },
    change(id, value) {
      this.type(id, value);
      send("change", at(id));
    },
    links: () => opened.document.querySelectorAll("#problem a").map((link) => link.getAttribute("href")),
    status: () => page.querySelector("[role='status']")?.textContent,
    draft: () => JSON.parse(opened.kept.get("checkout-draft") ?? "null"),
  };
}

test("a draft is restored within the hour, by its own format, and never has the consent to news", async () => {
  const first = await visit(contactPage());
  first.at("news").checked = true;
  first.type("name", "Ada");
  assert.deepEqual(first.draft().fields, { email: "", country: "GB", name: "Ada", city: "", postcode: "" });
  const again = await visit(contactPage(), { kept: first.kept });
  assert.deepEqual([again.value("name"), again.at("news").checked], ["Ada", false]);

  const note = first.draft();
  first.kept.set("checkout-draft", JSON.stringify({ ...note, fields: { ...note.fields, news: true } }));
  assert.equal((await visit(contactPage(), { kept: first.kept })).at("news").checked, false, "nor of an older note");
  first.kept.set("checkout-draft", JSON.stringify({ ...note, at: note.at - 60 * 60 * 1000 }));
  const late = await visit(contactPage(), { kept: first.kept });
  assert.deepEqual([late.value("name"), late.draft()], ["", null], "an old draft is removed");
});

test("the contact that the server sends wins, and the draft goes; the response to the form itself keeps it", async () => {
  const first = await visit(contactPage());
  first.type("email", "ada@example.com");
  first.type("name", "Ada");
  const values = { email: "eve@example.com", name: "" };
  const faults = { name: "Enter name" };
  const refused = await visit(contactPage({ values, faults }), { kept: first.kept, path: "/checkout/contact" });
  assert.deepEqual([refused.value("email"), refused.value("name")], ["ada@example.com", "Ada"]);
  const sent = await visit(contactPage({ values }), { kept: first.kept });
  assert.deepEqual([sent.value("email"), sent.value("name"), sent.draft()], ["eve@example.com", "", null]);
});

test("a region outlives a reload where its list comes later", async () => {
  const first = await visit(contactPage(), { answer: contactPage({ country: "US" }) });
  first.change("country", "US");
  first.requests[0]();
  first.change("region", "NV");
  first.type("city", "Reno");

  const again = await visit(contactPage(), { kept: first.kept, answer: contactPage({ country: "US" }) });
  assert.equal(again.at("region"), null);
  again.type("name", "Ada");
  assert.equal(again.draft().fields.region, "NV", "a draft that is kept before the list is there has it too");
  again.type("email", "");
  again.requests[0]();
  assert.deepEqual([again.value("region"), again.value("city"), again.value("name")], ["NV", "Reno", "Ada"]);
  assert.equal(again.draft().fields.region, "NV");

  const failing = await visit(contactPage(), { kept: first.kept });
  failing.requests[0](503);
  assert.ok(failing.document.querySelector(".redraws-by-button"));
  assert.equal(failing.draft().fields.region, "NV", "a failure loses nothing");
  const other = await visit(contactPage(), { kept: first.kept, answer: contactPage({ country: "US" }) });
  other.change("country", "GB");
  other.change("country", "US");
  other.requests.at(-1)();
  assert.equal(other.value("region"), "", "a region of a country that was left");
});

test("another country takes the links of its fields with it, and the last one takes the summary", async () => {
  const faults = { postcode: "Enter a postcode", region: "Choose your state" };
  const open = (more) =>
    visit(contactPage({ country: "US", values: { email: "ada@example.com" }, faults: { ...faults, ...more } }), {
      path: "/checkout/contact",
      title: "Error: Contact and address",
      answer: contactPage(),
    });
  const page = await open({ name: "Enter name" });
  page.change("country", "GB");
  assert.deepEqual(page.links(), ["#postcode", "#region", "#name"], "until the fields are there");
  page.requests[0]();
  assert.deepEqual(page.links(), ["#name"]);
  assert.equal(page.document.title, "Error: Contact and address");
  page.type("name", "Ada");
  assert.deepEqual([page.at("problem"), page.document.title], [null, "Contact and address"]);

  const alone = await open({});
  alone.change("country", "GB");
  alone.requests[0]();
  assert.deepEqual([alone.at("problem"), alone.document.title], [null, "Contact and address"]);
});

test("one polite status has each message that appears, and the change of fields", async () => {
  const page = await visit(contactPage(), { answer: contactPage({ country: "US" }) });
  assert.equal(page.status(), "", "it is there before its first text");
  page.type("name", "Ada Lovelace");
  assert.equal(page.status(), "", "nothing while somebody types");
  page.change("name", "Ada Lovelace");
  assert.equal(page.status(), "name: Enter at most 5 characters");
  assert.equal(page.at("name-error").textContent, "Enter at most 5 characters");
  page.change("country", "US");
  page.requests[0]();
  assert.equal(page.status(), "The fields of the address have changed for United States.");
  assert.equal(page.document.querySelectorAll("[role='status']").length, 1);
  page.unmount();
  assert.equal(page.document.querySelectorAll("[role='status']").length, 0);
});
