//! A catalog file to an index: reads records, checks every rule, writes the bytes that `Catalog` opens. Native hosts only.
//! Reports all problems at once and repairs none; the same records give the same bytes, whatever the file's format.
//!
//! | to change … | open |
//! | --- | --- |
//! | a rule for a record of our own format | `record.rs`, `optional.rs`, `nested.rs`; the texts of refusals: `problem.rs` |
//! | the names of columns of exports | `read/names.rs`, found by `read/columns.rs` |
//! | the values of exports | `read/mapped.rs`, `read/more.rs`, `read/words.rs`, `read/visible.rs`; numbers: `read/number.rs` |
//! | which records make one product | `read/group.rs`, `read/join.rs` |
//! | what the merchant decides about an export | `import.rs` |
//! | the formats of files | `syntax/format.rs`; JSON, lines, CSV, feeds: `syntax/json.rs`, `read/lines.rs`, `read/table.rs`, `read/feed.rs` |
//! | the text of files | gzip: `syntax/input.rs`; encodings: `syntax/encoding.rs`; HTML: `syntax/html.rs`, `markup.rs` |
//! | handles, SKUs and categories over all records | `prepare.rs` |
//! | the pictures of a record | `picture.rs` |
//! | the report about a file | `report.rs` |
//! | the merchant's rules for searches, their faults | `rules/` |
//! | the sections of the index | `index/` |
//! | the line between changes and a new base | `edition.rs` |
//! | stock from another book than the file | `restock.rs` |
//!
//! # Formats
//!
//! JSON (an array of products, or an object with one array of objects in it), NDJSON, CSV with a header and feeds in RSS or Atom, each
//! plain or packed with gzip, which its first bytes show. [`Format`] comes from a file's name or from its text.
//!
//! # Our own format, and exports
//!
//! A file is in *our own format* when the header of a CSV file, or the first object of a JSON file, has all nine fields, spelled
//! as we do: `id`, `name`, `description`, `price`, `imageUrl`, `category`, `stock`, `rating`, `reviews`. It is read strictly:
//! every record has these fields, may have those of `docs/catalogs.md`, and no other; each value stands as it will be shown.
//!
//! Every other file is taken for an *export* of some shop and mapped: columns are found by the names that shop programs write
//! (case, spaces and punctuation do not count), texts are taken out of their HTML, numbers out of their currency marks and
//! separators where they can mean one thing only. Records that belong together become one product. A product needs a name and a price;
//! nothing else is required, and a [`Report`] lists the values that stand in: no description, no picture, a stock that is not counted.
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
mod restock;
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
