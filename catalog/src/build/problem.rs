//! The faults that a catalog file can have, and the list of all of them, with which a file is refused.
//! Every problem is counted, the first [`Problems::SHOWN`] are kept to be shown.

use core::fmt;
use std::collections::BTreeMap;

use web::foreign::{excerpt, line};

use crate::build::limits::{FIELDS, MAX_COUNT};
use crate::model::id::IdError;
use crate::model::money::PriceError;
use crate::model::picture::MAX_PICTURE_HOSTS;
use crate::model::product::RatingError;

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
        kind: std::io::ErrorKind,
        /// What the reader said.
        message: String,
    },
    /// More text than offsets can count.
    #[error("the index would be larger than 4 GiB")]
    TooLarge,
}

/// The longest text of a rule that quotes a value, in characters: the rule fits, with [`web::foreign::EXCERPT`] of the value.
const RULE_LENGTH: usize = 160;

/// A rule, broken at some place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line on which the record starts, or reading ended, from 1.
    pub line: usize,
    /// The record's place in the file, from 1; `None` if it is no single record's problem.
    pub record: Option<usize>,
    /// The record's id, if it has a text there.
    pub id: Option<String>,
    /// The column of an export that the value comes from, where it is not called as the field is.
    pub column: Option<String>,
    /// The rule.
    pub rule: Rule,
}

/// Everything that is wrong with a catalog file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    shown: Vec<Problem>,
    counts: BTreeMap<&'static str, usize>,
    records: usize,
    stopped: bool,
}

/// A rule for catalog files and their records.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// Not an object.
    #[error("a record must be an object")]
    NotAnObject,
    /// A field that every record of our own format has.
    #[error("the field `{field}` is missing")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A field that no record of our own format has.
    #[error("the field `{field}` is unknown; the fields are {}", FIELDS.map(|name| format!("`{name}`")).join(", "))]
    Unknown {
        /// The field.
        field: String,
    },
    /// A field or column that stands twice.
    #[error("the field `{field}` is there twice")]
    Repeated {
        /// The field.
        field: String,
    },
    /// An export that does not say what every product must have.
    #[error("nothing says the `{field}`: there is no {}", list(names))]
    NoColumn {
        /// The field.
        field: &'static str,
        /// What the column may be called.
        names: &'static [&'static str],
    },
    /// A value of another type.
    #[error("`{field}` must be {expected}, not `{value}`")]
    Type {
        /// The field.
        field: &'static str,
        /// The type it must have.
        expected: &'static str,
        /// The JSON text of the value.
        value: String,
    },
    /// Against the rule for ids.
    #[error("`id` breaks a rule: {}", line(&.0.to_string(), RULE_LENGTH))]
    Id(IdError),
    /// An id that an earlier record has.
    #[error("`id` is taken by record {first} already")]
    Duplicate {
        /// The earlier record's place, from 1.
        first: usize,
    },
    /// No text where there must be some.
    #[error("`{field}` must not be empty")]
    Empty {
        /// The field.
        field: &'static str,
    },
    /// Characters that cannot be shown.
    #[error("`{field}` must not have control characters")]
    Control {
        /// The field.
        field: &'static str,
    },
    /// A text past its limit.
    #[error("`{field}` must have at most {maximum} characters, not {length}")]
    TooLong {
        /// The field.
        field: &'static str,
        /// The limit.
        maximum: usize,
        /// The characters it has.
        length: usize,
    },
    /// Negative, too precise, too large or written with an exponent.
    #[error("`price` breaks a rule: {}", line(&.0.to_string(), RULE_LENGTH))]
    Price(PriceError),
    /// Negative, over 5, too precise or written with an exponent.
    #[error("`rating` breaks a rule: {}", line(&.0.to_string(), RULE_LENGTH))]
    Rating(RatingError),
    /// Negative, not whole or too large.
    #[error("`{field}` must be a whole number from 0 to {MAX_COUNT}, not `{value}`")]
    Count {
        /// The field.
        field: &'static str,
        /// The value's text.
        value: String,
    },
    /// A picture that no page may show.
    #[error(
        "`imageUrl` must be an absolute path such as `/assets/mug.svg`, without a query or dot segments, or an `https` URL, not `{value}`"
    )]
    Image {
        /// The value.
        value: String,
    },
    /// Pictures of more hosts than a page's policy can name.
    #[error("pictures may come from at most {MAX_PICTURE_HOSTS} hosts, and `{}` is one more", excerpt(host))]
    TooManyHosts {
        /// The first host past the limit, as an origin.
        host: String,
    },
    /// A number that may be meant in two ways.
    #[error(
        "`{field}` may be one of two numbers: `{value}`; write it without a thousands separator, as `1299` or `1299.00`"
    )]
    Ambiguous {
        /// The field.
        field: &'static str,
        /// The value's text.
        value: String,
    },
    /// Prices in two currencies.
    #[error("`price` is in another currency, `{}`, than the first one, `{}`", excerpt(found), excerpt(first))]
    Currency {
        /// The mark of the first price that has one.
        first: String,
        /// The mark of this one.
        found: String,
    },
    /// More variants, options, pictures or the like than a product may have.
    #[error("a product must have at most {maximum} {field}, not {found}")]
    TooMany {
        /// The things that are counted.
        field: &'static str,
        /// The limit.
        maximum: usize,
        /// How many there are.
        found: usize,
    },
    /// Two variants that shoppers cannot tell apart.
    #[error("two variants have the same options: `{}`", excerpt(values))]
    SameVariant {
        /// The values of both.
        values: String,
    },
    /// A value outside the words and forms of its field.
    #[error("`{field}` must be {expected}, not `{}`", excerpt(value))]
    Value {
        /// The field, with those that it stands in.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
        /// The value.
        value: String,
    },
    /// A word that does not say whether there is any.
    #[error("`stock` must be a whole number or say whether there is any, not `{value}`")]
    Availability {
        /// The value's text.
        value: String,
    },
    /// A CSV file without a first line.
    #[error("the file is empty; it must have a header line")]
    NoHeader,
    /// A row with more or fewer cells than the header.
    #[error("a row must have {expected} cells as the header line has, not {found}")]
    Width {
        /// The cells of the header.
        expected: usize,
        /// The cells of the row.
        found: usize,
    },
    /// A quote that is opened and never closed.
    #[error("the file ends inside a quoted cell: a quote is opened and never closed")]
    OpenQuote,
    /// Against the syntax of JSON.
    #[error("not valid JSON: {} at line {line}, column {column}", excerpt(message))]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1, counted in bytes.
        column: usize,
        /// What was expected or found.
        message: String,
    },
    /// Against the syntax of XML.
    #[error("not valid XML: {}", excerpt(message))]
    Xml {
        /// What was expected or found.
        message: String,
    },
    /// A list, object or text that the file ends in.
    #[error("not valid JSON: the file ends inside a value that starts here")]
    Unfinished,
    /// JSON that is neither a list nor an object with a list of products.
    #[error("the catalog must be an array of products, or an object with one array of products in it")]
    NotAnArray,
    /// An object with two lists of objects.
    #[error("there are two arrays that may be the products: `{}` and `{}`", excerpt(first), excerpt(second))]
    SeveralArrays {
        /// The name of one.
        first: String,
        /// The name of the other.
        second: String,
    },
    /// Lists and objects in each other, too deep.
    #[error("lists and objects must lie at most {maximum} deep in each other")]
    TooDeep {
        /// The limit.
        maximum: usize,
    },
    /// Bytes that are no text.
    #[error("bytes that are not UTF-8; save the file as UTF-8")]
    NotUtf8,
    /// A byte that no text has.
    #[error("there is a NUL byte, which no text has")]
    Nul,
    /// A zip archive, as an Excel workbook is one.
    #[error("the file is a zip archive or an Excel workbook; unpack it, or save it as CSV")]
    Archive,
    /// Bytes that gzip never wrote.
    #[error("the gzip data is damaged: {message}")]
    Gzip {
        /// What is wrong with it.
        message: String,
    },
    /// A record past the limit.
    #[error("a record must have at most {maximum} bytes; is a bracket or a quote left open?")]
    RecordTooLong {
        /// The limit.
        maximum: usize,
    },
    /// More records than a catalog may have.
    #[error("a catalog must have at most {maximum} records")]
    TooManyRecords {
        /// The limit.
        maximum: usize,
    },
    /// Fewer records than a catalog is taken for.
    #[error("a catalog must have at least {minimum} product{}, not {found}", if *minimum == 1 { "" } else { "s" })]
    TooFewRecords {
        /// The limit.
        minimum: usize,
        /// The records it has.
        found: usize,
    },
    /// Packed so tightly that it is no text that anybody wrote.
    #[error(
        "the gzip data unpacks to more than {maximum} times its size, as no list of products does; unpack the file if it is one"
    )]
    PackedTooTightly {
        /// The limit.
        maximum: u64,
    },
    /// More text than a catalog file may have, unpacked.
    #[error("a catalog file must have at most {maximum} bytes of text")]
    TextTooLong {
        /// The limit.
        maximum: u64,
    },
}

impl Problems {
    /// So many problems are kept to be shown; the rest are counted.
    pub const SHOWN: usize = 50;

    /// The first problems, in the order of the file.
    pub fn shown(&self) -> &[Problem] {
        &self.shown
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.counts.values().sum()
    }

    /// How many there are of each kind.
    pub fn counts(&self) -> &BTreeMap<&'static str, usize> {
        &self.counts
    }

    /// How many records were read.
    pub fn records(&self) -> usize {
        self.records
    }

    /// Whether reading ended before the file did, so that there may be more.
    pub fn stopped(&self) -> bool {
        self.stopped
    }

    pub(super) fn push(&mut self, problem: Problem) {
        *self.counts.entry(problem.rule.kind()).or_default() += 1;
        if self.shown.len() < Self::SHOWN {
            self.shown.push(problem);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// The same after so many records; `stopped` says that there may be more.
    pub(super) fn after(mut self, records: usize, stopped: bool) -> Problems {
        self.records = records;
        self.stopped = stopped;
        self
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.total() {
            1 => write!(formatter, "the catalog has 1 problem")?,
            count => write!(formatter, "the catalog has {count} problems")?,
        }
        for problem in &self.shown {
            write!(formatter, "\n  {problem}")?;
        }
        let more = self.total() - self.shown.len();
        if more > 0 {
            let kinds: Vec<String> = self.counts.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
            write!(formatter, "\n  and {more} more; of all: {}", kinds.join(", "))?;
        }
        if self.stopped {
            write!(formatter, "\n  reading stopped there")?;
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { line, record, id, column, rule } = self;
        match record {
            None => write!(formatter, "line {line}")?,
            Some(record) => {
                write!(formatter, "record {record} (")?;
                if let Some(id) = id {
                    write!(formatter, "id `{}`, ", excerpt(id))?;
                }
                write!(formatter, "line {line}")?;
                if let Some(column) = column {
                    write!(formatter, ", column `{}`", excerpt(column))?;
                }
                write!(formatter, ")")?;
            }
        }
        write!(formatter, ": {rule}")
    }
}

impl Rule {
    /// What it is about, in a word: problems are counted by it.
    pub fn kind(&self) -> &'static str {
        match self {
            Rule::NotAnObject
            | Rule::Syntax { .. }
            | Rule::Unfinished
            | Rule::NotAnArray
            | Rule::SeveralArrays { .. } => "json",
            Rule::Xml { .. } => "xml",
            Rule::Missing { .. } | Rule::Unknown { .. } | Rule::Repeated { .. } | Rule::NoColumn { .. } => "fields",
            Rule::Type { field, .. }
            | Rule::Empty { field }
            | Rule::Control { field }
            | Rule::TooLong { field, .. }
            | Rule::Ambiguous { field, .. }
            | Rule::TooMany { field, .. }
            | Rule::Value { field, .. }
            | Rule::Count { field, .. } => field,
            Rule::SameVariant { .. } => "variants",
            Rule::Id(_) => "id",
            Rule::Duplicate { .. } => "duplicate id",
            Rule::Price(_) | Rule::Currency { .. } => "price",
            Rule::Rating(_) => "rating",
            Rule::Image { .. } | Rule::TooManyHosts { .. } => "imageUrl",
            Rule::Availability { .. } => "stock",
            Rule::NoHeader | Rule::Width { .. } | Rule::OpenQuote => "cells",
            Rule::NotUtf8 | Rule::Nul | Rule::Archive | Rule::Gzip { .. } => "bytes",
            Rule::TooDeep { .. }
            | Rule::RecordTooLong { .. }
            | Rule::TooManyRecords { .. }
            | Rule::TooFewRecords { .. }
            | Rule::PackedTooTightly { .. }
            | Rule::TextTooLong { .. } => "limits",
        }
    }
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
