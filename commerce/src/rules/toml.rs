//! The rules in `shop.toml`, whose other sections belong to others, and the line of a value that breaks its rule. Native hosts alone.
//! A file without zones that states one cost of delivery has one zone by that.

use catalog::Currency;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use serde::Deserialize;

use crate::rules::document::{Document, Method, ValueBand, Zone};
use crate::rules::{Rules, RulesError};

/// The sections of `shop.toml` that hold rules.
const SECTIONS: [&str; 3] = ["tax", "shipping", "discount"];

impl Rules {
    /// Reads the sections `tax`, `shipping` and `discount` of `shop.toml`.
    pub fn from_toml(text: &str, currency: Currency) -> Result<Rules, RulesError> {
        let shape = |error: &toml::de::Error| RulesError::Shape {
            at: String::new(),
            line: error.span().map(|span| line_of(text, span.start)),
            message: error.message().to_owned(),
        };
        let whole = DeTable::parse(text).map_err(|error| shape(&error))?;
        let mut rules = whole.clone();
        for other in
            whole.get_ref().keys().map(|key| key.get_ref().as_ref()).filter(|key: &&str| !SECTIONS.contains(key))
        {
            rules.get_mut().remove(other);
        }
        let mut document = Document::deserialize(toml::de::Deserializer::from(rules)).map_err(|error| shape(&error))?;
        if document.shipping.zone.is_empty() {
            let file: File = toml::from_str(text).map_err(|error| shape(&error))?;
            document.shipping.zone = file.delivery.and_then(Delivery::zone).into_iter().collect();
        }
        let rules = Rules::new(document, currency).map_err(|error| match error {
            RulesError::Value { at, value, rule, .. } => {
                let line = position(whole.get_ref(), &at).map(|position| line_of(text, position));
                RulesError::Value { at, line, value, rule }
            }
            other => other,
        })?;
        // A host that gets them as JSON refuses more, and would price carts without any rules.
        let length = rules.to_json().len();
        if length > Rules::MAX_LENGTH { Err(RulesError::Length { length }) } else { Ok(rules) }
    }

    /// The line of `shop.toml` at which a path of the document stands, from 1.
    pub fn line_in_toml(text: &str, at: &str) -> Option<usize> {
        position(DeTable::parse(text).ok()?.get_ref(), at).map(|position| line_of(text, position))
    }
}

/// The part of the file that states how goods arrive, for a shop that sends everything in one way.
#[derive(Deserialize)]
struct File {
    delivery: Option<Delivery>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Delivery {
    cost: Option<String>,
    free_from: Option<String>,
    days: Option<[u32; 2]>,
    #[serde(default)]
    countries: Vec<String>,
}

impl Delivery {
    fn zone(self) -> Option<Zone> {
        let first = ValueBand { from: "0".to_owned(), cost: self.cost? };
        let free = self.free_from.map(|from| ValueBand { from, cost: "0".to_owned() });
        let by_value = [first].into_iter().chain(free).collect();
        let name = || "Delivery".to_owned();
        let method = vec![Method { name: name(), days: self.days, by_value, ..Method::default() }];
        let countries = if self.countries.is_empty() { vec!["*".to_owned()] } else { self.countries };
        Some(Zone { name: name(), countries, method, ..Zone::default() })
    }
}

/// The position of the value of a path such as `shipping.zone[1].name`, or of the closest value around it.
fn position(table: &DeTable<'_>, at: &str) -> Option<usize> {
    let mut found = None;
    let mut here: Option<&DeValue<'_>> = None;
    for step in at.split('.').flat_map(|step| step.split('[')) {
        let value: &Spanned<DeValue<'_>> = match (here, step.strip_suffix(']')) {
            (None, _) => table.get(step)?,
            (Some(DeValue::Array(rows)), Some(number)) => rows.get(number.parse::<usize>().ok()?)?,
            (Some(DeValue::Table(table)), None) => match table.get(step) {
                Some(value) => value,
                None => break,
            },
            _ => break,
        };
        found = Some(value.span().start);
        here = Some(value.get_ref());
    }
    found
}

fn line_of(text: &str, position: usize) -> usize {
    text.bytes().take(position).filter(|byte| *byte == b'\n').count() + 1
}
