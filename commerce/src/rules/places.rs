//! The places that a rule is for: countries, regions of one country, or everywhere.

use crate::place::{Country, Destination};

/// Where a rule holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places {
    /// None for everywhere.
    pub(crate) countries: Vec<Country>,
    /// Regions of the one country; none for all of it.
    pub(super) regions: Vec<String>,
}

impl Places {
    /// How closely a rule fits a destination: a region above a country above everywhere. `None` where it does not hold.
    pub(crate) fn fit(&self, destination: &Destination) -> Option<u8> {
        if self.is_everywhere() {
            return Some(0);
        }
        if !self.names(destination.country) {
            return None;
        }
        if self.regions.is_empty() {
            return Some(1);
        }
        self.regions.contains(&destination.region).then_some(2)
    }

    /// Whether no country is named.
    pub(crate) fn is_everywhere(&self) -> bool {
        self.countries.is_empty()
    }

    /// Whether a country is named.
    pub(crate) fn names(&self, country: Country) -> bool {
        self.countries.contains(&country)
    }

    /// Whether both fit some destination equally well, so that neither comes first.
    pub(super) fn competes_with(&self, other: &Places) -> bool {
        if self.is_everywhere() || other.is_everywhere() {
            return self.is_everywhere() && other.is_everywhere();
        }
        let share_a_country = self.countries.iter().any(|country| other.names(*country));
        let share_a_region = match (self.regions.is_empty(), other.regions.is_empty()) {
            (true, true) => true,
            (false, false) => self.regions.iter().any(|region| other.regions.contains(region)),
            _ => false,
        };
        share_a_country && share_a_region
    }
}

/// The rule that fits a destination most closely.
pub(crate) fn closest<'a, T>(
    rules: &'a [T],
    destination: &Destination,
    places: impl Fn(&T) -> &Places,
) -> Option<&'a T> {
    let mut best: Option<(u8, &T)> = None;
    for rule in rules {
        if let Some(fit) = places(rule).fit(destination)
            && best.is_none_or(|(held, _)| fit > held)
        {
            best = Some((fit, rule));
        }
    }
    best.map(|(_, rule)| rule)
}
