// Checks that an SVG file is well formed and only a picture, and gives it back without comments and idle whitespace.
// A picture may not run, load or link to anything: no scripts, handlers, foreign content or outside addresses.
import { BuildError } from "./error.mjs";

const NAME = /[A-Za-z_][\w:.-]*/y;
const ATTRIBUTE = /\s+([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)/;

/** Elements that run, embed or navigate. */
const REFUSED = new Set(["script", "foreignobject", "iframe", "object", "embed", "audio", "video", "canvas", "image", "feimage", "a", "handler", "listener", "link"]);

/** Elements whose whitespace is shown or meant. */
const VERBATIM = new Set(["text", "tspan", "textPath", "style", "title", "desc"]);

/** @param {string} file the name for messages  @param {string} source  @returns {string} the smaller text */
export function checkSvg(file, source) {
  const refuse = (rule, at) => {
    const line = source.slice(0, at).split("\n").length;
    throw new BuildError(`\`${file}\` line ${line}: ${rule}`, "pictures are well-formed SVG that shows and does nothing else");
  };
  const ids = new Set();
  const uses = [];
  /** The elements that are open, each with the place of its tag in the output. */
  const open = [];
  const output = [];
  let rootSeen = false;
  let at = source.startsWith("\uFEFF") ? 1 : 0;

  const checkAddresses = (value, place) => {
    for (const [, address] of value.matchAll(/url\(\s*["']?\s*([^)"']*)/gi)) {
      if (!address.startsWith("#")) refuse(`\`url(${address.slice(0, 40)})\` leads outside the picture`, place);
      uses.push([address.slice(1).trim(), place]);
    }
    if (/@import|(?:java|vb)script:/i.test(value)) refuse("an import or a script address has no place in a picture", place);
  };

  const readTag = () => {
    const start = at;
    NAME.lastIndex = at + 1;
    const name = NAME.exec(source)?.[0];
    if (!name) refuse("`<` begins no element", start);
    if (REFUSED.has(name.replace(/^.*:/, "").toLowerCase())) refuse(`the element \`${name}\` has no place in a picture`, start);
    at = NAME.lastIndex;
    const attributes = new Map();
    for (;;) {
      ATTRIBUTE.lastIndex = at;
      const match = ATTRIBUTE.exec(source);
      if (!match) break;
      const [, key, double, single] = match;
      const value = double ?? single ?? "";
      if (attributes.has(key)) refuse(`the attribute \`${key}\` stands twice`, at);
      if (/^on/i.test(key)) refuse(`the event handler \`${key}\` has no place in a picture`, at);
      if (REFERENCE.test(value)) refuse(`the value of \`${key}\` has a bare \`&\` or an unknown entity`, at);
      // An address can hide its scheme behind character references, and no picture needs one here.
      if (/^(?:xlink:)?href$|^src$/i.test(key)) {
        if (!value.startsWith("#")) refuse(`\`${key}\` leads outside the picture`, at);
        uses.push([value.slice(1), at]);
      } else {
        if (value.includes("&#")) refuse(`the value of \`${key}\` has a character reference`, at);
        checkAddresses(value, at);
      }
      if (key === "id") {
        if (ids.has(value)) refuse(`the id \`${value}\` stands twice`, at);
        ids.add(value);
      }
      attributes.set(key, value);
      at = ATTRIBUTE.lastIndex;
    }
    const [end] = /^\s*\/?>/.exec(source.slice(at, at + 4096)) ?? [];
    if (!end) refuse(`the tag \`${name}\` is not well formed`, start);
    at += end.length;
    if (open.length === 0) {
      if (rootSeen) refuse("there is more than one root element", start);
      if (name !== "svg" || attributes.get("xmlns") !== "http://www.w3.org/2000/svg") refuse('the root must be `<svg xmlns="http://www.w3.org/2000/svg">`', start);
      if (!attributes.has("viewBox")) refuse("the root has no `viewBox`", start);
      rootSeen = true;
    }
    const written = [...attributes].map(([key, value]) => ` ${key}="${value.replace(/\s+/g, " ").replaceAll('"', "&quot;")}"`).join("");
    const closed = end.trim() === "/>";
    output.push(`<${name}${written}${closed ? "/" : ""}>`);
    if (!closed) open.push({ name, place: output.length - 1 });
  };

  while (at < source.length) {
    if (source.startsWith("<!--", at)) {
      const end = source.indexOf("-->", at + 4);
      if (end < 0 || source.slice(at + 4, end).includes("--")) refuse("a comment is not well formed", at);
      at = end + 3;
    } else if (source.startsWith("<?xml ", at) && output.length === 0) {
      const end = source.indexOf("?>", at);
      if (end < 0) refuse("the XML declaration does not end", at);
      at = end + 2;
    } else if (source.startsWith("<!", at) || source.startsWith("<?", at)) {
      refuse("document types, entities, CDATA and processing instructions have no place in a picture", at);
    } else if (source.startsWith("</", at)) {
      const [tag, name] = /^<\/([A-Za-z_][\w:.-]*)\s*>/.exec(source.slice(at, at + 256)) ?? [];
      const expected = open.pop();
      if (!tag || name !== expected?.name) refuse(expected ? `\`</${expected.name}>\` was expected` : "an element ends that did not begin", at);
      // An element without content is the same as an empty tag.
      if (expected.place === output.length - 1) output.push(output.pop().replace(/>$/, "/>"));
      else output.push(`</${name}>`);
      at += tag.length;
    } else if (source[at] === "<") {
      readTag();
    } else {
      const next = source.indexOf("<", at);
      const text = source.slice(at, next < 0 ? source.length : next);
      const verbatim = open.some(({ name }) => VERBATIM.has(name));
      if (text.trim() !== "" && !verbatim) refuse(`text stands outside of \`text\`, \`title\`, \`desc\` and \`style\`: \`${text.trim().slice(0, 40)}\``, at);
      if (REFERENCE.test(text)) refuse("the text has a bare `&` or an unknown entity", at);
      if (open.some(({ name }) => name === "style") && /[&\\]/.test(text)) refuse("a style has an escape", at);
      checkAddresses(text, at);
      if (verbatim) output.push(text.replace(/\s+/g, " "));
      at += text.length;
    }
  }
  if (!rootSeen) refuse("there is no `svg` element", 0);
  if (open.length > 0) refuse(`\`</${open.at(-1).name}>\` is missing`, source.length);
  const dangling = uses.find(([id]) => !ids.has(id));
  if (dangling) refuse(`\`#${dangling[0]}\` names no element of the picture`, dangling[1]);
  return `${output.join("")}\n`;
}
