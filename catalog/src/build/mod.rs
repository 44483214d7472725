//! A catalog file to an index: reads records, checks every rule, writes the bytes that `Catalog` opens. Native hosts only.
//! Reports all problems at once and repairs none; the same records give the same bytes, whatever the file's format.
//!
//! | to change … | open |
//! | --- | --- |
//! | a rule for a record of our own format | `record.rs`; the texts of refusals: `problem.rs` |
//! | the columns and values of exports | `read/columns.rs`, `read/export.rs`, `read/mapped.rs`; numbers: `read/number.rs`, HTML: `read/html.rs` |
//! | the formats of files | `read/format.rs`; JSON, lines, CSV: `read/json.rs`, `read/lines.rs`, `read/table.rs`; gzip: `read/input.rs` |
//! | handles, SKUs and categories over all records | `prepare.rs` |
//! | the pictures of a record | `picture.rs` |
//! | the report about a file | `report.rs` |
//! | the merchant's rules for searches, their faults | `rules/` |
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
mod field;
mod import;
mod index;
mod limits;
mod markup;
mod moment;
mod nested;
mod optional;
mod picture;
mod prepare;
mod problem;
mod products;
mod read;
mod record;
mod report;
mod rules;
mod syntax;
#[cfg(test)]
mod tests;

pub use crate::build::edition::Edition;
pub use crate::build::import::{Import, ImportError, UntrackedStock};
pub use crate::build::limits::{
    Limits, MAX_CATEGORY_LENGTH, MAX_COUNT, MAX_DESCRIPTION_LENGTH, MAX_IMAGE_URL_LENGTH, MAX_NAME_LENGTH, fewest_after,
};
pub use crate::build::problem::{BuildError, Problem, Problems, Rule};
pub use crate::build::products::{Products, check, index_from, index_from_json};
pub use crate::build::read::{Options, Progress};
pub use crate::build::report::{LeftOut, Report, Sample, Warning, WarningKind};
pub use crate::build::rules::{RulesError, RulesFault, SearchRules};
pub use crate::build::syntax::encoding::Encoding;
pub use crate::build::syntax::format::Format;
pub use crate::model::picture::MAX_PICTURE_HOSTS;
