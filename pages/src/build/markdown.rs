//! A page of the merchant's own: front matter and Markdown to safe HTML. HTML in the text is dropped, pictures become their words, and links
//! lead to the shop, to `https:`, `http:`, `mailto:` or `tel:`; others lose their target. `CommonMark` with tables.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::build::MerchantError;

/// What stands before and after the front matter.
const FENCE: &str = "---";
/// Longest title, description and word, in characters.
const LIMITS: [(&str, usize); 3] = [("title", 80), ("description", 300), ("words", 1000)];

/// A page, rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) words: Vec<String>,
    pub(super) html: String,
}

impl Rendered {
    pub(super) fn of(text: &str) -> Result<Self, MerchantError> {
        let text = text.trim_start_matches('\u{feff}');
        let (mut title, mut description, mut words) = (String::new(), String::new(), String::new());
        let mut rest = text;
        let mut ended = false;
        for number in 1.. {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            let line = line.trim_end();
            let wrong = |rule: &str| MerchantError::FrontMatter { line: number, rule: rule.to_owned() };
            if number == 1 && line != FENCE {
                return Err(wrong("a page begins with `---`, `title: …`, `description: …` and `---`"));
            }
            if rest.is_empty() {
                return Err(wrong("the front matter has no `---` at its end"));
            }
            rest = after;
            if number > 1 {
                if line == FENCE {
                    ended = true;
                } else if !line.is_empty() {
                    let (key, value) = line
                        .split_once(':')
                        .ok_or_else(|| wrong("the front matter has lines like `title: Delivery`"))?;
                    let value = value.trim();
                    let limit = LIMITS.iter().find(|(known, _)| *known == key.trim()).map(|(_, limit)| *limit);
                    let limit =
                        limit.ok_or_else(|| wrong("the front matter knows `title`, `description` and `words`"))?;
                    if value.chars().count() > limit {
                        return Err(wrong(&format!("`{}` has at most {limit} characters", key.trim())));
                    }
                    match key.trim() {
                        "title" => value.clone_into(&mut title),
                        "description" => value.clone_into(&mut description),
                        _ => value.clone_into(&mut words),
                    }
                }
            }
            if ended {
                break;
            }
        }
        for (key, value) in [("title", &title), ("description", &description)] {
            if value.is_empty() {
                return Err(MerchantError::FrontMatter { line: 1, rule: format!("the front matter has no `{key}`") });
            }
        }
        let words =
            words.split(',').map(|word| catalog::fold(word.trim()).into_owned()).filter(|word| !word.is_empty());
        Ok(Self { title, description, words: words.collect(), html: render(rest) })
    }
}

fn render(markdown: &str) -> String {
    let mut out = String::new();
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES).filter_map(safe);
    html::push_html(&mut out, events);
    out
}

/// An event as the page may show it.
fn safe(event: Event<'_>) -> Option<Event<'_>> {
    match event {
        // Of a picture its words stay, which follow as text.
        Event::Html(_)
        | Event::InlineHtml(_)
        | Event::Start(Tag::HtmlBlock | Tag::Image { .. })
        | Event::End(TagEnd::HtmlBlock | TagEnd::Image) => None,
        Event::Start(Tag::Heading { level, id, classes: _, attrs: _ }) => {
            Some(Event::Start(Tag::Heading { level: below_title(level), id, classes: Vec::new(), attrs: Vec::new() }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below_title(level)))),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = if is_safe(&dest_url) { dest_url } else { "#main".into() };
            Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        other => Some(other),
    }
}

/// The title of the page is its one heading of the first level.
fn below_title(level: HeadingLevel) -> HeadingLevel {
    if level == HeadingLevel::H1 { HeadingLevel::H2 } else { level }
}

fn is_safe(address: &str) -> bool {
    let is_local = address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\");
    is_local || ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| address.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "---\ntitle: Delivery\ndescription: How things arrive.\nwords: Delivery, Größe\n---\n";

    #[test]
    fn markdown_becomes_markup_below_the_title() {
        let page = Rendered::of(&format!("{HEAD}# Ways\n\nBy *parcel*, see [returns](/pages/returns).\n")).unwrap();
        assert_eq!((page.title.as_str(), page.description.as_str()), ("Delivery", "How things arrive."));
        assert_eq!(page.words, ["delivery", "grosse"]);
        assert_eq!(
            page.html,
            "<h2>Ways</h2>\n<p>By <em>parcel</em>, see <a href=\"/pages/returns\">returns</a>.</p>\n"
        );
    }

    #[test]
    fn nothing_of_the_text_is_markup_of_its_own() {
        let text = format!(
            "{HEAD}<script>alert(1)</script>\n\nA <b onclick=\"x()\">b</b> [c](javascript:alert(1)) [d](data:text/html,x) [e](//evil.example) \
             ![f](https://evil.example/x.png)\n\n<div style=\"x\">\n\n- g\n"
        );
        let html = Rendered::of(&text).unwrap().html;
        for forbidden in ["<script", "<b", "onclick", "javascript:", "data:", "evil.example", "<img", "style="] {
            assert!(!html.contains(forbidden), "{forbidden}: {html}");
        }
        assert!(
            html.contains("<a href=\"#main\">c</a>") && html.contains("<li>g</li>") && html.contains('f'),
            "{html}"
        );
    }

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(Rendered::of(text).unwrap_err().to_string(), expect);
    }

    #[test]
    fn wrong_front_matter_is_named_with_its_line() {
        check("Hello", "line 1: a page begins with `---`, `title: …`, `description: …` and `---`");
        check("---\ntitle: A\n", "line 3: the front matter has no `---` at its end");
        check("---\ntitle A\n---\n", "line 2: the front matter has lines like `title: Delivery`");
        check("---\ntitle: A\nauthor: B\n---\n", "line 3: the front matter knows `title`, `description` and `words`");
        check("---\ntitle: A\n---\n", "line 1: the front matter has no `description`");
        check(&format!("---\ntitle: {}\n---\n", "a".repeat(81)), "line 2: `title` has at most 80 characters");
    }
}
