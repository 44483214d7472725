//! A catalog file to an index: reads records, checks every rule, writes the bytes that `Catalog` opens. Native hosts only.
//! Reports all problems at once and repairs none; the same records give the same bytes.

mod index;
mod picture;
mod record;

use serde::Deserialize as _;
use serde_json::error::Category;
use serde_json::value::RawValue;

pub use crate::build::record::{RecordProblem, Rule};

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

/// Why a catalog file cannot be indexed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The file is not JSON.
    #[error("the catalog is not valid JSON: {message} at line {line}, column {column}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1, counted in bytes.
        column: usize,
        /// What was expected or found.
        message: String,
    },
    /// The file is JSON, but no list.
    #[error("the catalog must be an array of products")]
    NotAnArray,
    /// Records that break rules.
    #[error("{}", list(problems))]
    Records {
        /// All problems, in the order of the records; at least one.
        problems: Vec<RecordProblem>,
    },
    /// More text than offsets can count.
    #[error("the index would be larger than 4 GiB")]
    TooLarge,
}

/// Builds the index of a catalog file: a JSON array of products as the API gives them.
pub fn index_from_json(text: &[u8]) -> Result<Vec<u8>, BuildError> {
    let text = core::str::from_utf8(text).map_err(|error| {
        let before = text.get(..error.valid_up_to()).unwrap_or_default();
        let (line, column) = place(core::str::from_utf8(before).unwrap_or_default());
        BuildError::Syntax { line, column, message: "bytes that are not UTF-8".to_owned() }
    })?;
    // Spreadsheet programs like to put a byte order mark first.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = serde_json::Deserializer::from_str(text);
    let elements = Vec::<&RawValue>::deserialize(&mut reader).and_then(|elements| reader.end().map(|()| elements));
    let elements = elements.map_err(|error| read_error(&error))?;
    let records = record::read(text, &elements).map_err(|problems| BuildError::Records { problems })?;
    index::write(records).ok_or(BuildError::TooLarge)
}

fn read_error(error: &serde_json::Error) -> BuildError {
    if error.classify() == Category::Data {
        return BuildError::NotAnArray;
    }
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    BuildError::Syntax { line: error.line(), column: error.column(), message: message.to_owned() }
}

/// The line and column after this text.
fn place(before: &str) -> (usize, usize) {
    let last_line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, last_line.len() + 1)
}

fn list(problems: &[RecordProblem]) -> String {
    let mut text = match problems.len() {
        1 => "the catalog has 1 problem".to_owned(),
        count => format!("the catalog has {count} problems"),
    };
    for problem in problems {
        text.push_str("\n  ");
        text.push_str(&problem.to_string());
    }
    text
}
