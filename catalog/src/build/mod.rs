//! A catalog file to an index: reads records, checks every rule, writes the bytes that `Catalog` opens. Native hosts only.
//! Reports all problems at once and repairs none; the same records give the same bytes, whatever the file's format.
//!
//! | to change … | open |
//! | --- | --- |
//! | a rule for a record of our own format | `record.rs`; the texts of refusals: `problem.rs` |
//! | the columns and values of exports | `read/columns.rs`, `read/export.rs`, `read/mapped.rs`; numbers: `read/number.rs`, HTML: `read/html.rs` |
//! | the formats of files | `read/format.rs`; JSON, lines, CSV: `read/json.rs`, `read/lines.rs`, `read/table.rs`; gzip: `read/input.rs` |
//! | the pictures of a record | `picture.rs` |
//! | the report about a file | `report.rs` |
//! | the sections of the index | `index/` |
//! | the line between changes and a new base | `edition.rs` |
//!
//! # Formats
//!
//! JSON (an array of products, or an object with one array of objects in it), NDJSON and CSV with a header, each plain or
//! packed with gzip, which its first bytes show. [`Format`] comes from a file's name or from its text.
//!
//! # Our own format, and exports
//!
//! A file is in *our own format* when the header of a CSV file, or the first object of a JSON file, has all nine fields, spelled
//! as we do: `id`, `name`, `description`, `price`, `imageUrl`, `category`, `stock`, `rating`, `reviews`. It is read strictly:
//! every record has these fields and no other, and each value stands as it will be shown.
//!
//! Every other file is taken for an *export* of some shop and mapped: columns are found by the names that shop programs write
//! (case, spaces and punctuation do not count), texts are taken out of their HTML, numbers out of their currency marks and
//! separators where they can mean one thing only. A product needs an id, a name, a price and a category; nothing else is
//! required, and a [`Report`] lists the values that stand in: no description, no picture, a stock, rating and number of reviews of 0. A
//! column that is no field is named in a warning.
//!
//! In both, a picture that is missing or plain `http:` leaves `imageUrl` empty, and pages draw a placeholder.

mod edition;
mod index;
mod picture;
mod problem;
mod read;
mod record;
mod report;

use core::fmt;
use std::io::{self, Read};

pub use crate::build::edition::Edition;
pub use crate::build::problem::{Problem, Problems, Rule};
pub use crate::build::read::{Format, Limits, Options, Progress};
use crate::build::record::Record;
pub use crate::build::report::{Report, Warning, WarningKind};
pub use crate::model::picture::MAX_PICTURE_HOSTS;

/// The longest name, in characters.
pub const MAX_NAME_LENGTH: usize = 200;
/// The longest name of a category, in characters; the longest that a query can ask for.
pub const MAX_CATEGORY_LENGTH: usize = crate::Query::MAX_TEXT_LENGTH;
/// The longest description, in characters.
pub const MAX_DESCRIPTION_LENGTH: usize = 10_000;
/// The longest picture URL, in characters.
pub const MAX_IMAGE_URL_LENGTH: usize = 2_048;
/// The largest stock and the largest number of reviews.
pub const MAX_COUNT: u32 = 999_999_999;

/// The fewest products that may take the place of so many served ones unless somebody allows fewer: one, and half of them. An export that
/// broke off has fewer.
pub fn fewest_after(served: usize) -> usize {
    served.div_ceil(2).max(1)
}

/// Why a catalog file cannot be indexed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// Rules are broken.
    #[error("{0}")]
    Refused(Box<Problems>),
    /// The file cannot be read.
    #[error("the catalog cannot be read: {message}")]
    Read {
        /// What kind of failure it was.
        kind: io::ErrorKind,
        /// What the reader said.
        message: String,
    },
    /// More text than offsets can count.
    #[error("the index would be larger than 4 GiB")]
    TooLarge,
}

/// The products of a catalog file, each of which keeps every rule.
pub struct Products {
    records: Vec<Record>,
    report: Report,
}

impl Products {
    /// Reads a catalog file.
    pub fn read(file: impl Read, options: Options<'_>) -> Result<Products, BuildError> {
        let mut records = Vec::new();
        let report = read::read(file, options, &mut |record| records.push(record))?;
        Ok(Products { records, report })
    }

    /// What the file is.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Writes the index.
    pub fn into_index(self) -> Result<Vec<u8>, BuildError> {
        index::write(self.records).ok_or(BuildError::TooLarge)
    }
}

impl fmt::Debug for Products {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Products").field("report", &self.report).finish_non_exhaustive()
    }
}

/// Checks a catalog file without keeping its records.
pub fn check(file: impl Read, options: Options<'_>) -> Result<Report, BuildError> {
    read::read(file, options, &mut |_| {})
}

/// Builds the index of a catalog file whose format its text tells.
pub fn index_from(file: impl Read) -> Result<Vec<u8>, BuildError> {
    Products::read(file, Options::default())?.into_index()
}

/// Builds the index of a catalog file in JSON.
pub fn index_from_json(text: &[u8]) -> Result<Vec<u8>, BuildError> {
    Products::read(text, Options { format: Some(Format::Json), ..Options::default() })?.into_index()
}
