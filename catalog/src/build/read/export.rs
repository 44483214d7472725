//! Another shop's export: the field of each of its columns, over all of its records.
//! Two columns that would be one field are refused, unless one of them is spelled as the field's name is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use web::foreign::excerpt;

use super::columns::{Columns, Field, Meaning, Use};
use super::mapped::Reader;
use crate::build::problem::Rule;
use crate::build::record::Outcome;
use crate::build::report::Warnings;
use crate::build::syntax::value::{Loose, Value};
use crate::model::currency::Currency;

/// What is known about an export from its columns and the records so far.
#[derive(Debug, Default)]
pub(super) struct Export {
    columns: Columns,
    /// What the file calls each column that is used.
    found: BTreeMap<Meaning, String>,
    /// Which of the names for an id counts.
    id_rank: Option<usize>,
    /// The shop's currency, in which prices are read.
    shop_currency: Currency,
    /// The currency of the first price that names one.
    pub(super) currency: Option<String>,
    /// The id of the record before.
    pub(super) last_id: Option<String>,
}

/// A value that may be a field's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) meaning: Meaning,
    pub(super) value: Value<'a>,
}

impl Export {
    /// An export of which nothing is known but the currency of the shop that reads it.
    pub(super) fn new(shop_currency: Currency) -> Export {
        Export { shop_currency, ..Export::default() }
    }

    /// Takes the header line of a CSV file: what each column means, or what is wrong with them.
    pub(super) fn header(
        &mut self,
        header: &[String],
        warnings: &mut Warnings,
    ) -> Result<Vec<Option<Meaning>>, Vec<Rule>> {
        let mut meanings = Vec::new();
        let mut problems = Vec::new();
        for column in header {
            let meaning = match self.columns.find(column).0 {
                Use::Field(meaning) | Use::Around(Some(meaning)) => Some(meaning),
                Use::Around(None) | Use::Nothing => {
                    warnings.unused(column, 1);
                    None
                }
            };
            let place = meanings.iter().position(|earlier| meaning.is_some() && *earlier == meaning);
            let (Some(place), Some(twice)) = (place, meaning) else {
                meanings.push(meaning);
                continue;
            };
            let is_exact = |name: Option<&String>| name.is_some_and(|name| name == twice.name());
            match (is_exact(header.get(place)), is_exact(Some(column))) {
                (true, false) => meanings.push(None),
                (false, true) => {
                    meanings.push(meaning);
                    meanings.get_mut(place).into_iter().for_each(|earlier| *earlier = None);
                }
                _ => {
                    problems.push(Rule::Repeated { field: excerpt(column) });
                    meanings.push(None);
                }
            }
        }
        self.id_rank = meanings.iter().flatten().filter(|found| found.field == Field::Id).map(|found| found.rank).min();
        for (column, meaning) in header.iter().zip(&mut meanings) {
            if meaning.is_some_and(|found| self.is_other_id(found)) {
                warnings.unused(column, 1);
                *meaning = None;
            }
            if let Some(found) = *meaning {
                self.found.insert(found, column.clone());
            }
        }
        for field in [Field::Id, Field::Name, Field::Price, Field::Category] {
            if !self.has(field) {
                problems.push(Rule::NoColumn { field: field.name(), names: field.names() });
            }
        }
        if problems.is_empty() { Ok(meanings) } else { Err(problems) }
    }

    /// Reads a record of JSON.
    pub(super) fn members(
        &mut self,
        members: &[(Cow<'_, str>, Value<'_>)],
        line: usize,
        warnings: &mut Warnings,
    ) -> Option<Outcome> {
        let mut candidates = Vec::new();
        let mut problems = Vec::new();
        for (name, value) in members {
            let (known, is_new) = self.columns.find(name);
            let mut inner = Vec::new();
            let meaning = match known {
                Use::Field(meaning) => Some(meaning),
                Use::Around(meaning) => {
                    inner = self.inner(name, *value);
                    meaning.filter(|_| inner.is_empty())
                }
                Use::Nothing => None,
            };
            if meaning.is_none() && inner.is_empty() && is_new {
                warnings.unused(name, line);
            }
            for candidate in inner.into_iter().chain(meaning.map(|meaning| Candidate { meaning, value: *value })) {
                if let Err(rule) = self.push(&mut candidates, candidate, name) {
                    problems.push((None, rule));
                }
            }
        }
        self.choose_id(&candidates, line, warnings);
        candidates.retain(|candidate| !self.is_other_id(candidate.meaning));
        self.record(candidates, problems, line, warnings)
    }

    /// Reads a record whose values were found already; `None` if it only continues the one before it.
    pub(super) fn record(
        &mut self,
        mut candidates: Vec<Candidate<'_>>,
        problems: Vec<(Option<String>, Rule)>,
        line: usize,
        warnings: &mut Warnings,
    ) -> Option<Outcome> {
        candidates.sort_by_key(|candidate| candidate.meaning);
        let currency = self.shop_currency;
        let reader = Reader { currency, export: self, warnings, candidates, line, problems };
        let outcome = reader.read()?;
        self.last_id.clone_from(&outcome.id);
        Some(outcome)
    }

    /// What the file calls a column that is used.
    pub(super) fn column(&self, meaning: Meaning) -> Option<&str> {
        self.found.get(&meaning).map(String::as_str)
    }

    /// The columns of each field, and what stands in for those that are not there.
    pub(super) fn finish(self, warnings: &mut Warnings) -> Vec<(&'static str, Vec<String>)> {
        let defaults = [
            (Field::Description, "none"),
            (Field::Image, "a drawn placeholder"),
            (Field::Stock, "0, so it is out of stock"),
            (Field::Rating, "0"),
            (Field::Reviews, "0"),
        ];
        for (field, value) in defaults {
            if !self.has(field) {
                warnings.no_column(field.name(), value);
            }
        }
        let mut columns: Vec<(&'static str, Vec<String>)> = Vec::new();
        for (meaning, column) in self.found {
            let (field, column) = (meaning.field.name(), excerpt(&column));
            match columns.last_mut().filter(|(last, _)| *last == field) {
                Some((_, names)) => names.push(column),
                None => columns.push((field, vec![column])),
            }
        }
        columns
    }

    pub(super) fn has(&self, field: Field) -> bool {
        self.found.keys().any(|meaning| meaning.field == field)
    }

    fn is_other_id(&self, meaning: Meaning) -> bool {
        meaning.field == Field::Id && self.id_rank.is_some_and(|rank| rank != meaning.rank)
    }

    /// The fields inside an object, or inside the first object of a list.
    fn inner<'a>(&mut self, around: &str, value: Value<'a>) -> Vec<Candidate<'a>> {
        let members = value.members().map(|members| members.0).unwrap_or_default();
        let found = members.into_iter().filter_map(|(name, value)| {
            let meaning = self.columns.find_inside(around, &name)?;
            Some(Candidate { meaning, value: Value::Json(value) })
        });
        found.collect()
    }

    /// Adds a candidate; two of one meaning are wrong, unless one of them is spelled as the meaning is.
    fn push<'a>(
        &mut self,
        candidates: &mut Vec<Candidate<'a>>,
        candidate: Candidate<'a>,
        name: &str,
    ) -> Result<(), Rule> {
        let meaning = candidate.meaning;
        if self.is_other_id(meaning) {
            return Ok(());
        }
        let column = self.found.entry(meaning).or_insert_with(|| name.to_owned());
        let Some(earlier) = candidates.iter_mut().find(|earlier| earlier.meaning == meaning) else {
            candidates.push(candidate);
            return Ok(());
        };
        match (column == meaning.name(), name == meaning.name()) {
            (true, false) => Ok(()),
            (false, true) => {
                name.clone_into(column);
                *earlier = candidate;
                Ok(())
            }
            _ => Err(Rule::Repeated { field: excerpt(name) }),
        }
    }

    /// The first record decides which of the names for an id counts.
    fn choose_id(&mut self, candidates: &[Candidate<'_>], line: usize, warnings: &mut Warnings) {
        if self.id_rank.is_some() {
            return;
        }
        let ids = candidates.iter().filter(|candidate| candidate.meaning.field == Field::Id);
        let with_text = ids.filter(|candidate| matches!(candidate.value.loose(), Loose::Text(_)));
        self.id_rank = with_text.map(|candidate| candidate.meaning.rank).min();
        let others: Vec<Meaning> = self.found.keys().copied().filter(|meaning| self.is_other_id(*meaning)).collect();
        for other in others {
            if let Some(column) = self.found.remove(&other) {
                warnings.unused(&column, line);
            }
        }
    }
}
