//! Values that exports write as words or lists: availability, paths of categories, several pictures in one cell.
//! Knows English words and those of schema.org; any other word is refused by whoever asks.

use super::columns::Meaning;
use crate::build::syntax::html;
use crate::build::syntax::json::Members;
use crate::build::syntax::value::{Loose, Value};
use crate::model::details::{Image, MAX_IMAGES};

const THERE: [&str; 11] = [
    "available",
    "instock",
    "instoreonly",
    "limitedavailability",
    "limitedstock",
    "lowstock",
    "onlineonly",
    "true",
    "visible",
    "y",
    "yes",
];

const GONE: [&str; 16] = [
    "backorder",
    "backordered",
    "discontinued",
    "false",
    "madetoorder",
    "n",
    "no",
    "notavailable",
    "onbackorder",
    "onorder",
    "outofstock",
    "preorder",
    "presale",
    "sold",
    "soldout",
    "unavailable",
];

/// What shop programs call the kinds of their records, in columns that other programs use for a category.
const KINDS: [&str; 16] = [
    "bundle",
    "configurable",
    "digital",
    "downloadable",
    "external",
    "grouped",
    "image",
    "physical",
    "product",
    "rule",
    "simple",
    "sku",
    "variable",
    "variant",
    "variation",
    "virtual",
];

/// The roots of category trees, which no shopper sees.
const ROOTS: [&str; 4] = ["Default Category/", "Root Catalog/", "Shop All/", "Root/"];

/// Whether there is any, if a text says just that. In a column that says nothing else, 1 and 0 are words, too.
pub(super) fn availability(text: &str, is_word: bool) -> Option<bool> {
    // `https://schema.org/InStock` is how structured data says it.
    let word = text.trim().rsplit('/').next().unwrap_or_default();
    let letters = word.chars().filter(|character| character.is_alphanumeric()).take(24).flat_map(char::to_lowercase);
    let word: String = letters.collect();
    match word.as_str() {
        "1" if is_word => Some(true),
        "0" if is_word => Some(false),
        word if THERE.contains(&word) => Some(true),
        word if GONE.contains(&word) => Some(false),
        _ => None,
    }
}

/// Whether stock is counted, by the column that says so. Shopify names the program that counts, and nothing where none does.
pub(super) fn is_tracked(text: &str, column: Meaning) -> bool {
    let word = text.trim().to_lowercase();
    let is_no = matches!(word.as_str(), "0" | "false" | "no" | "n" | "none" | "off");
    let is_tracker = column.name.contains("tracker") || column.name.ends_with("inventory_management");
    !(is_no || word.is_empty() && is_tracker)
}

/// Whether a product is sold when its stock is 0.
pub(super) fn is_sold_without(text: &str) -> bool {
    matches!(text.trim().to_lowercase().as_str(), "continue" | "1" | "true" | "yes" | "y" | "notify" | "allow")
}

/// The paths of the categories that a text names, each from the top; none for one that names the kind of a record.
pub(super) fn paths(text: &str, column: Meaning) -> Vec<Vec<String>> {
    // Where several categories are meant, commas and bars part them; in a single category's name they are part of it.
    let parts: Vec<&str> = if column.is_list() { text.split([',', '|', ';']).collect() } else { vec![text] };
    let path_of = |part: &str| -> Vec<String> {
        let part = html::line(part);
        let has_root =
            ROOTS.iter().any(|root| part.get(..root.len()).is_some_and(|start| start.eq_ignore_ascii_case(root)));
        let mark = if has_root && !part.contains('>') { '/' } else { '>' };
        let names = part.split(mark).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        let skipped = usize::from(has_root && mark == '/');
        names.skip(skipped).collect()
    };
    let is_kind = |name: &String| {
        column.is_kind() && name.split(',').any(|word| KINDS.contains(&word.trim().to_lowercase().as_str()))
    };
    let paths = parts.into_iter().map(path_of).filter(|path| !path.is_empty());
    paths.filter(|path| !path.iter().any(is_kind)).collect()
}

/// Of several categories the first, or one below it that is named as well; the names of the others.
pub(super) fn chosen(paths: &[Vec<String>]) -> Option<(Vec<String>, Vec<String>)> {
    let mut best = paths.first()?.clone();
    for path in paths {
        if path.len() > best.len() && path.starts_with(&best) {
            best.clone_from(path);
        }
    }
    let mut others: Vec<String> = Vec::new();
    for name in paths.iter().filter(|path| !best.starts_with(path)).filter_map(|path| path.last()) {
        if !others.contains(name) {
            others.push(name.clone());
        }
    }
    Some((best, others))
}

/// The pictures that a value names: a text, a list, an object, or a cell with several addresses.
pub(super) fn pictures(value: Value<'_>) -> Vec<Image> {
    if let Some(list) = value.list() {
        return list.into_iter().take(MAX_IMAGES).flat_map(pictures).collect();
    }
    if let Some(Members(members)) = value.members() {
        let text =
            |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, value)| Value::Json(value).loose());
        let text = |name: &str| match text(name) {
            Some(Loose::Text(text)) => text.trim().to_owned(),
            _ => String::new(),
        };
        let url = ["src", "url", "full"].into_iter().map(text).find(|url| !url.is_empty()).unwrap_or_default();
        let size = |name: &str| text(name).parse().unwrap_or_default();
        let alt: String = text("alt").chars().take(200).collect();
        return vec![Image { url, alt, width: size("width"), height: size("height") }];
    }
    let Loose::Text(text) = value.loose() else { return Vec::new() };
    let mut rest = text.trim();
    let mut images = Vec::new();
    while !rest.is_empty() && images.len() < MAX_IMAGES {
        // An address may have any of these in it, so one only parts two where another address follows.
        let next = rest.match_indices([',', '|', ';', ' ', '\n']).map(|(place, _)| place).find(|place| {
            let behind = rest.get(place + 1..).unwrap_or_default().trim_start_matches([',', '|', ';', ' ', '\n', '\r']);
            behind.starts_with("http:") || behind.starts_with("https:")
        });
        let (first, behind) = rest.split_at(next.unwrap_or(rest.len()));
        let url = first.trim_matches([',', '|', ';', ' ', '\n', '\r']).to_owned();
        images.push(Image { url, ..Image::default() });
        rest = behind.trim_start_matches([',', '|', ';', ' ', '\n', '\r']);
    }
    images
}

/// The parts of a list in a cell, without those that are empty or there already.
pub(super) fn list(text: &str, marks: &[char]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split(marks).map(html::line) {
        if !part.is_empty() && !found.contains(&part) {
            found.push(part);
        }
    }
    found
}
