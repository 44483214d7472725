//! The values that listings can be filtered by after changes: those of the base, with new ones and new sets behind them. No group comes or
//! goes; where one would, a base of its own is built.

use std::collections::{BTreeMap, BTreeSet};

use crate::changes::change::Change;
use crate::index::catalog::Catalog;
use crate::index::format::IndexWriter;
use crate::index::groups::{Group, GroupKind, set, value_key, width};
use crate::model::details::Details;

/// How many values and sets there are after changes.
pub(super) struct Written {
    pub(super) values: u32,
    pub(super) sets: u32,
}

/// One group as changes leave it.
struct Changed<'c> {
    group: Group<'c>,
    values: Vec<String>,
    numbers: BTreeMap<String, u32>,
    sets: Vec<Vec<u8>>,
    set_numbers: BTreeMap<Vec<u8>, u32>,
    counts: Vec<u32>,
    of_products: Vec<u32>,
}

/// Writes the sections of groups.
pub(super) fn write(
    writer: &mut IndexWriter,
    base: &Catalog,
    changes: &[Change<'_>],
    details: &[Option<Details>],
) -> Option<Written> {
    let count = |count: usize| u32::try_from(count).ok();
    let (mut table, mut columns) = (Vec::new(), Vec::new());
    let mut tables: [Table; 3] = Default::default();
    let [names, values, sets] = &mut tables;
    let mut set_counts: Vec<u8> = Vec::new();
    for group in base.groups() {
        let after = Changed::of(base, group, changes, details)?;
        let width = width(after.sets.len());
        for number in [
            u32::from_le_bytes([group.kind as u8, width, u8::from(after.is_ambiguous()), 0]),
            values.count() / 2,
            count(after.values.len())?,
            sets.count(),
            count(after.sets.len())?,
            count(columns.len())?,
        ] {
            table.extend_from_slice(&number.to_le_bytes());
        }
        names.push(group.name.as_bytes())?;
        names.push(group.key.as_bytes())?;
        for value in &after.values {
            values.push(value.as_bytes())?;
            values.push(value_key(value).as_bytes())?;
        }
        after.sets.iter().try_for_each(|set| sets.push(set))?;
        set_counts.extend(after.counts.iter().flat_map(|count| count.to_le_bytes()));
        columns.extend(after.of_products.iter().flat_map(|set| set.to_le_bytes().into_iter().take(width.into())));
    }
    writer.bytes(&table)?;
    for table in &tables {
        writer.bytes(&table.starts())?;
        writer.bytes(&table.heap)?;
    }
    writer.bytes(&set_counts)?;
    writer.bytes(&columns)?;
    let [_, values, sets] = &tables;
    Some(Written { values: values.count() / 2, sets: sets.count() })
}

/// A table of texts as it grows.
#[derive(Default)]
struct Table {
    ends: Vec<u32>,
    heap: Vec<u8>,
}

impl Table {
    fn push(&mut self, text: &[u8]) -> Option<()> {
        self.heap.extend_from_slice(text);
        self.ends.push(u32::try_from(self.heap.len()).ok()?);
        Some(())
    }

    fn count(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    fn starts(&self) -> Vec<u8> {
        [0].iter().chain(&self.ends).flat_map(|start: &u32| start.to_le_bytes()).collect()
    }
}

impl<'c> Changed<'c> {
    fn of(
        base: &Catalog,
        group: Group<'c>,
        changes: &[Change<'_>],
        details: &[Option<Details>],
    ) -> Option<Changed<'c>> {
        let values: Vec<String> =
            (0..group.value_count()).map(|value| group.value(value).map(str::to_owned)).collect::<Option<_>>()?;
        let sets: Vec<Vec<u8>> = (0..group.set_count()).map(|set| group.set(set).to_vec()).collect();
        let mut after = Changed {
            group,
            numbers: values.iter().cloned().zip(0..).collect(),
            values,
            set_numbers: sets.iter().cloned().zip(0..).collect(),
            sets,
            counts: (0..group.set_count()).map(|set| group.count(set)).collect(),
            of_products: Vec::with_capacity(base.len().checked_add(changes.len())?),
        };
        let mut edits = changes.iter().zip(details).peekable();
        for place in 0..base.count() {
            let of_base = group.column().get(place)?;
            let mut is_taken = false;
            while let Some((change, details)) = edits.next_if(|(change, _)| change.place <= place) {
                is_taken |= change.takes();
                after.take(change, details.as_ref(), of_base)?;
            }
            if !is_taken {
                after.of_products.push(of_base);
            }
        }
        for (change, details) in edits {
            after.take(change, details.as_ref(), 0)?;
        }
        Some(after)
    }

    /// Puts in the product of a change, unless it is gone.
    fn take(&mut self, change: &Change<'_>, details: Option<&Details>, of_base: u32) -> Option<()> {
        if change.takes() {
            let count = self.counts.get_mut(usize::try_from(of_base).ok()?)?;
            *count = count.checked_sub(1)?;
        }
        if change.facts().is_none() {
            return Some(());
        }
        let number = match details {
            // A brand is named with the details; where they are the base's, so is it.
            Some(_) if self.group.kind == GroupKind::Brand && change.details().is_none() => of_base,
            Some(details) => self.set_of(change.details().map_or("", |named| named.brand), details)?,
            None => of_base,
        };
        let count = self.counts.get_mut(usize::try_from(number).ok()?)?;
        *count = count.checked_add(1)?;
        self.of_products.push(number);
        Some(())
    }

    /// Whether two of the values are one when they are folded.
    fn is_ambiguous(&self) -> bool {
        let keys: BTreeSet<String> = self.values.iter().map(|value| value_key(value)).collect();
        keys.len() < self.values.len()
    }

    fn set_of(&mut self, brand: &str, details: &Details) -> Option<u32> {
        let (values, numbers) = (&mut self.values, &mut self.numbers);
        let (kind, key): (GroupKind, &str) = (self.group.kind, self.group.key);
        let bytes = set(kind, key, brand, details, &mut |value| {
            if let Some(number) = numbers.get(value) {
                return *number;
            }
            let number = u32::try_from(values.len()).unwrap_or(u32::MAX);
            values.push(value.to_owned());
            numbers.insert(value.to_owned(), number);
            number
        });
        if let Some(number) = self.set_numbers.get(&bytes) {
            return Some(*number);
        }
        let number = u32::try_from(self.sets.len()).ok().filter(|number| *number < 1 << 24)?;
        self.sets.push(bytes.clone());
        self.counts.push(0);
        self.set_numbers.insert(bytes, number);
        Some(number)
    }
}
