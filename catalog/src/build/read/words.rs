//! Values that exports write as words or lists: availability, paths of categories, several pictures in one cell.
//! Knows English words and those of schema.org; any other word is refused by whoever asks.

use super::html;
use crate::build::syntax::value::{Loose, Value};

/// Columns that say whether there is any, not how many.
const AVAILABILITIES: [&str; 5] = ["in_stock", "is_in_stock", "availability", "availability_status", "stock_status"];

const THERE: [&str; 10] = [
    "available",
    "instock",
    "instoreonly",
    "limitedavailability",
    "limitedstock",
    "lowstock",
    "onlineonly",
    "true",
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
const KINDS: [&str; 8] =
    ["bundle", "configurable", "downloadable", "external", "grouped", "simple", "variable", "variation"];

/// Whether there is any, if a text says just that. `column` is the name that the column is known by.
pub(super) fn availability(text: &str, column: &str) -> Option<bool> {
    // `https://schema.org/InStock` is how structured data says it.
    let word = text.trim().rsplit('/').next().unwrap_or_default();
    let letters = word.chars().filter(|character| character.is_alphanumeric()).take(24).flat_map(char::to_lowercase);
    let word: String = letters.collect();
    match word.as_str() {
        "1" if AVAILABILITIES.contains(&column) => Some(true),
        "0" if AVAILABILITIES.contains(&column) => Some(false),
        word if THERE.contains(&word) => Some(true),
        word if GONE.contains(&word) => Some(false),
        _ => None,
    }
}

/// The last part of the first category that a text names; nothing if it names the kind of a record.
pub(super) fn category(text: &str, column: &str) -> String {
    // Where several categories are meant, commas and bars part them; in a single category's name they are part of it.
    let first = if column == "categories" { text.split([',', '|', ';']).next().unwrap_or_default() } else { text };
    let first = html::line(first);
    let last = first.rsplit('>').map(str::trim).find(|part| !part.is_empty()).unwrap_or_default();
    let is_type = matches!(column, "type" | "product_type");
    let is_kind = is_type && last.split(',').any(|part| KINDS.contains(&part.trim().to_lowercase().as_str()));
    if is_kind { String::new() } else { last.to_owned() }
}

/// The first address that a value names: a text, a list, or a cell with several of them.
pub(super) fn first_picture(value: Value<'_>) -> Option<String> {
    if let Some(list) = value.list() {
        return list.into_iter().find_map(single_picture);
    }
    single_picture(value)
}

fn single_picture(value: Value<'_>) -> Option<String> {
    let Loose::Text(text) = value.loose() else { return None };
    let text = text.trim();
    // An address may have any of these in it, so one only parts two where another address follows.
    let next = [",", "|", ";", " ", "\n"].into_iter().filter_map(|mark| {
        text.match_indices(mark).map(|(place, _)| place).find(|place| {
            let rest = text.get(place + 1..).unwrap_or_default().trim_start();
            rest.starts_with("http:") || rest.starts_with("https:")
        })
    });
    let first = text.get(..next.min().unwrap_or(text.len())).unwrap_or(text);
    Some(first.trim_end_matches([',', '|', ';', ' ', '\n']).to_owned())
}
