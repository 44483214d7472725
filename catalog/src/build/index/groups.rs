//! The values that listings can be filtered by, as they go into the index: which attributes are worth a filter, and the set of values of
//! each product. `index/groups.rs` has the layout.

use std::collections::{BTreeMap, BTreeSet};

use crate::build::record::Record;
use crate::index::groups::{GroupKind, set, value_key, width};
use crate::model::details::MAX_FILTERABLE_ATTRIBUTES;
use crate::text::fold::fold;

/// With so few values an attribute is a filter even if each value has one product only: a shop of twelve products has no more.
const FEW_VALUES: usize = 12;

/// A list of more values than these helps nobody to choose.
const MANY_VALUES: usize = 200;

/// The groups of a catalog, by kind and folded name, each with its name.
pub(crate) type Plan = BTreeMap<(GroupKind, String), String>;

/// The sections of all groups.
#[derive(Default)]
pub(super) struct Groups {
    /// Six numbers a group.
    pub(super) table: Vec<u32>,
    pub(super) names: Vec<Vec<u8>>,
    pub(super) values: Vec<Vec<u8>>,
    pub(super) sets: Vec<Vec<u8>>,
    pub(super) set_counts: Vec<u32>,
    pub(super) columns: Vec<u8>,
}

/// One group as it grows.
#[derive(Default)]
struct Growing {
    sets: Vec<Vec<u8>>,
    numbers: BTreeMap<Vec<u8>, u32>,
    counts: Vec<u32>,
    of_products: Vec<u32>,
}

/// The groups that records lead to.
pub(crate) fn plan(records: &[Record]) -> Plan {
    let mut plan = Plan::new();
    let mut attributes: BTreeMap<String, Named<'_>> = BTreeMap::new();
    for record in records {
        let details = &record.details;
        let kinds = [
            (GroupKind::Brand, !record.brand.is_empty()),
            (GroupKind::Collections, !details.collections.is_empty()),
            (GroupKind::Options, !details.options.is_empty()),
            (GroupKind::Available, !details.options.is_empty()),
        ];
        for (kind, _) in kinds.into_iter().filter(|(_, is_there)| *is_there) {
            plan.entry((kind, String::new())).or_default();
        }
        for attribute in &details.attributes {
            let named = attributes.entry(fold(&attribute.name).into_owned()).or_default();
            named.products += 1;
            *named.names.entry(attribute.name.as_str()).or_default() += 1;
            if named.values.len() <= MANY_VALUES {
                named.values.insert(attribute.value.as_str());
            }
        }
    }
    let mut worth: Vec<(usize, String, &str)> = attributes
        .into_iter()
        .filter(|(_, named)| named.is_worth_a_filter())
        .map(|(key, named)| {
            let name = named.names.iter().rev().max_by_key(|(_, count)| **count).map_or("", |(name, _)| *name);
            (named.products, key, name)
        })
        .collect();
    worth.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
    for (_, key, name) in worth.into_iter().take(MAX_FILTERABLE_ATTRIBUTES) {
        plan.insert((GroupKind::Attribute, key), name.to_owned());
    }
    plan
}

/// An attribute over all records.
#[derive(Default)]
struct Named<'r> {
    products: usize,
    names: BTreeMap<&'r str, usize>,
    values: BTreeSet<&'r str>,
}

impl Named<'_> {
    /// A filter has something to choose, and its choices leave several products; one with a value of its own for each does not.
    fn is_worth_a_filter(&self) -> bool {
        let values = self.values.len();
        (2..=MANY_VALUES).contains(&values) && (values <= FEW_VALUES || values * 2 <= self.products)
    }
}

/// Collects the values of all records, which are in id order. Values are numbered in the order of their folded texts.
pub(super) fn of(records: &[Record]) -> Groups {
    let mut groups = Groups::default();
    for ((kind, key), name) in plan(records) {
        let mut values: BTreeSet<(String, String)> = BTreeSet::new();
        for record in records {
            set(kind, &key, &record.brand, &record.details, &mut |value| {
                values.insert((value_key(value), value.to_owned()));
                0
            });
        }
        let numbers: BTreeMap<&str, u32> = values.iter().map(|(_, value)| value.as_str()).zip(0..).collect();
        let mut growing = Growing::default();
        growing.number(Vec::new());
        for record in records {
            let number = &mut |value: &str| numbers.get(value).copied().unwrap_or_default();
            growing.push(set(kind, &key, &record.brand, &record.details, number));
        }
        groups.push((kind, &key, &name), &values, growing);
    }
    groups
}

impl Growing {
    fn number(&mut self, set: Vec<u8>) -> u32 {
        if let Some(number) = self.numbers.get(&set) {
            return *number;
        }
        let number = u32::try_from(self.sets.len()).unwrap_or(u32::MAX);
        self.sets.push(set.clone());
        self.counts.push(0);
        self.numbers.insert(set, number);
        number
    }

    fn push(&mut self, set: Vec<u8>) {
        let number = self.number(set);
        self.of_products.push(number);
        if let Some(count) = usize::try_from(number).ok().and_then(|number| self.counts.get_mut(number)) {
            *count += 1;
        }
    }
}

impl Groups {
    fn push(
        &mut self,
        (kind, key, name): (GroupKind, &str, &str),
        values: &BTreeSet<(String, String)>,
        growing: Growing,
    ) {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let width = width(growing.sets.len());
        let keys: BTreeSet<&str> = values.iter().map(|(key, _)| key.as_str()).collect();
        let is_ambiguous = u8::from(keys.len() < values.len());
        self.table.extend([
            u32::from_le_bytes([kind as u8, width, is_ambiguous, 0]),
            count(self.values.len() / 2),
            count(values.len()),
            count(self.sets.len()),
            count(growing.sets.len()),
            count(self.columns.len()),
        ]);
        self.names.extend([name.as_bytes().to_vec(), key.as_bytes().to_vec()]);
        self.values.extend(values.iter().flat_map(|(key, value)| [value.as_bytes().to_vec(), key.as_bytes().to_vec()]));
        self.sets.extend(growing.sets);
        self.set_counts.extend(growing.counts);
        let columns = growing.of_products.iter();
        self.columns.extend(columns.flat_map(|set| set.to_le_bytes().into_iter().take(width.into())));
    }
}
