//! Shipping: the zone of a destination, its methods, and the cost of a method by the value or the weight of the goods.

use catalog::Amount;

use crate::rules::places::Places;

/// Places that goods are sent to in the same ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    pub(crate) places: Places,
    pub(crate) methods: Vec<Method>,
}

/// A way in which goods are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Method {
    /// Unique in its zone.
    pub(crate) name: String,
    /// Working days, the fewest and the most.
    pub(crate) days: Option<(u32, u32)>,
    pub(crate) measure: Measure,
    /// Ascending, the first from 0.
    pub(crate) bands: Vec<Band>,
    /// The heaviest parcel, in grams.
    pub(crate) max_weight: Option<u64>,
}

/// What bands are measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// The value of the goods after discounts, in minor units.
    Value,
    /// The weight of the goods, in grams.
    Weight,
}

/// The cost from a measure on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Band {
    pub(crate) from: u64,
    pub(crate) cost: Amount,
}

impl Method {
    /// The cost of sending goods of a value and a weight; `None` where they are too heavy.
    pub(crate) fn cost(&self, value: Amount, weight: u64) -> Option<Amount> {
        if self.max_weight.is_some_and(|most| weight > most) {
            return None;
        }
        let measured = match self.measure {
            Measure::Value => value.minor(),
            Measure::Weight => weight,
        };
        self.bands.iter().rev().find(|band| band.from <= measured).map(|band| band.cost)
    }

    /// The value of goods from which the method costs nothing, if it costs something below it.
    pub(crate) fn free_from(&self) -> Option<Amount> {
        let first_free = self.bands.iter().position(|band| band.cost == Amount::ZERO)?;
        let band = self.bands.get(first_free).filter(|_| first_free > 0 && self.measure == Measure::Value)?;
        Some(Amount::from_minor(band.from))
    }
}
