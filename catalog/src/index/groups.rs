//! The values that listings can be filtered by, beside category, price, stock and rating: brands, collections, options and attributes.
//! Read where they lie; what a query asks of them is `search/`'s to know.
//!
//! A *group* is one of these: all brands, all collections, the options of all products together, those of variants that can be bought,
//! one attribute. Every product has one
//! *set* of values of each group, and sets are shared: a column of a byte or two says which. A filter is then decided once for each set
//! and looked up for each product, and a facet counts sets before it counts values. Set 0 of a group is the empty one.
//!
//! ```text
//! set             numbers of its values, counted from the first one of the group
//! set of options  number of options, number of variants, and for each variant the number of its value of each option
//! value           of options and attributes: the name, a byte 31, and the value
//! ```
//!
//! Two values may differ as they are shown and be one when they are folded; whoever filters or counts takes them for one.

use std::collections::BTreeMap;

use crate::index::bytes::{Reader, push_number};
use crate::index::catalog::Catalog;
use crate::index::format::{Column, Section, TextTable};
use crate::model::details::{Details, Variant};
use crate::model::few::sort_few;
use crate::text::fold::fold;

/// Stands between the name and the value of an option: the unit separator of ASCII, which no text of a catalog has.
pub(crate) const SEPARATOR: char = '\u{1f}';

/// The kind of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum GroupKind {
    /// The brand of a product.
    Brand,
    /// The collections that it belongs to.
    Collections,
    /// The options of its variants.
    Options,
    /// The options of those of its variants that can be bought now.
    Available,
    /// One attribute.
    Attribute,
}

/// A group.
#[derive(Clone, Copy)]
pub(crate) struct Group<'c> {
    /// Which of its kind it is; there is one of every kind but attributes.
    pub(crate) kind: GroupKind,
    /// The name of an attribute; empty for the others.
    pub(crate) name: &'c str,
    /// The folded name.
    pub(crate) key: &'c str,
    /// Whether two of its values are one when they are folded.
    pub(crate) is_ambiguous: bool,
    values: TextTable<'c>,
    value_range: (u32, u32),
    sets: TextTable<'c>,
    set_range: (u32, u32),
    counts: Column<'c>,
    column: SetColumn<'c>,
}

/// The set of each product.
#[derive(Clone, Copy)]
pub(crate) enum SetColumn<'c> {
    One(Column<'c, 1>),
    Two(Column<'c, 2>),
    Three(Column<'c, 3>),
}

/// The variants of a product as their values of options, by number.
pub(crate) struct Shape {
    /// How many options they have.
    pub(crate) options: usize,
    /// The values of the first variant, of the second, and so on.
    pub(crate) values: Vec<u32>,
}

impl GroupKind {
    /// Every kind by its number in the index.
    const ALL: [GroupKind; 5] =
        [GroupKind::Brand, GroupKind::Collections, GroupKind::Options, GroupKind::Available, GroupKind::Attribute];

    /// Whether its sets are variants.
    pub(crate) fn has_variants(self) -> bool {
        matches!(self, GroupKind::Options | GroupKind::Available)
    }
}

impl Catalog {
    /// The groups of the catalog, in the order of the index.
    pub(crate) fn groups(&self) -> impl Iterator<Item = Group<'_>> {
        (0..self.counts().groups).filter_map(|number| self.group_at(number))
    }

    /// The group of a kind, if the catalog has one; of an attribute, by its folded name.
    pub(crate) fn group(&self, kind: GroupKind, key: &str) -> Option<Group<'_>> {
        self.groups().find(|group| group.kind == kind && group.key == key)
    }

    fn group_at(&self, number: u32) -> Option<Group<'_>> {
        let table: Column<'_> = self.column(Section::Groups);
        let entry = |place: u32| table.get(number.checked_mul(6)?.checked_add(place)?);
        let [kind, width, is_ambiguous, _] = entry(0)?.to_le_bytes();
        let names = self.texts(Section::GroupNameStarts, Section::GroupNames);
        let (first_value, values) = (entry(1)?, entry(2)?);
        let (first_set, sets) = (entry(3)?, entry(4)?);
        let start = usize::try_from(entry(5)?).ok()?;
        let length = self.len().checked_mul(width.into())?;
        let column = self.bytes(Section::GroupColumns).get(start..start.checked_add(length)?)?;
        Some(Group {
            kind: *GroupKind::ALL.get(usize::from(kind))?,
            is_ambiguous: is_ambiguous > 0,
            name: names.text(number.checked_mul(2)?)?,
            key: names.text(number.checked_mul(2)?.checked_add(1)?)?,
            values: self.texts(Section::ValueStarts, Section::Values),
            value_range: (first_value, values.min(self.counts().values.saturating_sub(first_value))),
            sets: self.texts(Section::SetStarts, Section::Sets),
            set_range: (first_set, sets.min(self.counts().sets.saturating_sub(first_set))),
            counts: self.column(Section::SetCounts),
            column: match width {
                1 => SetColumn::One(Column::over(column)),
                2 => SetColumn::Two(Column::over(column)),
                3 => SetColumn::Three(Column::over(column)),
                _ => return None,
            },
        })
    }
}

impl<'c> Group<'c> {
    /// How many values there are.
    pub(crate) fn value_count(&self) -> u32 {
        self.value_range.1
    }

    /// A value as it is shown.
    pub(crate) fn value(&self, value: u32) -> Option<&'c str> {
        self.values.text(self.entry(value)?)
    }

    /// A value, folded.
    pub(crate) fn value_key(&self, value: u32) -> Option<&'c str> {
        self.values.text(self.entry(value)?.checked_add(1)?)
    }

    /// For each value the first one that it is when both are folded: itself, unless the group is ambiguous.
    pub(crate) fn firsts(&self) -> Vec<usize> {
        // Of the types that other maps have: each further one is more code in the Worker.
        let mut by_key: BTreeMap<String, u32> = BTreeMap::new();
        let first = |value: u32| match self.value_key(value).filter(|_| self.is_ambiguous) {
            Some(key) => *by_key.entry(key.to_owned()).or_insert(value),
            None => value,
        };
        (0..self.value_count()).map(first).filter_map(|first| usize::try_from(first).ok()).collect()
    }

    /// How many sets there are, the empty one among them.
    pub(crate) fn set_count(&self) -> u32 {
        self.set_range.1
    }

    /// The bytes of a set.
    pub(crate) fn set(&self, set: u32) -> &'c [u8] {
        let entry = (set < self.set_range.1).then(|| self.set_range.0.checked_add(set)).flatten();
        entry.and_then(|entry| self.sets.bytes(entry)).unwrap_or_default()
    }

    /// The values of a set; of a set of options every value that a variant has, as often as one has it.
    pub(crate) fn set_values(&self, set: u32) -> Vec<u32> {
        if self.kind.has_variants() {
            return self.shape(set).values;
        }
        self.plain_values(set).collect()
    }

    /// The values of a set that is not one of options.
    pub(crate) fn plain_values(&self, set: u32) -> impl Iterator<Item = u32> + use<'c> {
        let (mut reader, count) = (Reader(self.set(set)), self.value_count());
        core::iter::from_fn(move || reader.number()).filter(move |value| *value < count)
    }

    /// The variants of a set of options.
    pub(crate) fn shape(&self, set: u32) -> Shape {
        let mut reader = Reader(self.set(set));
        let mut read = || {
            let (options, variants) = (reader.number()?, reader.number()?);
            let count = usize::try_from(options.checked_mul(variants)?).ok()?;
            let values =
                core::iter::from_fn(|| reader.number()).filter(|value| *value < self.value_count()).take(count);
            let values: Vec<u32> = values.collect();
            (values.len() == count).then_some(Shape { options: usize::try_from(options).ok()?, values })
        };
        read().unwrap_or(Shape { options: 0, values: Vec::new() })
    }

    /// How many products have a set.
    pub(crate) fn count(&self, set: u32) -> u32 {
        let entry = (set < self.set_range.1).then(|| self.set_range.0.checked_add(set)).flatten();
        entry.and_then(|entry| self.counts.get(entry)).unwrap_or_default()
    }

    /// The set of each product.
    pub(crate) fn column(&self) -> SetColumn<'c> {
        self.column
    }

    fn entry(&self, value: u32) -> Option<u32> {
        (value < self.value_range.1).then(|| self.value_range.0.checked_add(value)?.checked_mul(2)).flatten()
    }
}

impl SetColumn<'_> {
    /// Which of 64 products have a set that passes a test, as [`Column::passing`] has it.
    #[inline]
    pub(crate) fn passing(self, first: u32, wanted: u64, test: impl Fn(u32) -> bool) -> u64 {
        match self {
            SetColumn::One(column) => column.passing(first, wanted, test),
            SetColumn::Two(column) => column.passing(first, wanted, test),
            SetColumn::Three(column) => column.passing(first, wanted, test),
        }
    }

    /// Adds one for each of some products to the count of its set.
    pub(crate) fn tally(self, positions: &[u32], counts: &mut [u32]) {
        match self {
            SetColumn::One(column) => tally(column, positions, counts),
            SetColumn::Two(column) => tally(column, positions, counts),
            SetColumn::Three(column) => tally(column, positions, counts),
        }
    }

    /// The set of a product.
    #[inline]
    pub(crate) fn get(self, position: u32) -> Option<u32> {
        match self {
            SetColumn::One(column) => column.get(position),
            SetColumn::Two(column) => column.get(position),
            SetColumn::Three(column) => column.get(position),
        }
    }
}

fn tally<const N: usize>(column: Column<'_, N>, positions: &[u32], counts: &mut [u32]) {
    for position in positions {
        let set = column.get(*position).and_then(|set| usize::try_from(set).ok());
        if let Some(count) = set.and_then(|set| counts.get_mut(set)) {
            *count += 1;
        }
    }
}

impl Shape {
    /// The values of each variant.
    pub(crate) fn variants(&self) -> impl Iterator<Item = &[u32]> {
        // Products without options have one variant without values, which `chunks` cannot give.
        self.values.chunks(self.options.max(1))
    }
}

/// The set of values that a product has of a group, with the number of each value as `number` gives it; empty for none.
pub(crate) fn set(
    kind: GroupKind,
    key: &str,
    brand: &str,
    details: &Details,
    number: &mut dyn FnMut(&str) -> u32,
) -> Vec<u8> {
    let mut out = Vec::new();
    let named = |name: &str, value: &str| format!("{name}{SEPARATOR}{value}");
    let mut numbers: Vec<u32> = match kind {
        GroupKind::Brand => [brand].into_iter().filter(|brand| !brand.is_empty()).map(number).collect(),
        GroupKind::Collections => details.collections.iter().map(|name| number(name)).collect(),
        GroupKind::Attribute => {
            let of_name = details.attributes.iter().filter(|attribute| fold(&attribute.name) == key);
            of_name.map(|attribute| number(&attribute.value)).collect()
        }
        GroupKind::Options | GroupKind::Available => {
            let is_listed = |variant: &&Variant| kind == GroupKind::Options || variant.facts.can_be_bought();
            let variants: Vec<&Variant> = details.variants.iter().filter(is_listed).collect();
            if details.options.is_empty() || variants.is_empty() {
                return out;
            }
            let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            push_number(&mut out, count(details.options.len()));
            push_number(&mut out, count(variants.len()));
            for variant in variants {
                for (option, value) in details.options.iter().zip(&variant.values) {
                    push_number(&mut out, number(&named(option, value)));
                }
            }
            return out;
        }
    };
    sort_few(&mut numbers, |left, right| left < right);
    numbers.dedup();
    for value in numbers {
        push_number(&mut out, value);
    }
    out
}

/// A value as it is compared.
pub(crate) fn value_key(value: &str) -> String {
    let parts: Vec<_> = value.split(SEPARATOR).map(fold).collect();
    parts.join("\u{1f}")
}

/// How many bytes the number of a set takes.
pub(crate) fn width(sets: usize) -> u8 {
    match sets {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 3,
    }
}
