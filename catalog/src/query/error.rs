//! The faults of a parameter of a URL, in words by which a person can mend it.
//! Decides nothing: the rules are enforced where the parameters are read.

use core::fmt;

use crate::model::currency::Decimal;
use crate::model::money::places_in_words;
use crate::model::product::Rating;

/// Which parameter, which rule and which limit. Its text is a sentence for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A broken percent sequence, or bytes that are not UTF-8.
    #[error("`{parameter}` must be percent-encoded UTF-8")]
    Undecodable {
        /// The parameter's name.
        parameter: &'static str,
    },
    /// Two values that are not empty.
    #[error("`{parameter}` must be given once, not twice")]
    Repeated {
        /// The parameter's name.
        parameter: &'static str,
    },
    /// Not a whole number, or out of its range.
    #[error("`{parameter}` must be a whole number from {minimum} to {maximum}, not `{}`", Excerpt(value))]
    WholeNumber {
        /// The parameter's name.
        parameter: &'static str,
        /// The smallest number allowed.
        minimum: u32,
        /// The largest number allowed.
        maximum: u32,
        /// The value as given.
        value: String,
    },
    /// Not a price.
    #[error("`{parameter}` must be a price from 0 to {largest} with {}, not `{}`", places_in_words(*.places), Excerpt(value))]
    Price {
        /// The parameter's name.
        parameter: &'static str,
        /// The largest price of the catalog's currency.
        largest: Decimal,
        /// The decimal places of the currency.
        places: u8,
        /// The value as given.
        value: String,
    },
    /// Not a number of stars.
    #[error(
        "`{parameter}` must be a number of stars from 0 to {} with at most two decimal places, not `{}`",
        Rating::MAX,
        Excerpt(value)
    )]
    Rating {
        /// The parameter's name.
        parameter: &'static str,
        /// The value as given.
        value: String,
    },
    /// More values than one filter takes, or more options or attributes than are asked for at once.
    #[error("`{parameter}` must be given at most {maximum} times")]
    TooMany {
        /// The parameter's name.
        parameter: &'static str,
        /// The most values.
        maximum: usize,
    },
    /// The lower end of the price range lies above the upper end.
    #[error("`minPrice` must not be above `maxPrice`, but `{minimum}` is above `{maximum}`")]
    PriceRange {
        /// The value of `minPrice`.
        minimum: Decimal,
        /// The value of `maxPrice`.
        maximum: Decimal,
    },
    /// Not one of the words allowed.
    #[error("`{parameter}` must be {}, not `{}`", Choices(allowed), Excerpt(value))]
    Choice {
        /// The parameter's name.
        parameter: &'static str,
        /// The words allowed.
        allowed: &'static [&'static str],
        /// The value as given.
        value: String,
    },
    /// More characters than allowed.
    #[error("`{parameter}` must have at most {maximum} characters, not {length}")]
    TooLong {
        /// The parameter's name.
        parameter: &'static str,
        /// The most characters allowed.
        maximum: usize,
        /// The characters given.
        length: usize,
    },
}

/// A value as it is quoted in a sentence: cut to a readable length, control characters made visible.
struct Excerpt<'a>(&'a str);

struct Choices<'a>(&'a [&'static str]);

impl ParameterError {
    /// The name of the parameter at fault, as it stands in the URL.
    pub fn parameter(&self) -> &'static str {
        match self {
            ParameterError::Undecodable { parameter }
            | ParameterError::Repeated { parameter }
            | ParameterError::WholeNumber { parameter, .. }
            | ParameterError::Price { parameter, .. }
            | ParameterError::Rating { parameter, .. }
            | ParameterError::TooMany { parameter, .. }
            | ParameterError::Choice { parameter, .. }
            | ParameterError::TooLong { parameter, .. } => parameter,
            ParameterError::PriceRange { .. } => "minPrice",
        }
    }
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 40;
        for (index, character) in self.0.chars().enumerate() {
            if index == LONGEST {
                return formatter.write_str("…");
            }
            write!(formatter, "{}", if is_disruptive(character) { '\u{fffd}' } else { character })?;
        }
        Ok(())
    }
}

/// A backtick would end the quotation, a control character the line, and a direction mark would turn the sentence around.
fn is_disruptive(character: char) -> bool {
    character.is_control()
        || matches!(character, '`' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Display for Choices<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, word) in self.0.iter().enumerate() {
            let separator = match index {
                0 => "",
                _ if index + 1 == self.0.len() => " or ",
                _ => ", ",
            };
            write!(formatter, "{separator}`{word}`")?;
        }
        Ok(())
    }
}
