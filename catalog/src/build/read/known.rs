//! What is known of an export from its columns and records so far: the name of each column that is used, and the field of ids.
//! Decides nothing about a value.

use std::collections::BTreeMap;

use super::columns::{self, Meaning};
use crate::build::field::Field;
use crate::build::import::Settings;
use crate::build::problem::Rule;
use crate::build::syntax::value::Value;

/// What is known of an export.
#[derive(Debug)]
pub(super) struct Known {
    /// The name in the file of each column that is used.
    pub(super) found: BTreeMap<Meaning, String>,
    /// The field that ids are made of.
    pub(super) id_field: Option<Field>,
    pub(super) settings: Settings,
    /// The currency of the first price that names one.
    pub(super) currency: Option<String>,
    /// Whether the record that is read has a picture that no page may show.
    pub(super) has_refused_picture: bool,
}

/// A value that may be a field's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) meaning: Meaning,
    pub(super) value: Value<'a>,
}

/// The fields that ids are made of, the preferred one first. Whatever is fit for a URL comes before stock-keeping units.
pub(super) const ID_FIELDS: [Field; 4] = [Field::Id, Field::Handle, Field::Sku, Field::Name];

/// Names of columns that ids are made of, as messages list them.
const ID_NAMES: [&str; 10] =
    ["id", "product_id", "item_id", "object_id", "handle", "slug", "sku", "product_sku", "variant_sku", "product_code"];

impl Known {
    /// An export of which nothing is known but the settings of the shop that reads it.
    pub(super) fn new(settings: Settings) -> Known {
        Known { found: BTreeMap::new(), id_field: None, settings, currency: None, has_refused_picture: false }
    }

    /// The name in the file of a column that is used.
    pub(super) fn column(&self, meaning: Meaning) -> Option<&str> {
        self.found.get(&meaning).map(String::as_str)
    }

    /// The same where it is not called as the field is.
    pub(super) fn column_beside(&self, meaning: Meaning) -> Option<String> {
        let column = self.column(meaning)?;
        (column != meaning.field.name()).then(|| column.to_owned())
    }

    /// The first column of a field, where it is not called as the field is.
    pub(super) fn first_column(&self, field: Field) -> Option<String> {
        let meaning = self.found.keys().find(|meaning| meaning.field == field)?;
        self.column_beside(*meaning)
    }

    /// The field that ids are made of.
    pub(super) fn id_field(&self) -> Field {
        self.id_field.unwrap_or(Field::Id)
    }

    /// Whether drafts and hidden products are taken, too.
    pub(super) fn takes_unpublished(&self) -> bool {
        self.settings.import.include_unpublished
    }

    /// What is wrong with a record that lacks a field which each product must have.
    pub(super) fn lacking(&self, field: Field) -> (Option<String>, Rule) {
        if self.has(field) {
            (self.first_column(field), Rule::Empty { field: field.name() })
        } else {
            (None, no_column(field))
        }
    }

    /// Whether the file has a column for a field.
    pub(super) fn has(&self, field: Field) -> bool {
        self.found.keys().any(|meaning| meaning.field == field)
    }
}

/// The problem of a file without a column for a field.
pub(super) fn no_column(field: Field) -> Rule {
    let names = if field == Field::Id { &ID_NAMES } else { columns::names(field) };
    Rule::NoColumn { field: field.name(), names: names.get(..names.len().min(10)).unwrap_or(names) }
}
