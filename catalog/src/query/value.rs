//! The rules for values of parameters: the form of each kind, and its limits. Knows no parameter by name.

use core::fmt::Write as _;

use crate::model::currency::{Currency, Decimal};
use crate::model::money::Price;
use crate::model::product::Rating;
use crate::query::Query;
use crate::query::error::ParameterError;
use web::form::encode;

/// A value as a canonical query string has it.
pub(super) enum Value<'a> {
    Text(&'a str),
    Number(u32),
    Price(Decimal),
    Rating(Rating),
    /// Words with commas between them.
    Parts(Vec<&'static str>),
}

impl Value<'_> {
    /// Some words, if there is one.
    pub(super) fn parts(parts: impl Iterator<Item = &'static str>) -> Option<Self> {
        let parts: Vec<_> = parts.collect();
        (!parts.is_empty()).then_some(Value::Parts(parts))
    }

    /// Appends it, percent-encoded where it needs to be.
    pub(super) fn write(self, out: &mut String) {
        // Writing to a `String` cannot fail.
        let _ = match self {
            Value::Text(text) => {
                encode(text, out);
                Ok(())
            }
            Value::Number(number) => write!(out, "{number}"),
            Value::Price(price) => write!(out, "{price}"),
            Value::Rating(rating) => write!(out, "{rating}"),
            Value::Parts(parts) => {
                out.push_str(&parts.join(","));
                Ok(())
            }
        };
    }
}

/// A text of at most [`Query::MAX_TEXT_LENGTH`] characters.
pub(super) fn text(parameter: &'static str, value: &str) -> Result<String, ParameterError> {
    let length = value.chars().count();
    if length > Query::MAX_TEXT_LENGTH {
        return Err(ParameterError::TooLong { parameter, maximum: Query::MAX_TEXT_LENGTH, length });
    }
    Ok(value.to_owned())
}

/// A price.
pub(super) fn price(parameter: &'static str, value: &str, currency: Currency) -> Result<Price, ParameterError> {
    currency.price(value).map_err(|_| ParameterError::Price {
        parameter,
        largest: currency.decimal(currency.largest()),
        places: currency.exponent(),
        value: value.to_owned(),
    })
}

/// A number of stars.
pub(super) fn rating(parameter: &'static str, value: &str) -> Result<Rating, ParameterError> {
    Rating::parse(value).map_err(|_| ParameterError::Rating { parameter, value: value.to_owned() })
}

/// A whole number from 1 to `maximum`.
pub(super) fn whole_number(parameter: &'static str, value: &str, maximum: u32) -> Result<u32, ParameterError> {
    // `parse` alone would accept a sign.
    let is_digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(number) if is_digits && (1..=maximum).contains(&number) => Ok(number),
        _ => Err(ParameterError::WholeNumber { parameter, minimum: 1, maximum, value: value.to_owned() }),
    }
}

/// One of a few words.
pub(super) fn choice(
    parameter: &'static str,
    value: &str,
    allowed: &'static [&'static str],
) -> Result<&'static str, ParameterError> {
    let found = allowed.iter().copied().find(|word| *word == value);
    found.ok_or_else(|| ParameterError::Choice { parameter, allowed, value: value.to_owned() })
}
