//! Tax: the rate of a class at a destination on a day.

use crate::place::{Country, Destination};
use crate::rules::Rules;
use crate::rules::period::{Period, Position};
use crate::rules::places::Places;
use crate::rules::rate::Rate;

/// Countries whose prices include tax, or do not, otherwise than elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Market {
    pub(crate) countries: Vec<Country>,
    pub(crate) is_included: bool,
}

/// A rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TaxRate {
    pub(crate) places: Places,
    /// In small letters; [`STANDARD`] for products without a class.
    pub(crate) class: String,
    pub(crate) rate: Rate,
    pub(crate) period: Period,
}

/// The class of products that name none, and of classes that a place has no rate for.
pub(crate) const STANDARD: &str = "standard";

impl Rules {
    /// The rate of a tax class. A class without a rate at the destination has the standard one; where that is missing too, none is due.
    pub(crate) fn tax_rate(&self, class: &str, destination: &Destination, now: u64) -> Rate {
        let is_of = |rate: &TaxRate, class: &str| rate.class.eq_ignore_ascii_case(class);
        let find = |class: &str| {
            let mut best: Option<(u8, Rate)> = None;
            for rate in self.rates.iter().filter(|rate| is_of(rate, class)) {
                let fit = rate.places.fit(destination).filter(|_| rate.period.position(now) == Position::Within);
                if let Some(fit) = fit
                    && best.is_none_or(|(held, _)| fit > held)
                {
                    best = Some((fit, rate.rate));
                }
            }
            best.map(|(_, rate)| rate)
        };
        let own = if class.is_empty() { None } else { find(class) };
        own.or_else(|| find(STANDARD)).unwrap_or_default()
    }
}
