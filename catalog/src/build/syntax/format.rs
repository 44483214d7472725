//! The formats of catalog files: by the name of a file, and by the look of its text.
//! The first 64 KiB decide; a text that is neither JSON nor NDJSON is taken for CSV, whose reader then wants its columns.

use core::fmt;

use serde_json::value::RawValue;

use super::json::{Members, is_space};

/// A format of catalog files. Any of them may be packed with gzip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An array of products, or an object with one array of products in it.
    Json,
    /// A product a line.
    Ndjson,
    /// A header line and a product a row, separated by commas, semicolons, tabs or bars.
    Csv,
    /// A feed in RSS or Atom, an item a product.
    Xml,
}

impl Format {
    /// The format that a file's name stands for, with or without `.gz`; `None` where the text has to tell.
    pub fn of_name(name: &str) -> Option<Format> {
        let lower = name.to_ascii_lowercase();
        let plain = lower.strip_suffix(".gz").unwrap_or(&lower);
        match plain.rsplit_once('.')?.1 {
            "json" => Some(Format::Json),
            "ndjson" | "jsonl" => Some(Format::Ndjson),
            "csv" | "tsv" => Some(Format::Csv),
            "xml" | "rss" | "atom" => Some(Format::Xml),
            _ => None,
        }
    }

    /// The format that a text looks like. Even a name that says JSON leaves open whether it is a product a line.
    pub(in crate::build) fn of_text(head: &[u8], named: Option<Format>) -> Format {
        let first = head.iter().copied().find(|byte| !is_space(*byte));
        match (named, first) {
            (Some(Format::Json) | None, Some(b'{')) if is_product_a_line(head) => Format::Ndjson,
            (Some(named), _) => named,
            (None, Some(b'{' | b'[')) => Format::Json,
            (None, Some(b'<')) => Format::Xml,
            (None, _) => Format::Csv,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Format::Json => "JSON",
            Format::Ndjson => "NDJSON",
            Format::Csv => "CSV",
            Format::Xml => "XML",
        })
    }
}

/// Whether the first line is a whole object, and a product rather than an object around products: another object follows, or no
/// member of it is a list of objects.
fn is_product_a_line(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n').filter(|line| !line.iter().copied().all(is_space));
    let Some(Ok(line)) = lines.next().map(core::str::from_utf8) else { return false };
    let Ok(Members(members)) = serde_json::from_str::<Members<'_>>(line) else { return false };
    let is_next = lines.next().is_some_and(|line| line.iter().copied().find(|byte| !is_space(*byte)) == Some(b'{'));
    let is_wrapper = |(_, value): &(_, &RawValue)| {
        let rest = value.get().strip_prefix('[').unwrap_or_default();
        rest.trim_start().starts_with(['{', ']'])
    };
    is_next || !(members.is_empty() || members.iter().any(is_wrapper))
}
