//! The products of a catalog file, and the index that is made of them.

use core::fmt;
use std::collections::BTreeSet;
use std::io::Read;

use crate::build::problem::BuildError;
use crate::build::read::{self, Options};
use crate::build::record::Record;
use crate::build::report::Report;
use crate::build::rules::{RulesError, RulesFault, SearchRules};
use crate::build::syntax::format::Format;
use crate::build::{index, prepare};
use crate::model::currency::Currency;
use crate::text::slug::slug;

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

    /// Checks that the products and collections that the rules name exist; the error is the first one that does not. A shop goes on without
    /// them, since products come and go: this is for whoever writes the rules.
    pub fn check_rules(&self) -> Result<(), RulesError> {
        let ids: BTreeSet<&str> = self.records.iter().map(|record| record.id.as_str()).collect();
        let collections = self.records.iter().flat_map(|record| &record.details.collections);
        let collections: BTreeSet<String> = collections.map(|name| slug(name)).collect();
        self.rules.check(|fault| match fault {
            RulesFault::UnknownProduct { id } => ids.contains(id.as_str()),
            RulesFault::UnknownCollection { name } => collections.contains(name),
            _ => true,
        })
    }

    /// What the file is.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Writes the index.
    pub fn into_index(self) -> Result<Vec<u8>, BuildError> {
        let hashes = index::hashes(&self.records, self.currency);
        self.write_index(&hashes)
    }

    /// Writes the index; `hashes` are those of the records.
    pub(super) fn write_index(&self, hashes: &[u64]) -> Result<Vec<u8>, BuildError> {
        let revision = index::revision_of(hashes, self.currency, self.rules.section());
        index::write(&self.records, self.currency, &self.rules, revision).ok_or(BuildError::TooLarge)
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
