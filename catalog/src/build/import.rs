//! The settings by which an export is read, and the mapping file that keeps them beside it.
//! Reads and writes no file itself; a mapping that names an unknown field or setting is refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use web::foreign::excerpt;

use crate::build::field::Field;
use crate::build::limits::MAX_COUNT;
use crate::build::syntax::encoding::Encoding;
use crate::model::currency::Currency;
use crate::model::details::StockPolicy;

/// What a merchant decides about an export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Import {
    /// The category of products that have none; [`Import::DEFAULT_CATEGORY`] where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_category: Option<String>,
    /// The stock of products of which the file says none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub untracked_stock: Option<UntrackedStock>,
    /// The encoding of its text; found out where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Whether drafts and hidden products are taken, too.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub include_unpublished: bool,
    /// Whether records that break a rule are left out, in place of the whole file.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub skip_invalid: bool,
    /// The column of each field that is not found by its name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
}

/// The stock of products of which a file says none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "toml::Value", into = "String")]
pub enum UntrackedStock {
    /// They are sold, and not counted.
    #[default]
    InStock,
    /// They are sold out.
    OutOfStock,
    /// So many are there.
    Count(u32),
}

/// Why settings are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// No mapping file.
    #[error("not a mapping file: {0}")]
    Syntax(String),
    /// A field that no column can be mapped to.
    #[error("`{}` is no field; the fields are {}", excerpt(.0), Import::fields().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))]
    Field(String),
    /// A mapping without a field or a column.
    #[error("`{}` must be a field and a column, such as `name=Nom`", excerpt(.0))]
    Mapping(String),
    /// Neither a word nor a number.
    #[error("`{}` must be `in-stock`, `out-of-stock` or a whole number from 0 to {MAX_COUNT}", excerpt(.0))]
    Stock(String),
}

impl Import {
    /// The category of products that have none.
    pub const DEFAULT_CATEGORY: &'static str = "Other";

    /// What follows the name of an export in the name of its mapping file.
    pub const SUFFIX: &'static str = ".map.toml";

    /// The fields that a column can be mapped to.
    pub fn fields() -> impl Iterator<Item = &'static str> {
        Field::LABELS.iter().map(|(label, _)| *label)
    }

    /// Reads a mapping file.
    pub fn parse(text: &str) -> Result<Import, ImportError> {
        let import: Import = toml::from_str(text).map_err(|error| ImportError::Syntax(located(text, &error)))?;
        match import.columns.keys().find(|field| Field::labelled(field).is_none()) {
            Some(field) => Err(ImportError::Field(field.clone())),
            None => Ok(import),
        }
    }

    /// The text of the mapping file with these settings.
    pub fn to_text(&self) -> Result<String, ImportError> {
        toml::to_string(self).map_err(|error| ImportError::Syntax(error.to_string()))
    }

    /// Adds a mapping such as `name=Nom`.
    pub fn map(&mut self, mapping: &str) -> Result<(), ImportError> {
        let wrong = || ImportError::Mapping(mapping.to_owned());
        let (field, column) = mapping.split_once('=').ok_or_else(wrong)?;
        let (field, column) = (field.trim(), column.trim());
        if column.is_empty() {
            return Err(wrong());
        }
        if Field::labelled(field).is_none() {
            return Err(ImportError::Field(field.to_owned()));
        }
        self.columns.insert(field.to_owned(), column.to_owned());
        Ok(())
    }

    /// The category of products that have none.
    pub fn category(&self) -> &str {
        self.default_category.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(Self::DEFAULT_CATEGORY)
    }
}

/// The message of the reader of TOML in one line, behind the place in the file that it is about.
fn located(text: &str, error: &toml::de::Error) -> String {
    let message = error.message();
    let Some(before) = error.span().and_then(|span| text.get(..span.start)) else { return message.to_owned() };
    let (line, last) = (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap_or_default());
    format!("line {line}, column {}: {message}", last.chars().count() + 1)
}

impl core::str::FromStr for UntrackedStock {
    type Err = ImportError;

    fn from_str(text: &str) -> Result<UntrackedStock, ImportError> {
        match text {
            "in-stock" => Ok(UntrackedStock::InStock),
            "out-of-stock" => Ok(UntrackedStock::OutOfStock),
            number => {
                let count = number.parse().ok().filter(|count| *count <= MAX_COUNT);
                count.map(UntrackedStock::Count).ok_or_else(|| ImportError::Stock(number.to_owned()))
            }
        }
    }
}

impl TryFrom<toml::Value> for UntrackedStock {
    type Error = ImportError;

    fn try_from(value: toml::Value) -> Result<UntrackedStock, ImportError> {
        match value {
            toml::Value::String(text) => text.parse(),
            toml::Value::Integer(count) => count.to_string().parse(),
            other => Err(ImportError::Stock(other.type_str().to_owned())),
        }
    }
}

impl From<UntrackedStock> for String {
    fn from(stock: UntrackedStock) -> String {
        match stock {
            UntrackedStock::InStock => "in-stock".to_owned(),
            UntrackedStock::OutOfStock => "out-of-stock".to_owned(),
            UntrackedStock::Count(count) => count.to_string(),
        }
    }
}

/// What a reader of exports goes by.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) import: Import,
    pub(super) currency: Currency,
}

impl Settings {
    /// Stock and policy of a product of which the file says none.
    pub(super) fn unknown_stock(&self) -> (u32, StockPolicy) {
        match self.import.untracked_stock.unwrap_or_default() {
            UntrackedStock::InStock => (0, StockPolicy::Untracked),
            UntrackedStock::OutOfStock => (0, StockPolicy::Deny),
            UntrackedStock::Count(count) => (count, StockPolicy::Deny),
        }
    }

    /// The same in words.
    pub(super) fn stock_text(&self) -> &'static str {
        match self.import.untracked_stock {
            None => "a stock that is not counted, so it can be bought; `--untracked-stock` decides",
            Some(UntrackedStock::InStock) => "a stock that is not counted, so it can be bought",
            Some(UntrackedStock::OutOfStock) => "0, so it is out of stock",
            Some(UntrackedStock::Count(_)) => "the stock of `--untracked-stock`",
        }
    }
}
