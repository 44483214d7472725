//! Filters by the options of variants: a product is found if one variant has a value of each option that is asked for. Decided once for
//! each set of variants, which many products share; `filter.rs` looks the outcome up.

use crate::index::groups::{Group, SEPARATOR};
use crate::query::NamedFilter;
use crate::text::fold::fold;

/// Values of the options that are asked for, by number: which option each belongs to, and whether it is asked for.
pub(super) struct Asked {
    /// For each value the place of its option among those that are asked for.
    option_of: Vec<Option<usize>>,
    wanted: Vec<bool>,
    count: usize,
}

/// For each set of variants whether it passes.
pub(super) struct OptionSets {
    /// One of its variants has a value of each option.
    pub(super) every: Vec<bool>,
    /// For each option: one of its variants has a value of all others.
    pub(super) but_one: Vec<Vec<bool>>,
}

impl Asked {
    /// Reads the filters against the values of a group.
    pub(super) fn of(group: &Group<'_>, filters: &[NamedFilter]) -> Asked {
        let names: Vec<_> = filters.iter().map(|filter| fold(&filter.name)).collect();
        let values: Vec<Vec<_>> =
            filters.iter().map(|filter| filter.values.iter().map(|value| fold(value)).collect()).collect();
        let mut asked = Asked { option_of: Vec::new(), wanted: Vec::new(), count: filters.len() };
        for value in 0..group.value_count() {
            let (name, value) = group.value_key(value).and_then(|key| key.split_once(SEPARATOR)).unwrap_or_default();
            let option = names.iter().position(|asked| asked == name);
            let is_asked = option
                .and_then(|option| values.get(option))
                .is_some_and(|asked| asked.iter().any(|asked| asked == value));
            asked.option_of.push(option);
            asked.wanted.push(is_asked);
        }
        asked
    }

    /// Which of the options a variant lacks, a bit each.
    pub(super) fn lacking(&self, variant: &[u32]) -> u64 {
        let mut lacking =
            u64::MAX.checked_shr(64_u32.saturating_sub(u32::try_from(self.count).unwrap_or(64))).unwrap_or(0);
        for value in variant.iter().filter_map(|value| usize::try_from(*value).ok()) {
            if let Some(option) = self.option_of.get(value).copied().flatten()
                && self.wanted.get(value) == Some(&true)
            {
                lacking &= !bit(option);
            }
        }
        lacking
    }
}

/// The bit of the option at a place.
pub(super) fn bit(option: usize) -> u64 {
    u32::try_from(option).ok().and_then(|place| 1_u64.checked_shl(place)).unwrap_or_default()
}

/// The sets of a group that a filter by options lets through.
pub(super) fn sets(group: &Group<'_>, filters: &[NamedFilter]) -> OptionSets {
    let asked = Asked::of(group, filters);
    let mut sets = OptionSets { every: Vec::new(), but_one: filters.iter().map(|_| Vec::new()).collect() };
    for set in 0..group.set_count() {
        // The options that a variant lacks alone, a bit each.
        let (mut has_every, mut lacking_alone) = (false, 0_u64);
        for variant in group.shape(set).variants() {
            match asked.lacking(variant) {
                0 => has_every = true,
                lacking if lacking.is_power_of_two() => lacking_alone |= lacking,
                _ => {}
            }
        }
        sets.every.push(has_every);
        for (option, but_one) in sets.but_one.iter_mut().enumerate() {
            but_one.push(has_every || lacking_alone & bit(option) > 0);
        }
    }
    sets
}
