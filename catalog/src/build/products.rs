//! The products of a catalog file, and the index that is made of them.

use core::fmt;
use std::io::Read;

use crate::build::problem::BuildError;
use crate::build::read::{self, Options};
use crate::build::record::Record;
use crate::build::report::Report;
use crate::build::rules::SearchRules;
use crate::build::syntax::format::Format;
use crate::build::{index, prepare};
use crate::model::currency::Currency;

/// The products of a catalog file, each of which keeps every rule.
pub struct Products {
    pub(super) records: Vec<Record>,
    pub(super) currency: Currency,
    pub(super) report: Report,
    pub(super) rules: SearchRules,
}

impl Products {
    /// Reads a catalog file.
    pub fn read(file: impl Read, options: Options<'_>) -> Result<Products, BuildError> {
        let mut records = Vec::new();
        let currency = options.currency;
        let report = read::read(file, options, &mut |record| records.push(record))?;
        prepare::prepare(&mut records);
        Ok(Products { records, currency, report, rules: SearchRules::default() })
    }

    /// The same products with the merchant's rules for searches.
    #[must_use]
    pub fn with_rules(self, rules: SearchRules) -> Products {
        Products { rules, ..self }
    }

    /// What the file is.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Writes the index.
    pub fn into_index(self) -> Result<Vec<u8>, BuildError> {
        index::write(&self.records, self.currency, &self.rules).ok_or(BuildError::TooLarge)
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
