//! Another shop's export: the field of each of its columns, over all of its records.
//! Two columns that would be one field are refused, unless one of them is spelled as the field's name is.

use std::borrow::Cow;

use web::foreign::excerpt;

use super::columns::{Columns, Meaning, Use};
use super::known::{Candidate, ID_FIELDS, Known, no_column};
use super::mapped::Reader;
use super::part::{Kind, Part};
use crate::build::field::Field;
use crate::build::import::Settings;
use crate::build::problem::Rule;
use crate::build::report::Warnings;
use crate::build::syntax::json::Members;
use crate::build::syntax::value::{Loose, Value};

/// What is known about an export from its columns and the records so far.
#[derive(Debug)]
pub(super) struct Export {
    columns: Columns,
    pub(super) known: Known,
}

impl Export {
    /// An export of which nothing is known but the settings of the shop that reads it.
    pub(super) fn new(settings: Settings) -> Export {
        let columns = Columns::new(&settings.import.columns, settings.currency);
        Export { columns, known: Known::new(settings) }
    }

    /// Takes the header line of a CSV file: what each column means, or what is wrong with them.
    pub(super) fn header(
        &mut self,
        header: &[String],
        warnings: &mut Warnings,
    ) -> Result<Vec<Option<Meaning>>, Vec<Rule>> {
        let mut meanings: Vec<Option<Meaning>> = Vec::new();
        let mut problems = Vec::new();
        for (number, column) in (1..).zip(header) {
            let meaning = match self.columns.find(column).0 {
                Use::Field(meaning) | Use::Around(Some(meaning)) => Some(meaning),
                Use::Around(None) | Use::Nothing => {
                    if !column.trim().is_empty() {
                        warnings.unused(column, 1);
                    }
                    None
                }
            };
            let meaning = meaning.map(|found| if found.has_own_part() { Meaning { number, ..found } } else { found });
            let place = meanings.iter().position(|earlier| meaning.is_some() && *earlier == meaning);
            let (Some(place), Some(twice)) = (place, meaning) else {
                meanings.push(meaning);
                continue;
            };
            let is_exact = |name: Option<&String>| name.is_some_and(|name| name == twice.name);
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
        for (column, meaning) in header.iter().zip(&meanings) {
            if let Some(found) = *meaning {
                self.known.found.insert(found, column.clone());
            }
        }
        self.known.id_field = ID_FIELDS.into_iter().find(|field| self.known.has(*field));
        if self.known.id_field.is_none() {
            problems.push(no_column(Field::Id));
        }
        for field in [Field::Name, Field::Price] {
            let stands_in = field == Field::Price && self.known.has(Field::SalePrice);
            if !(self.known.has(field) || stands_in) {
                problems.push(no_column(field));
            }
        }
        if problems.is_empty() { Ok(meanings) } else { Err(problems) }
    }

    /// Reads an object.
    pub(super) fn members(
        &mut self,
        members: &[(Cow<'_, str>, Value<'_>)],
        line: usize,
        warnings: &mut Warnings,
    ) -> (Part, Option<&'static str>) {
        let mut candidates = Vec::new();
        let mut problems = Vec::new();
        let mut variants: &[Value<'_>] = &[];
        let mut options = Vec::new();
        let lists: Vec<(&str, Vec<Value<'_>>)> =
            members.iter().filter_map(|(name, value)| Some((&**name, value.list()?))).collect();
        for (name, list) in &lists {
            let has_objects = list.first().is_some_and(|first| first.members().is_some());
            match *name {
                "variants" if has_objects => variants = list,
                "options" if has_objects => options = option_names(list),
                _ => {}
            }
        }
        for (name, value) in members {
            if (name == "variants" && !variants.is_empty()) || (name == "options" && !options.is_empty()) {
                continue;
            }
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
        self.choose_id(&candidates);
        let read: Vec<Part> =
            variants.iter().filter_map(|value| self.variant(*value, &options, line, warnings)).collect();
        let is_parent = !read.is_empty();
        let (mut part, left_out) = self.record(candidates, problems, line, warnings);
        if is_parent {
            part.kind = Kind::Parent;
            part.variants = read;
            for name in options {
                part.options.push((name, String::new()));
            }
        }
        (part, left_out)
    }

    /// A variant that stands inside of its product.
    fn variant(&mut self, value: Value<'_>, names: &[String], line: usize, warnings: &mut Warnings) -> Option<Part> {
        let Members(members) = value.members()?;
        let mut candidates = Vec::new();
        let mut options = Vec::new();
        for (name, value) in members {
            let value = Value::Json(value);
            if name == "options" {
                options = option_values(value);
                continue;
            }
            let inside = self.columns.find_inside("variants", &name);
            let meaning = inside.or_else(|| match self.columns.find(&name).0 {
                Use::Field(meaning) | Use::Around(Some(meaning)) => Some(meaning),
                Use::Around(None) | Use::Nothing => None,
            });
            if let Some(meaning) = meaning.filter(|meaning| meaning.field != Field::Since) {
                let is_new = !candidates.iter().any(|known: &Candidate<'_>| known.meaning == meaning);
                candidates.extend(is_new.then_some(Candidate { meaning, value }));
                if !matches!(meaning.field, Field::Name | Field::Id) {
                    self.known.found.entry(meaning).or_insert_with(|| format!("variants.{name}"));
                }
            }
        }
        let (mut part, left_out) = self.record(candidates, Vec::new(), line, warnings);
        if left_out.is_some() {
            return None;
        }
        part.kind = Kind::Variant;
        part.options.extend(options);
        for (place, (name, _)) in part.options.iter_mut().enumerate() {
            if name.is_empty() {
                names.get(place).into_iter().for_each(|known| name.clone_from(known));
            }
        }
        Some(part)
    }

    /// Reads a record whose values were found already.
    pub(super) fn record(
        &mut self,
        mut candidates: Vec<Candidate<'_>>,
        problems: Vec<(Option<String>, Rule)>,
        line: usize,
        warnings: &mut Warnings,
    ) -> (Part, Option<&'static str>) {
        candidates.sort_by_key(|candidate| candidate.meaning);
        let currency = self.known.settings.currency;
        self.known.has_refused_picture = false;
        let reader = Reader { currency, known: &mut self.known, warnings, candidates, line, problems };
        let (mut part, left_out) = reader.read();
        part.has_refused_picture = self.known.has_refused_picture;
        (part, left_out)
    }

    /// The columns of each field, and what stands in for those that are not there.
    pub(super) fn finish(self, warnings: &mut Warnings) -> Vec<(&'static str, Vec<String>)> {
        let defaults = [
            (Field::Description, "none"),
            (Field::Image, "a drawn placeholder"),
            (Field::Rating, "0"),
            (Field::Reviews, "0"),
        ];
        for (field, value) in defaults {
            if !self.known.has(field) {
                warnings.no_column(field.name(), value);
            }
        }
        if !self.known.has(Field::Stock) && !self.known.has(Field::Available) {
            warnings.no_column(Field::Stock.name(), self.known.settings.stock_text());
        }
        let mut columns: Vec<(&'static str, Vec<String>)> = Vec::new();
        for (meaning, column) in self.known.found {
            let (field, column) = (meaning.field.name(), excerpt(&column));
            match columns.iter_mut().find(|(known, _)| *known == field) {
                Some((_, columns)) => columns.push(column),
                None => columns.push((field, vec![column])),
            }
        }
        columns
    }

    /// Members of an object that are fields by themselves.
    fn inner<'v>(&mut self, around: &str, value: Value<'v>) -> Vec<Candidate<'v>> {
        let Some(Members(members)) = value.members() else { return Vec::new() };
        let found = members.into_iter().filter_map(|(name, value)| {
            let meaning = self.columns.find_inside(around, &name)?;
            Some(Candidate { meaning, value: Value::Json(value) })
        });
        found.collect()
    }

    fn push<'v>(
        &mut self,
        candidates: &mut Vec<Candidate<'v>>,
        candidate: Candidate<'v>,
        name: &str,
    ) -> Result<(), Rule> {
        let meaning = candidate.meaning;
        let column = self.known.found.entry(meaning).or_insert_with(|| name.to_owned());
        let Some(earlier) = candidates.iter_mut().find(|earlier| earlier.meaning == meaning) else {
            candidates.push(candidate);
            return Ok(());
        };
        match (column == meaning.name, name == meaning.name) {
            (true, false) => Ok(()),
            (false, true) => {
                name.clone_into(column);
                *earlier = candidate;
                Ok(())
            }
            _ => Err(Rule::Repeated { field: excerpt(name) }),
        }
    }

    /// The first object decides which of the names for an id counts.
    fn choose_id(&mut self, candidates: &[Candidate<'_>]) {
        if self.known.id_field.is_none() {
            let has_text = |field: Field| {
                let mut of = candidates.iter().filter(|candidate| candidate.meaning.field == field);
                of.any(|candidate| matches!(candidate.value.loose(), Loose::Text(_)))
            };
            self.known.id_field = ID_FIELDS.into_iter().find(|field| has_text(*field));
        }
    }
}

/// The names of a product's options: `[{ "name": "Size", "values": [] }]`.
fn option_names(list: &[Value<'_>]) -> Vec<String> {
    let name = |value: &Value<'_>| {
        let Members(members) = value.members()?;
        let name = members.iter().find(|(name, _)| name == "name" || name == "title")?;
        Value::Json(name.1).text().map(|text| text.trim().to_owned())
    };
    list.iter().filter_map(name).filter(|name| name != "Title").collect()
}

/// The values of a variant: an object of them by name, or a list of names and values.
fn option_values(value: Value<'_>) -> Vec<(String, String)> {
    let text = |value: Value<'_>| match value.loose() {
        Loose::Text(text) => text.trim().to_owned(),
        _ => String::new(),
    };
    let Some(list) = value.list() else {
        let members = value.members().map(|Members(members)| members).unwrap_or_default();
        return members.into_iter().map(|(name, value)| (name.into_owned(), text(Value::Json(value)))).collect();
    };
    let pair = |value: Value<'_>| {
        let Some(Members(members)) = value.members() else { return Some((String::new(), text(value))) };
        let of =
            |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, value)| text(Value::Json(value)));
        let name = of("name").or_else(|| of("title")).unwrap_or_default();
        Some((name, of("value").or_else(|| of("option"))?))
    };
    list.into_iter().filter_map(pair).filter(|(_, value)| !value.is_empty()).collect()
}
