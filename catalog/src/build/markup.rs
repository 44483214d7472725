//! The HTML of descriptions, cleaned to what a page may show: text, lists, emphasis, small headings, links and tables.
//! The sanitiser is `ammonia`, which parses as browsers do; nothing is fetched and no address of a picture stays.

use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use crate::model::details::MAX_HTML_LENGTH;

/// The elements that stay; of all others their text does.
const ELEMENTS: [&str; 19] = [
    "p", "br", "ul", "ol", "li", "strong", "em", "h2", "h3", "h4", "a", "table", "thead", "tbody", "tr", "th", "td",
    "caption", "tfoot",
];

/// The HTML that a page may show; empty where it would be no more than a plain text, or longer than [`MAX_HTML_LENGTH`].
pub(super) fn clean(html: &str) -> String {
    static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
        let mut builder = Builder::empty();
        builder
            .tags(ELEMENTS.into_iter().collect())
            .clean_content_tags(
                ["script", "style", "template", "title", "head", "noscript", "iframe"].into_iter().collect(),
            )
            .tag_attributes(
                [
                    ("a", ["href"].into_iter().collect()),
                    ("th", ["colspan", "rowspan"].into_iter().collect()),
                    ("td", ["colspan", "rowspan"].into_iter().collect()),
                ]
                .into_iter()
                .collect(),
            )
            .url_schemes(["https"].into_iter().collect())
            .url_relative(UrlRelative::PassThrough)
            .link_rel(Some("nofollow noopener"));
        builder
    });
    // The same emphasis under the names that stay.
    let html = renamed(html);
    if is_clean(&html) {
        return if html.len() > MAX_HTML_LENGTH { String::new() } else { html.trim().to_owned() };
    }
    let cleaned = CLEANER.clean(&html).to_string();
    let cleaned = cleaned.trim();
    if !cleaned.contains('<') || cleaned.len() > MAX_HTML_LENGTH { String::new() } else { cleaned.to_owned() }
}

/// `b` and `i` are `strong` and `em`, and a first heading is a second one, since a page has its own.
fn renamed(html: &str) -> String {
    let mut out = html.to_owned();
    for (from, to) in [("b", "strong"), ("i", "em"), ("h1", "h2"), ("h5", "h4"), ("h6", "h4")] {
        for (open, close) in [("<", ">"), ("</", ">"), ("<", " ")] {
            let tag = format!("{open}{from}{close}");
            if out.contains(&tag) {
                out = out.replace(&tag, &format!("{open}{to}{close}"));
            }
        }
    }
    out
}

/// Whether a text is what the sanitiser would leave of it: tags that stay, without attributes, each closed where it was opened. Most
/// descriptions are, and parsing a hundred thousand of them takes seconds.
fn is_clean(html: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut has_tag = false;
    let mut rest = html;
    while let Some((before, from)) = rest.split_once('<') {
        let Some((tag, after)) = from.split_once('>') else { return false };
        let is_right = match tag.strip_prefix('/') {
            Some(name) => open.pop() == Some(name),
            None if tag == "br" => true,
            None => {
                open.push(tag);
                ELEMENTS.contains(&tag) && tag != "a" && !tag.starts_with('t')
            }
        };
        if !is_right || before.contains(['>', '&', '\0']) {
            return false;
        }
        has_tag = true;
        rest = after;
    }
    has_tag && open.is_empty() && !rest.contains(['>', '&', '\0'])
}
