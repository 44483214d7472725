//! Reads what tests ask of an HTML or XML page: elements with their attributes, and the text inside one.
//! No parser: it relies on the pages being as regular as `pages` writes them, with every attribute in double quotes.

/// A start tag and what follows it up to the next end tag of that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// In lower case.
    pub name: String,
    /// In order; references decoded.
    pub attributes: Vec<(String, String)>,
    /// The raw source between the start tag and the next end tag of the same name; empty if there is none.
    pub inner: String,
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Whether it has this class.
    pub fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_whitespace().any(|found| found == class))
    }

    /// Its text: no tags, references decoded, white space collapsed.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = self.inner.as_str();
        while let Some((before, tag)) = rest.split_once('<') {
            text.push_str(before);
            rest = tag.split_once('>').map_or("", |(_, after)| after);
        }
        text.push_str(rest);
        decode(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Every element of a page, in order. What looks like a tag inside a script is none.
pub fn elements(page: &str) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        let name_end = rest.find(|next: char| next.is_whitespace() || matches!(next, '>' | '/')).unwrap_or(rest.len());
        let name = rest[..name_end].to_ascii_lowercase();
        let (attributes, after) = attributes(&rest[name_end..]);
        let inner = after.split_once(&format!("</{name}>")).map_or("", |(inner, _)| inner).to_owned();
        rest = if matches!(name.as_str(), "script" | "style") { &after[inner.len()..] } else { after };
        elements.push(Element { name, attributes, inner });
    }
    elements
}

/// The elements with this class.
pub fn with_class(page: &str, class: &str) -> Vec<Element> {
    elements(page).into_iter().filter(|element| element.has_class(class)).collect()
}

/// The elements of this name.
pub fn named(page: &str, name: &str) -> Vec<Element> {
    elements(page).into_iter().filter(|element| element.name == name).collect()
}

/// Resolves the references that HTML and XML writers use.
pub fn decode(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&apos;", "'")];
    let decoded = named.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    // Last, so that `&amp;lt;` stays the text `&lt;`.
    decoded.replace("&amp;", "&")
}

fn attributes(mut rest: &str) -> (Vec<(String, String)>, &str) {
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|next: char| next.is_whitespace() || next == '/');
        if rest.is_empty() {
            return (attributes, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (attributes, after);
        }
        let end = rest.find(|next: char| next.is_whitespace() || matches!(next, '=' | '>')).unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            (value, rest) = quoted.split_once('"').unwrap_or((quoted, ""));
        } else if end == 0 {
            // Not a form that `pages` writes; skipping one character keeps the loop moving.
            rest = rest.get(1..).unwrap_or_default();
        }
        attributes.push((name, decode(value)));
    }
}

#[cfg(test)]
mod tests {
    use super::{elements, named, with_class};

    const PAGE: &str = "<!doctype html><html lang=\"en\"><!-- note --><p class=\"a b\" hidden>5 &lt; <b>6</b> &amp;amp;</p>\
                        <script type=\"x\">if (a<b) {}</script><img src=\"/i?a=1&amp;b=2\"></html>";

    #[test]
    fn elements_have_names_attributes_and_text() {
        let names: Vec<String> = elements(PAGE).into_iter().map(|element| element.name).collect();
        assert_eq!(names, ["html", "p", "b", "script", "img"]);
        let paragraph = &with_class(PAGE, "b")[0];
        assert_eq!(paragraph.text(), "5 < 6 &amp;");
        assert_eq!(paragraph.attribute("hidden"), Some(""));
        assert_eq!(named(PAGE, "img")[0].attribute("src"), Some("/i?a=1&b=2"));
        assert_eq!(named(PAGE, "script")[0].inner, "if (a<b) {}");
    }

    #[test]
    fn nonsense_ends() {
        for page in ["<", "<a", "<a b", "<a =", "<a b=\"", "<a b='c'>", "<a \"", "</a", "<script>"] {
            let _ = elements(page);
        }
    }
}
