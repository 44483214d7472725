//! The rules for every page: well-formed, one heading, unique ids, sized pictures, landmarks, references that lead somewhere.
//! Reads the regular markup that this crate writes: attributes in double quotes, no bare `<` in text.

use std::collections::BTreeSet;

use crate::fixture::{catalog, every_page};

const VOID: [&str; 6] = ["meta", "link", "img", "source", "input", "br"];

struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    fn attribute(&self, wanted: &str) -> Option<&'a str> {
        let (_, rest) = self.attributes.split_once(&format!(" {wanted}=\""))?;
        rest.split_once('"').map(|(value, _)| value)
    }
}

/// The start tags of a page, checked to be closed in order.
#[track_caller]
fn start_tags<'a>(name: &str, page: &'a str) -> Vec<Tag<'a>> {
    let mut open: Vec<&str> = Vec::new();
    let mut tags = Vec::new();
    let body = page.strip_prefix("<!DOCTYPE html>").unwrap_or_else(|| panic!("{name} has no document type"));
    for part in body.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap_or_else(|| panic!("{name}: `<{part}` is not closed"));
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{name}: closed out of order");
            continue;
        }
        let end = tag.find([' ', '/']).unwrap_or(tag.len());
        let (element, attributes) = tag.split_at(end);
        if !VOID.contains(&element) && !tag.ends_with('/') {
            open.push(element);
        }
        tags.push(Tag { name: element, attributes });
    }
    assert_eq!(open, [""; 0], "{name}: left open");
    tags
}

#[test]
fn every_page_is_well_made() {
    for (name, page) in every_page(&catalog()) {
        let tags = start_tags(name, &page);
        let count = |element: &str| tags.iter().filter(|tag| tag.name == element).count();
        for element in ["html", "head", "title", "body", "h1", "main", "footer"] {
            assert_eq!(count(element), 1, "{name}: `{element}`");
        }

        let ids: Vec<&str> = tags.iter().filter_map(|tag| tag.attribute("id")).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "{name}: {ids:?}");
        for attribute in ["for", "aria-labelledby", "aria-describedby"] {
            let listed = tags.iter().filter_map(|tag| tag.attribute(attribute));
            for reference in listed.flat_map(|references| references.split(' ')) {
                assert!(unique.contains(reference), "{name}: {attribute}=\"{reference}\"");
            }
        }

        for picture in tags.iter().filter(|tag| tag.name == "img") {
            for attribute in ["alt", "width", "height", "src"] {
                assert!(picture.attribute(attribute).is_some(), "{name}: `{attribute}` of {}", picture.attributes);
            }
        }
        for nav in tags.iter().filter(|tag| tag.name == "nav") {
            assert!(nav.attribute("aria-label").is_some(), "{name}: a `nav` without a name");
        }
        for address in tags.iter().filter(|tag| tag.name == "a").map(|tag| tag.attribute("href").unwrap()) {
            let is_known = ["#main", "#related-heading", "#minPrice", "mailto:hello@shop.example", "tel:+15550100100"]
                .contains(&address);
            assert!(address.starts_with('/') || is_known, "{name}: {address}");
        }
        // One field on every page, in the header.
        let searches = tags.iter().filter(|tag| tag.attribute("role") == Some("search")).count();
        assert_eq!(searches, 1, "{name}: search forms");
    }
}

#[test]
fn headings_skip_no_level() {
    for (name, page) in every_page(&catalog()) {
        let mut before = 0;
        for tag in start_tags(name, &page).iter().filter(|tag| matches!(tag.name, "h1" | "h2" | "h3" | "h4")) {
            let level = tag.name[1..].parse::<u32>().unwrap();
            assert!(level <= before + 1, "{name}: h{level} after h{before}");
            before = level;
        }
    }
}
