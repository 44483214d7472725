//! Money as a whole number of minor units (cents), the only form in which a price is compared or stored.
//! The number alone: how it is read and written depends on its currency (`currency.rs`).

use crate::model::currency::Decimal;

/// A price in minor units, from 0 to [`Price::MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(u64);

/// What prices add up to, in minor units of their currency. Sums stop at the largest number of 64 bits, which no cart comes near:
/// 50 lines of 999 of the dearest product are a four-hundredth of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(u64);

/// Why a text or number is not a price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// The text is not a plain decimal number, has more decimal places than its currency, or too many digits before the point.
    #[error("a price is a number from 0 to {largest} with {}, not `{value}`", places_in_words(*.places))]
    Malformed {
        /// The text as given.
        value: String,
        /// The largest price of the currency.
        largest: Decimal,
        /// The decimal places of the currency.
        places: u8,
    },
    /// The number of minor units is past the largest price.
    #[error("a price is at most {largest} minor units, not `{minor}`")]
    TooLarge {
        /// The number as given.
        minor: u64,
        /// The largest price of the currency, in minor units.
        largest: u64,
    },
}

impl Price {
    /// The largest price of any currency, in minor units: twelve nines.
    pub const MAX: Price = Price(999_999_999_999);

    /// The price of this many minor units, whatever the currency.
    pub fn from_minor(minor: u64) -> Result<Price, PriceError> {
        if minor > Price::MAX.0 {
            return Err(PriceError::TooLarge { minor, largest: Price::MAX.0 });
        }
        Ok(Price(minor))
    }

    /// The price of a number that is known to be in range; a larger one becomes the largest.
    pub(crate) fn of(minor: u64) -> Price {
        Price(minor.min(Price::MAX.0))
    }

    /// The price in minor units.
    pub fn minor(self) -> u64 {
        self.0
    }
}

impl Amount {
    /// The amount of nothing at all.
    pub const ZERO: Amount = Amount(0);

    /// So many minor units.
    pub fn from_minor(minor: u64) -> Amount {
        Amount(minor)
    }

    /// The amount in minor units.
    pub fn minor(self) -> u64 {
        self.0
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Amount) -> Amount {
        Amount(self.0.saturating_add(other.0))
    }

    /// What is left; nothing where the other one is larger.
    #[must_use]
    pub fn minus(self, other: Amount) -> Amount {
        Amount(self.0.saturating_sub(other.0))
    }

    /// So many times the amount.
    #[must_use]
    pub fn times(self, count: u32) -> Amount {
        Amount(self.0.saturating_mul(count.into()))
    }
}

impl From<Price> for Amount {
    fn from(price: Price) -> Amount {
        Amount(price.0)
    }
}

impl core::iter::Sum for Amount {
    fn sum<I: Iterator<Item = Amount>>(amounts: I) -> Amount {
        amounts.fold(Amount::ZERO, Amount::plus)
    }
}

/// The share that is off a price before, in ten-thousandths, as the order of discounts compares it; 0 where nothing is.
pub(crate) fn discount(price: Price, before: Option<Price>) -> u16 {
    let Some(before) = before.filter(|before| *before > price) else { return 0 };
    u16::try_from((before.0 - price.0).saturating_mul(10_000) / before.0).unwrap_or(u16::MAX)
}

/// The rule for the decimal places of a price.
pub(crate) fn places_in_words(places: u8) -> &'static str {
    match places {
        0 => "no decimal places",
        2 => "at most two decimal places",
        _ => "at most three decimal places",
    }
}
