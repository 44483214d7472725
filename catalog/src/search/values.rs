//! Counts the values of brands, collections, options and attributes: first how many products have each set of values, then how many each
//! value has. A product adds one to a counter of each group, however many values it has.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::index::catalog::Catalog;
use crate::index::groups::{Group, GroupKind, SEPARATOR};
use crate::model::details::MAX_OPTIONS;
use crate::model::few::sort_few;
use crate::query::{NamedFilter, Query};
use crate::search::facets::Tally;
use crate::search::filter::Kind;
use crate::search::options::{Asked, bit};
use crate::search::ranking::{Key, pair, sort};
use crate::text::fold::fold;

/// The most values of a facet; of more, those with the most products.
const MAX_VALUES: usize = 200;

/// A value and how many products it would leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueCount<'a> {
    /// The value, as a query asks for it.
    pub value: Cow<'a, str>,
    /// How many products match with it; never 0.
    pub count: u32,
}

/// An option or an attribute with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedCounts<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// The values that would leave something, by their folded texts.
    pub values: Vec<ValueCount<'a>>,
}

/// Products counted by their sets of values.
pub(super) struct ValueCounter<'c> {
    groups: Vec<Counted<'c>>,
    options: Option<Variants<'c>>,
}

/// One group, options aside.
struct Counted<'c> {
    group: Group<'c>,
    by_set: Vec<u32>,
}

/// The group of options.
struct Variants<'c> {
    group: Group<'c>,
    filters: Vec<NamedFilter>,
    /// Products that keep all predicates, by set.
    kept: Vec<u32>,
    /// For each option that is asked for, the products that keep all others.
    but_one: Vec<Vec<u32>>,
}

/// Brands, collections, options and attributes.
type Named<'c> = (Vec<ValueCount<'c>>, Vec<ValueCount<'c>>, Vec<NamedCounts<'c>>, Vec<NamedCounts<'c>>);

impl<'c> ValueCounter<'c> {
    /// Counts each group, without the filters of its own kind.
    pub(super) fn of(catalog: &'c Catalog, query: &Query, tally: &Tally<'_>) -> Self {
        let wanted = if query.in_stock == Some(true) { GroupKind::Available } else { GroupKind::Options };
        let mut counter = ValueCounter { groups: Vec::new(), options: None };
        for group in catalog.groups() {
            let kind = match group.kind {
                GroupKind::Brand => Some(Kind::Brand),
                GroupKind::Collections => Some(Kind::Collections),
                GroupKind::Attribute => {
                    let is_asked = |filter: &NamedFilter| fold(&filter.name) == group.key;
                    query.attributes.iter().position(is_asked).map(Kind::Attribute)
                }
                GroupKind::Options | GroupKind::Available => {
                    if group.kind == wanted {
                        // A product has few options: beyond these, nothing is found and nothing is counted.
                        let filters: Vec<_> = query.options.iter().take(MAX_OPTIONS).cloned().collect();
                        let but_one = (0..filters.len()).map(|place| by_set(&group, tally, Some(Kind::Option(place))));
                        let but_one = but_one.collect();
                        let kept = by_set(&group, tally, None);
                        counter.options = Some(Variants { group, filters, kept, but_one });
                    }
                    continue;
                }
            };
            counter.groups.push(Counted { by_set: by_set(&group, tally, kind), group });
        }
        counter
    }

    /// The values with their counts.
    pub(super) fn named(self) -> Named<'c> {
        let (mut brands, mut collections, mut attributes) = (Vec::new(), Vec::new(), Vec::new());
        for counted in self.groups {
            let values = counted.values();
            match counted.group.kind {
                GroupKind::Brand => brands = values,
                GroupKind::Collections => collections = values,
                _ if values.is_empty() => {}
                _ => attributes.push(NamedCounts { name: counted.group.name.into(), values }),
            }
        }
        (brands, collections, self.options.map(Variants::named).unwrap_or_default(), attributes)
    }
}

/// How many of the products that count in the facet of a kind have each set of a group.
fn by_set(group: &Group<'_>, tally: &Tally<'_>, kind: Option<Kind>) -> Vec<u32> {
    tally.counts(kind, group.column(), (0..group.set_count()).map(|set| group.count(set)))
}

impl<'c> Counted<'c> {
    fn values(&self) -> Vec<ValueCount<'c>> {
        let mut counts = vec![0_u32; usize::try_from(self.group.value_count()).unwrap_or_default()];
        let firsts = self.group.firsts();
        let mut seen: Vec<usize> = Vec::new();
        for (set, products) in (0_u32..).zip(&self.by_set).filter(|(_, products)| **products > 0) {
            seen.clear();
            for value in self.group.plain_values(set).filter_map(|value| usize::try_from(value).ok()) {
                // A product with two spellings of one value has one value.
                if is_new(&mut seen, &firsts, value)
                    && let Some(count) = counts.get_mut(value)
                {
                    *count = count.saturating_add(*products);
                }
            }
        }
        let with_some = (0_u32..).zip(counts).filter(|(_, count)| *count > 0);
        let of = |(value, count)| Some((self.group.value_key(value)?, self.group.value(value)?, count));
        listed(with_some.filter_map(of).collect(), self.group.is_ambiguous)
    }
}

/// Whether no spelling of a value was seen before.
fn is_new(seen: &mut Vec<usize>, firsts: &[usize], value: usize) -> bool {
    let first = firsts.get(value).copied().unwrap_or(value);
    let is_new = !seen.contains(&first);
    if is_new {
        seen.push(first);
    }
    is_new
}

/// A value as it is counted: folded, as it is shown, and its products.
type Found<'c> = (&'c str, &'c str, u32);

/// Values as a facet lists them: one for each key, the most frequent ones, by their keys.
fn listed(mut found: Vec<Found<'_>>, is_ambiguous: bool) -> Vec<ValueCount<'_>> {
    // Values of an index as it was built are in order; changes put others behind them.
    if is_ambiguous || !found.is_sorted_by_key(|(key, ..)| *key) {
        found = merged(found);
    }
    if found.len() > MAX_VALUES {
        let mut keys: Vec<Key> = (0_u32..).zip(&found).map(|(place, (_, _, count))| pair(!count, place)).collect();
        sort(&mut keys);
        let last = keys.get(MAX_VALUES).copied().unwrap_or(Key::MAX);
        let mut place = 0_u32;
        found.retain(|(_, _, count)| {
            let is_kept = pair(!count, place) < last;
            place += 1;
            is_kept
        });
    }
    found.into_iter().map(|(_, value, count)| ValueCount { value: value.into(), count }).collect()
}

/// One value for each key, by their keys.
fn merged(found: Vec<Found<'_>>) -> Vec<Found<'_>> {
    let mut merged: BTreeMap<&str, (&str, u32, u32)> = BTreeMap::new();
    for (key, value, count) in found {
        let entry = merged.entry(key).or_insert((value, 0, 0));
        // Under the spelling that most products have, of equals the first in byte order.
        if count > entry.1 || count == entry.1 && value < entry.0 {
            (entry.0, entry.1) = (value, count);
        }
        entry.2 = entry.2.saturating_add(count);
    }
    merged.into_iter().map(|(key, (value, _, count))| (key, value, count)).collect()
}

impl<'c> Variants<'c> {
    /// Each option with its values. A value counts for a product if one of its variants has it and keeps the filters of all other options.
    fn named(self) -> Vec<NamedCounts<'c>> {
        let asked = Asked::of(&self.group, &self.filters);
        let filters: Vec<_> = self.filters.iter().map(|filter| fold(&filter.name)).collect();
        let mut counts = vec![0_u32; usize::try_from(self.group.value_count()).unwrap_or_default()];
        let firsts = self.group.firsts();
        let mut seen: Vec<usize> = Vec::new();
        // Values of an option that is asked for count among other products than those of the rest.
        let place_of: Vec<Option<usize>> = (0..self.group.value_count())
            .map(|value| {
                let (name, _) = self.group.value_key(value)?.split_once(SEPARATOR)?;
                filters.iter().position(|asked| asked == name)
            })
            .collect();
        for set in 0..self.group.set_count() {
            let Ok(at) = usize::try_from(set) else { continue };
            let products_of = |place: Option<usize>| {
                let by_set = place.map_or(Some(&self.kept), |place| self.but_one.get(place));
                by_set.and_then(|by_set| by_set.get(at)).copied().unwrap_or_default()
            };
            if products_of(None) == 0 && (0..self.but_one.len()).all(|place| products_of(Some(place)) == 0) {
                continue;
            }
            seen.clear();
            for variant in self.group.shape(set).variants() {
                let lacking = asked.lacking(variant);
                for value in variant.iter().filter_map(|value| usize::try_from(*value).ok()) {
                    let place = place_of.get(value).copied().flatten();
                    let is_kept = lacking & !place.map_or(0, bit) == 0;
                    if is_kept
                        && is_new(&mut seen, &firsts, value)
                        && let Some(count) = counts.get_mut(value)
                    {
                        *count = count.saturating_add(products_of(place));
                    }
                }
            }
        }
        self.by_option(&counts)
    }

    fn by_option(&self, counts: &[u32]) -> Vec<NamedCounts<'c>> {
        // A shop has a few options, so that a list is searched as quickly as a tree.
        let mut options: Vec<(&str, Vec<Found<'c>>, Vec<Found<'c>>)> = Vec::new();
        for (value, count) in (0_u32..).zip(counts).filter(|(_, count)| **count > 0) {
            let parts = |text: Option<&'c str>| text.and_then(|text| text.split_once(SEPARATOR));
            let of_value = parts(self.group.value_key(value)).zip(parts(self.group.value(value)));
            let Some(((name_key, key), (name, value))) = of_value else { continue };
            let place = options.iter().position(|(other, ..)| *other == name_key).unwrap_or_else(|| {
                options.push((name_key, Vec::new(), Vec::new()));
                options.len() - 1
            });
            if let Some((_, names, values)) = options.get_mut(place) {
                names.push((name_key, name, *count));
                values.push((key, value, *count));
            }
        }
        sort_few(&mut options, |left, right| left.0 < right.0);
        let listing = |(key, names, values): (&'c str, Vec<Found<'c>>, Vec<Found<'c>>)| {
            // An option's name under the spelling of the value that most products have.
            let name = merged(names).first().map_or(key, |(_, name, _)| *name);
            NamedCounts { name: name.into(), values: listed(values, self.group.is_ambiguous) }
        };
        options.into_iter().map(listing).collect()
    }
}
