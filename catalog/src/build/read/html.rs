//! Text out of the HTML that exports put into descriptions: known tags are taken away, entities decoded, white space collapsed.
//! Reads every byte once; what only looks like a tag, as in `a <5 mm gap`, stays.

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

/// The named entities that shops' texts have; HTML knows two thousand more, which stay as they are written.
const ENTITIES: [(&str, char); 62] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("shy", '\u{ad}'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("bull", '•'),
    ("middot", '·'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("prime", '′'),
    ("Prime", '″'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("deg", '°'),
    ("times", '×'),
    ("divide", '÷'),
    ("plusmn", '±'),
    ("frac12", '½'),
    ("frac14", '¼'),
    ("frac34", '¾'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("micro", 'µ'),
    ("euro", '€'),
    ("pound", '£'),
    ("cent", '¢'),
    ("yen", '¥'),
    ("sect", '§'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("Uuml", 'Ü'),
    ("szlig", 'ß'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("ecirc", 'ê'),
    ("euml", 'ë'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("ccedil", 'ç'),
    ("ntilde", 'ñ'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("iacute", 'í'),
    ("ugrave", 'ù'),
    ("uacute", 'ú'),
    ("oslash", 'ø'),
];

/// The text of a piece of HTML, on one line.
pub(super) fn text(html: &str) -> String {
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
pub(super) fn line(text: &str) -> String {
    if text.contains('&') { collapsed(&decoded(text)) } else { collapsed(text) }
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

/// The length of what stands between a tag and its end tag, with that; all of the rest if there is none.
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

fn decoded(text: &str) -> String {
    /// The longest entity between `&` and `;`.
    const LONGEST: usize = 10;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('&') {
        let (before, from) = rest.split_at(place);
        out.push_str(before);
        let name = from.bytes().skip(1).take(LONGEST).position(|byte| byte == b';').and_then(|end| from.get(1..=end));
        let (character, used) = match name.and_then(entity) {
            Some(character) => (character, name.map_or(1, |name| name.len() + 2)),
            None => ('&', 1),
        };
        // A soft hyphen is no part of a word.
        if character != '\u{ad}' {
            out.push(character);
        }
        rest = from.get(used..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    let number = match name.strip_prefix('#') {
        None => return ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, character)| *character),
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => digits.parse(),
        },
    };
    char::from_u32(number.ok()?).filter(|character| !character.is_control() || character.is_whitespace())
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
