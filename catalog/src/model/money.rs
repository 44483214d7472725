//! Money as a whole number of minor units (cents), the only form in which a price is compared or stored.
//! Knows no currency: symbols and grouping are the pages' business.

use core::fmt;

use crate::model::decimal;

/// A price in minor units, from 0 to [`Price::MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(u32);

/// Why a text or number is not a price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// The text is not digits with at most two decimal places, or has more than seven digits before the point.
    #[error("a price is a number from 0 to {} with at most two decimal places, not `{value}`", Price::MAX)]
    Malformed {
        /// The text as given.
        value: String,
    },
    /// The number of minor units is past the largest price.
    #[error("a price is at most {} minor units, not `{minor}`", Price::MAX.minor())]
    TooLarge {
        /// The number as given.
        minor: u32,
    },
}

impl Price {
    /// The largest price, `9999999.99`: seven digits before the point.
    pub const MAX: Price = Price(999_999_999);

    /// The price of this many minor units.
    pub fn from_minor(minor: u32) -> Result<Price, PriceError> {
        if minor > Price::MAX.0 { Err(PriceError::TooLarge { minor }) } else { Ok(Price(minor)) }
    }

    /// Reads `\d{1,7}(\.\d{1,2})?`; no sign, exponent, grouping or white space.
    pub fn parse(text: &str) -> Result<Price, PriceError> {
        match decimal::parse(text, 7) {
            Some(minor) => Ok(Price(minor)),
            None => Err(PriceError::Malformed { value: text.to_owned() }),
        }
    }

    /// The price in minor units.
    pub fn minor(self) -> u32 {
        self.0
    }
}

/// The shortest decimal, as in JSON: `48`, `9.5`, `129.99`.
impl fmt::Display for Price {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write(self.0, formatter)
    }
}
