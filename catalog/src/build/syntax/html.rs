//! Text out of the HTML that exports put into descriptions: known tags are taken away, entities decoded, white space collapsed.
//! Reads every byte once; text that merely looks like a tag, as in `a <5 mm gap`, stays.

/// Elements whose content is no text.
const HIDDEN: [&str; 6] = ["head", "noscript", "script", "style", "template", "title"];

/// Elements that end a word.
const BLOCKS: [&str; 40] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "td",
    "th",
    "tr",
    "ul",
    "img",
];

/// Elements inside a word, and others that have no text around them.
const OTHERS: [&str; 51] = [
    "a", "abbr", "acronym", "area", "audio", "b", "base", "bdi", "bdo", "big", "canvas", "center", "cite", "code",
    "col", "colgroup", "data", "del", "dfn", "em", "embed", "fieldset", "font", "i", "iframe", "input", "ins", "kbd",
    "label", "link", "map", "mark", "meta", "o:p", "object", "picture", "q", "s", "samp", "small", "source", "span",
    "strike", "strong", "sub", "sup", "svg", "tbody", "thead", "u", "video",
];

/// The text of a piece of HTML, on one line.
pub(in crate::build) fn text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return collapsed(html);
    }
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(place) = rest.find('<') {
        let (before, from_tag) = rest.split_at(place);
        text.push_str(before);
        let length = if let Some(tag) = Tag::at(from_tag) {
            if tag.is_block {
                text.push(' ');
            }
            tag.length
        } else {
            text.push('<');
            1
        };
        rest = from_tag.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    collapsed(&decoded(&text))
}

/// A text on one line with its entities decoded; tags stay, since a name has none.
pub(in crate::build) fn line(text: &str) -> String {
    if text.contains('&') { collapsed(&decoded(text)) } else { collapsed(text) }
}

/// The text of an entity by the name between `&` and `;`; the entity itself where no entity has that name.
pub(in crate::build) fn entity(name: &str) -> String {
    decoded(&format!("&{name};"))
}

/// A tag, a comment, or an element whose content is no text.
struct Tag {
    length: usize,
    is_block: bool,
}

impl Tag {
    /// The longest tag: past it, a `<` is taken for a text, so that many of them cannot make reading slow.
    const LONGEST: usize = 1024;

    fn at(html: &str) -> Option<Tag> {
        if let Some(comment) = html.strip_prefix("<!--") {
            let end = comment.find("-->").map_or(html.len(), |end| end + 7);
            return Some(Tag { length: end, is_block: false });
        }
        let inner = html.get(1..)?;
        let name = inner.strip_prefix('/').unwrap_or(inner);
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b':';
        let length = name.bytes().take(12).take_while(is_name).count();
        let after = name.as_bytes().get(length).copied();
        if !matches!(after, Some(b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n')) {
            return None;
        }
        let name = name.get(..length)?.to_ascii_lowercase();
        let end = end_of_tag(html)?;
        if HIDDEN.contains(&name.as_str()) {
            let is_empty = inner.starts_with('/') || html.as_bytes().get(end - 2) == Some(&b'/');
            let length = if is_empty { end } else { end + hidden(html.get(end..)?, &name) };
            return Some(Tag { length, is_block: true });
        }
        let is_block = BLOCKS.contains(&name.as_str());
        (is_block || OTHERS.contains(&name.as_str())).then_some(Tag { length: end, is_block })
    }
}

/// The length of a tag with its brackets; a `>` in quotes does not end it, a `<` outside of them means that it was none.
fn end_of_tag(html: &str) -> Option<usize> {
    let mut quote = None;
    for (place, byte) in html.bytes().enumerate().take(Tag::LONGEST) {
        match (quote, byte) {
            (None, b'>') => return Some(place + 1),
            (None, b'<') if place > 0 => return None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// The length of an element's content and its end tag, in bytes; the length of the whole rest if the end tag is missing.
fn hidden(html: &str, name: &str) -> usize {
    let mut from = 0;
    while let Some(place) = html.get(from..).and_then(|rest| rest.find("</")) {
        let start = from + place + 2;
        let is_end = html.get(start..start + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        if is_end {
            return html.get(start..).and_then(|rest| rest.find('>')).map_or(html.len(), |end| start + end + 1);
        }
        from = start;
    }
    html.len()
}

/// The same with each entity that ends in `;` as the text that it stands for. Others stay as they are written: exports are full of
/// links and prices in which `&` is a plain character.
fn decoded(text: &str) -> String {
    /// The longest entity between `&` and `;` is `CounterClockwiseContourIntegral`.
    const LONGEST: usize = 32;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('&') {
        let (before, from) = rest.split_at(place);
        out.push_str(before);
        let end = from.bytes().skip(1).take(LONGEST).position(|byte| byte == b';').map_or(1, |end| end + 2);
        let (entity, after) = from.split_at_checked(end).unwrap_or((from, ""));
        // Programs that encode a text twice write `&amp;nbsp;`. What would become a tag stays as it is written.
        let twice = entity == "&amp;" && is_twice(after);
        if twice {
            let end = after.find(';').map_or(0, |end| end + 1);
            let (inner, behind) = after.split_at_checked(end).unwrap_or(("", after));
            out.push_str(&html_escape::decode_html_entities(&format!("&{inner}")));
            rest = behind;
            continue;
        }
        let decoded = html_escape::decode_html_entities(entity);
        if decoded.chars().all(|character| !character.is_control() || character.is_whitespace()) {
            // A soft hyphen is no part of a word.
            out.extend(decoded.chars().filter(|character| *character != '\u{ad}'));
        } else {
            out.push_str(entity);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether a text that follows `&amp;` makes an entity of a letter or a space.
fn is_twice(after: &str) -> bool {
    let name = after.get(..after.len().min(32)).or_else(|| after.get(..0)).and_then(|start| start.split_once(';'));
    name.is_some_and(|(name, _)| {
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let entity = format!("&{name};");
        let decoded = html_escape::decode_html_entities(&entity);
        is_name && !matches!(&*decoded, "<" | ">") && *decoded != *entity
    })
}

/// One space for every run of white space, and none around the text.
fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out.shrink_to_fit();
    out
}
