//! The report about a catalog file: its format, the field of each column, and warnings for its merchant.
//! A warning stands for all records it concerns; it names the first and counts the rest.

use core::fmt;
use std::collections::BTreeMap;

use web::foreign::excerpt;

use crate::build::problem::Problems;
use crate::build::syntax::encoding::Encoding;
use crate::build::syntax::format::Format;

/// A catalog file that keeps every rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its format.
    pub format: Format,
    /// Whether it is packed with gzip.
    pub is_gzip: bool,
    /// Whether it is in our own format; else it is an export of some other shop, and its columns were mapped.
    pub is_own: bool,
    /// How many products it has.
    pub records: usize,
    /// The bytes of the file.
    pub bytes: u64,
    /// The columns of an export that each field comes from, the preferred one first; none in our own format.
    pub columns: Vec<(&'static str, Vec<String>)>,
    /// What was left out, made up or changed.
    pub warnings: Vec<Warning>,
    /// The encoding of its text.
    pub encoding: Encoding,
    /// How many variants its products have.
    pub variants: usize,
    /// The products that were left out, by reason.
    pub left_out: Vec<LeftOut>,
    /// The records that broke a rule and were skipped; none where that refuses the file.
    pub skipped: Problems,
    /// The first products, as the shop shows them.
    pub samples: Vec<Sample>,
}

/// Products that were left out for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The reason, such as `draft`.
    pub reason: &'static str,
    /// How many there are.
    pub count: usize,
    /// The names of the first.
    pub names: Vec<String>,
    /// The option that changes it, if one does.
    pub option: Option<&'static str>,
}

/// A product as the shop shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its price, with that before where it is on sale.
    pub price: String,
    /// Its category with those above.
    pub category: String,
    /// Its stock in words.
    pub stock: String,
    /// Its options with their values.
    pub options: Vec<(String, Vec<String>)>,
    /// How many variants it has.
    pub variants: usize,
    /// How many pictures it has.
    pub pictures: usize,
}

/// Something that stops nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What it is.
    pub kind: WarningKind,
    /// How many records it concerns.
    pub count: usize,
    /// The line of the first of them.
    pub line: usize,
}

/// What can be odd about a catalog file without being wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningKind {
    /// A column of an export that is no field.
    Unused {
        /// The column.
        column: String,
    },
    /// More unused columns than are named one by one.
    MoreUnused,
    /// An export without a column for a field.
    NoColumn {
        /// The field.
        field: &'static str,
        /// What every product gets instead.
        value: &'static str,
    },
    /// Products without a value for their stock.
    NoStock,
    /// Products that were sold more often than they were there.
    NegativeStock,
    /// Products of which it is known only that there are some.
    InStock,
    /// Pictures that no page may show.
    Picture {
        /// The first of them.
        example: String,
    },
    /// Products without a picture.
    NoPicture,
    /// Texts with white space around them, which was taken away.
    Trimmed {
        /// The field.
        field: &'static str,
    },
    /// Texts with control characters, which became spaces.
    Control {
        /// The field.
        field: &'static str,
    },
    /// Ratings with more than two decimal places.
    Rounded {
        /// The first of them.
        example: String,
    },
    /// Prices that name their currency.
    Currency {
        /// As the file writes it.
        mark: String,
    },
    /// Values that do not fit their field, where another column has one that does.
    Unfit {
        /// The column.
        column: String,
        /// The field.
        field: &'static str,
    },
    /// Prices that are lowered until a day.
    SaleEnds,
    /// Products without a category.
    NoCategory,
    /// A text that is not UTF-8.
    Encoding {
        /// The name of its encoding.
        name: &'static str,
    },
}

/// Warnings as they come up.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    /// How many records each kind concerns, and the line of the first.
    kinds: BTreeMap<WarningKind, (usize, usize)>,
    /// How many unused columns are named.
    named: usize,
    left_out: BTreeMap<&'static str, LeftOut>,
}

impl Warnings {
    /// Unused columns are named up to this many.
    const COLUMNS: usize = 100;
    /// Products that are left out are named up to this many for each reason.
    const NAMES: usize = 10;

    pub(super) fn add(&mut self, kind: WarningKind, line: usize) {
        let (count, _) = self.kinds.entry(kind).or_insert((0, line));
        *count += 1;
    }

    /// The same for a kind with an example, which only the first of its kind gives.
    pub(super) fn add_example(&mut self, kind: fn(String) -> WarningKind, example: &str, line: usize) {
        let first = self.kinds.range(kind(String::new())..).next().map(|(first, _)| first.clone());
        let same =
            first.filter(|first| core::mem::discriminant(first) == core::mem::discriminant(&kind(String::new())));
        self.add(same.unwrap_or_else(|| kind(excerpt(example))), line);
    }

    pub(super) fn unused(&mut self, column: &str, line: usize) {
        if self.named == Self::COLUMNS {
            return self.add(WarningKind::MoreUnused, line);
        }
        self.named += 1;
        self.add(WarningKind::Unused { column: excerpt(column) }, line);
    }

    /// A product is left out.
    pub(super) fn leave_out(&mut self, reason: &'static str, name: &str, option: Option<&'static str>) {
        let left = self.left_out.entry(reason).or_insert_with(|| LeftOut { reason, option, ..LeftOut::default() });
        left.count += 1;
        if left.names.len() < Self::NAMES {
            left.names.push(excerpt(name));
        }
    }

    /// The products that were left out.
    pub(super) fn left_out(&mut self) -> Vec<LeftOut> {
        core::mem::take(&mut self.left_out).into_values().collect()
    }

    /// No product has the field, which says more than that each has not.
    pub(super) fn no_column(&mut self, field: &'static str, value: &'static str) {
        self.kinds.retain(|kind, _| match kind {
            WarningKind::NoStock => field != "stock",
            WarningKind::NoPicture => field != "imageUrl",
            _ => true,
        });
        self.add(WarningKind::NoColumn { field, value }, 1);
    }

    pub(super) fn finish(self) -> Vec<Warning> {
        self.kinds.into_iter().map(|(kind, (count, line))| Warning { kind, count, line }).collect()
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, line) = (self.count, self.line);
        let some = |thing: &str| match count {
            1 => format!("1 {thing}"),
            _ => format!("{count} {thing}s"),
        };
        match &self.kind {
            WarningKind::Unused { column } => write!(formatter, "the column `{column}` is not used"),
            WarningKind::MoreUnused => write!(formatter, "other columns are not used"),
            WarningKind::NoColumn { field, value } => {
                write!(formatter, "there is no column for `{field}`: every product gets {value}")
            }
            WarningKind::NoStock => {
                write!(
                    formatter,
                    "{} without a stock, the first on line {line}: `--untracked-stock` decides",
                    some("product")
                )
            }
            WarningKind::NegativeStock => {
                write!(formatter, "{} with a stock below 0, the first on line {line}: out of stock", some("product"))
            }
            WarningKind::InStock => write!(
                formatter,
                "{} whose stock says only that there is some, the first on line {line}: it is not counted",
                some("product")
            ),
            WarningKind::Picture { example } => {
                let are = if count == 1 {
                    "that is neither `https` nor local is"
                } else {
                    "that are neither `https` nor local are"
                };
                write!(formatter, "{} {are} left out, the first on line {line}: `{example}`", some("picture"))
            }
            WarningKind::NoPicture => {
                write!(formatter, "{} without a picture, the first on line {line}", some("product"))
            }
            WarningKind::Trimmed { field } => write!(
                formatter,
                "white space around `{field}` taken away from {}, the first on line {line}",
                some("product")
            ),
            WarningKind::Control { field } => write!(
                formatter,
                "control characters in `{field}` of {} replaced by spaces, the first on line {line}",
                some("product")
            ),
            WarningKind::Rounded { example } => write!(
                formatter,
                "{} with more than two decimal places rounded to two, the first on line {line}: `{example}`",
                some("rating")
            ),
            WarningKind::Currency { mark } => {
                write!(formatter, "{} in `{}`: the shop's own currency must be the same", some("price"), excerpt(mark))
            }
            WarningKind::Unfit { column, field } => write!(
                formatter,
                "{} of the column `{column}` not taken for `{field}`, the first on line {line}: another column says it",
                some("value")
            ),
            WarningKind::SaleEnds => write!(
                formatter,
                "{} lowered until a day, the first on line {line}: the price without the end counts",
                some("price")
            ),
            WarningKind::NoCategory => write!(
                formatter,
                "{} without a category, the first on line {line}: `--default-category` names theirs",
                some("product")
            ),
            WarningKind::Encoding { name } => {
                write!(formatter, "the text is {name}; `--encoding` names another one if letters are wrong")
            }
        }
    }
}
