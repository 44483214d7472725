//! The rule about Markdown: a relative link leads to a file or folder that git holds.
//! Addresses on the web are not asked for: a test must not need the network.

use std::collections::BTreeSet;

use super::{Finding, Tree};

/// The texts of the merchant, and those of them that are pages.
const MERCHANT_TEXTS: &str = "catalog/data/";
const MERCHANT_PAGES: &str = "catalog/data/pages/";

pub(super) fn relative(tree: &Tree) -> Vec<Finding> {
    let places = places(tree.files.iter().map(|file| file.path.as_str()));
    let mut findings = Vec::new();
    for (file, text) in tree.texts().filter(|(file, _)| file.extension() == "md") {
        for (position, target) in links(text) {
            let Some(path) = resolve(&file.path, target) else {
                continue;
            };
            if !places.contains(path.as_str()) {
                findings.push(Finding::at_line(file, position, format!("the link `{target}` leads nowhere")));
            }
        }
    }
    findings
}

/// Every file, and every folder above one; the root is the empty path.
fn places<'a>(files: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut places = BTreeSet::from([""]);
    for path in files {
        places.insert(path);
        places.extend(path.match_indices('/').filter_map(|(end, _)| path.get(..end)));
    }
    places
}

/// The targets of links, pictures and reference definitions, with their lines; code is left out.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut is_fenced = false;
    for (position, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            is_fenced = !is_fenced;
            continue;
        }
        if is_fenced {
            continue;
        }
        if let Some((_, target)) = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
            found.push((position, first_word(target)));
        }
        // Between an odd and an even backtick lies code.
        for prose in line.split('`').step_by(2) {
            let mut rest = prose;
            while let Some((_, after)) = rest.split_once("](") {
                let target = after.split(')').next().unwrap_or_default();
                found.push((position, first_word(target)));
                rest = after;
            }
        }
    }
    found
}

/// A target may be followed by a title.
fn first_word(target: &str) -> &str {
    target.split_whitespace().next().unwrap_or_default().trim_start_matches('<').trim_end_matches('>')
}

/// The path from the root, or nothing for what is not a relative link.
fn resolve(from: &str, target: &str) -> Option<String> {
    let path = target.split(['#', '?']).next().unwrap_or_default();
    if path.is_empty() || path.contains(':') || path.starts_with("//") {
        return None;
    }
    // The address of a page of the shop, in one of the texts that such pages are made of.
    if let Some(name) = path.strip_prefix("/pages/").filter(|_| from.starts_with(MERCHANT_TEXTS)) {
        return Some(format!("{MERCHANT_PAGES}{name}.md"));
    }
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { from.split('/').collect() };
    // The last part of `from` is the document itself.
    parts.pop();
    for part in path.split('/') {
        match part {
            // A link that climbs out of the root stays a path that nothing has.
            ".." if parts.pop().is_none() => return Some("..".to_owned()),
            "" | "." | ".." => {}
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_outside_of_code_are_found() {
        let text = "See [the map](ARCHITECTURE.md#map) and ![shop](docs/shop.png \"The shop\").\n\
                    Not `[code](a.md)`, but [`code`](b.md).\n\
                    ```\n[fenced](c.md)\n```\n[named]: docs/d.md\n";
        let expect = [(0, "ARCHITECTURE.md#map"), (0, "docs/shop.png"), (1, "b.md"), (5, "docs/d.md")];
        assert_eq!(links(text), expect);
    }

    #[test]
    fn targets_resolve_from_their_document() {
        #[track_caller]
        fn check(from: &str, target: &str, expect: Option<&str>) {
            assert_eq!(resolve(from, target).as_deref(), expect, "{from} -> {target}");
        }
        check("README.md", "docs/run.md", Some("docs/run.md"));
        check("docs/run.md", "../README.md#start", Some("README.md"));
        check("docs/run.md", "decisions/", Some("docs/decisions"));
        check("docs/run.md", "/LICENSE", Some("LICENSE"));
        check("docs/run.md", "..", Some(""));
        check("README.md", "../outside.md", Some(".."));
        check("catalog/data/pages/terms.md", "/pages/returns", Some("catalog/data/pages/returns.md"));
        check("catalog/data/collections/gifts.md", "/pages/returns", Some("catalog/data/pages/returns.md"));
        check("README.md", "https://example.com/a.md", None);
        check("README.md", "mailto:shop@example.com", None);
        check("README.md", "#start", None);
    }

    #[test]
    fn folders_are_places_too() {
        let places = places(["docs/decisions/one.md"].into_iter());
        assert_eq!(places.into_iter().collect::<Vec<_>>(), ["", "docs", "docs/decisions", "docs/decisions/one.md"]);
    }
}
