//! Filters by the options of variants: a product is found if one variant has a value of each option that is asked for. Decided once for
//! each set of variants, which many products share; `filter.rs` looks the outcome up.

use crate::index::groups::{Group, SEPARATOR};
use crate::query::NamedFilter;
use crate::search::filter::{EVERY, Facet, Kind};
use crate::text::fold::fold;

/// Values of the options that are asked for, by number: which option each belongs to, and whether it is asked for.
pub(super) struct Asked {
    /// For each value the place of its option among those that are asked for.
    option_of: Vec<Option<usize>>,
    wanted: Vec<bool>,
    count: usize,
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

/// For each set of a group, the facets in which a product with it counts.
pub(super) fn counted(group: &Group<'_>, filters: &[NamedFilter]) -> Vec<Facet> {
    let asked = Asked::of(group, filters);
    let of_set = |set: u32| {
        let mut counted = 0;
        for variant in group.shape(set).variants() {
            match asked.lacking(variant) {
                0 => return EVERY,
                // One that lacks a single option counts in the facet of that option.
                lacking if lacking.is_power_of_two() => {
                    counted |= usize::try_from(lacking.trailing_zeros()).map_or(0, |place| Kind::Option(place).bit());
                }
                _ => {}
            }
        }
        counted
    };
    (0..group.set_count()).map(of_set).collect()
}
