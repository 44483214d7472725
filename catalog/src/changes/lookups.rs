//! The ways from handles and SKUs to products after changes: those of the base, without the products whose own differ, which are put in
//! again where they belong.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::changes::change::{Change, Kind};
use crate::changes::orders;
use crate::changes::positions::Positions;
use crate::index::catalog::Catalog;
use crate::index::details;
use crate::index::format::{Column, IndexWriter, Section};
use crate::index::lookup::{codes, first_place, hash, joined, split};
use crate::index::set::Set;
use crate::model::details::Details;
use crate::search::ranking::{Key, apart, pair, sort};
use crate::text::slug::slug;

/// Writes the order of handles.
pub(super) fn write_by_handle(
    out: &mut Vec<u8>,
    base: &Catalog,
    changes: &[Change<'_>],
    positions: &Positions,
) -> Option<()> {
    let order: Column<'_, 3> = base.column(Section::ByHandle);
    let hash_at = |place: u32| Some(hash(&base.handle_at(order.get(place)?)?));
    let (mut moved, mut taken): (Vec<Key>, Vec<u32>) = (Vec::new(), Vec::new());
    for (change, position) in Positions::each(changes) {
        let texts = change.texts();
        if texts.is_none() && !matches!(change.kind, Kind::Gone) {
            continue;
        }
        let handle: Option<Cow<'_, str>> = texts.map(|texts| match texts.handle {
            "" => slug(texts.name).into(),
            handle => handle.into(),
        });
        if change.takes() {
            if handle.is_some() && base.handle_at(change.place) == handle {
                continue;
            }
            taken.push(change.place);
        }
        moved.extend(handle.map(|handle| key(hash(&handle), position, change.place)));
    }
    let moved = placed(moved, order, hash_at)?;
    orders::write(out, order, &Set::of(base.count(), taken.into_iter()), &moved, positions)
}

/// An entry with its hash, and as it would be in the base: with the place before which its product comes there.
fn key(hash: u64, entry: u32, in_base: u32) -> Key {
    Key::from(hash) << 64 | pair(entry, in_base)
}

/// Entries in the order of their hashes, each with its place in an order of the base. Entries of one hash are in their own order.
fn placed<const N: usize>(
    mut moved: Vec<Key>,
    order: Column<'_, N>,
    hash_at: impl Fn(u32) -> Option<u64> + Copy,
) -> Option<Vec<(u32, u32)>> {
    sort(&mut moved);
    let count = u32::try_from(order.len()).ok()?;
    let place = |key: Key| {
        let (hash, (entry, in_base)) = (u64::try_from(key >> 64).unwrap_or(u64::MAX), apart(key));
        // The entries are compared first: a hash costs the text that it is of.
        let is_before =
            |place: u32| order.get(place).is_some_and(|other| other < in_base) && hash_at(place) == Some(hash);
        let mut low = first_place(count, hash, hash_at);
        // Few have one hash, but half of a catalog may have the part number `n/a`: each step is twice as long as the one before.
        let (mut high, mut step) = (low, 0_u32);
        while high < count && is_before(high) {
            low = high.saturating_add(1);
            high = low.saturating_add(step).min(count);
            step = step.saturating_mul(2).saturating_add(1);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(middle) { low = middle + 1 } else { high = middle }
        }
        (low, entry)
    };
    Some(moved.into_iter().map(place).collect())
}

/// Writes the former handles, and returns how many there are.
pub(super) fn write_former_handles(
    writer: &mut IndexWriter,
    base: &Catalog,
    changes: &[Change<'_>],
    positions: &Positions,
    details: &[Option<Details>],
) -> Option<u32> {
    let taken = taken(base, changes);
    let texts = base.texts(Section::FormerHandleStarts, Section::FormerHandles);
    let of: Column<'_, 3> = base.column(Section::FormerHandlesOf);
    let mut all: BTreeMap<String, u32> = BTreeMap::new();
    for (entry, place) in (0_u32..).zip(of.iter()) {
        if !taken.contains(place) {
            all.insert(texts.text(entry)?.to_owned(), positions.of_base(place)?);
        }
    }
    for (_, position, details) in named(changes, details) {
        all.extend(details.former_handles.iter().map(|handle| (handle.clone(), position)));
    }
    let (mut starts, mut heap, mut products) = (0_u32.to_le_bytes().to_vec(), Vec::new(), Vec::new());
    for (handle, position) in &all {
        heap.extend_from_slice(handle.as_bytes());
        starts.extend_from_slice(&u32::try_from(heap.len()).ok()?.to_le_bytes());
        products.extend(position.to_le_bytes().into_iter().take(3));
    }
    for bytes in [starts, heap, products] {
        writer.bytes(&bytes)?;
    }
    u32::try_from(all.len()).ok()
}

/// Writes the order of codes, and returns how many there are.
pub(super) fn write_by_sku(
    writer: &mut IndexWriter,
    base: &Catalog,
    changes: &[Change<'_>],
    positions: &Positions,
    details: &[Option<Details>],
) -> Option<u32> {
    let order: Column<'_> = base.column(Section::BySku);
    let hash_at = |place: u32| base.code_hash_at(order.get(place)?);
    let taken = taken(base, changes);
    let mut moved: Vec<Key> = Vec::new();
    for (change, position, details) in named(changes, details) {
        for (hash, entry) in codes(position, details) {
            moved.push(key(hash, entry, joined(change.place, split(entry).1)?));
        }
    }
    let mut moved = placed(moved, order, hash_at)?.into_iter();
    let mut next = moved.next();
    let mut entries: Vec<u32> = Vec::with_capacity(order.len());
    for (at, entry) in (0_u32..).zip(order.iter()) {
        while let Some((_, entry)) = next.filter(|(before, _)| *before <= at) {
            entries.push(entry);
            next = moved.next();
        }
        let (place, variant) = split(entry);
        if !taken.contains(place) {
            entries.push(joined(positions.of_base(place)?, variant)?);
        }
    }
    entries.extend(next.into_iter().chain(moved).map(|(_, entry)| entry));
    writer.bytes(&entries.iter().flat_map(|entry| entry.to_le_bytes()).collect::<Vec<u8>>())?;
    u32::try_from(entries.len()).ok()
}

/// The changes that name details, each with the position and the details of its product. Stock and prices of variants are none: codes and former
/// handles stay.
fn named<'l, 'a>(
    changes: &'l [Change<'a>],
    details: &'l [Option<Details>],
) -> impl Iterator<Item = (&'l Change<'a>, u32, &'l Details)> {
    let with_details = Positions::each(changes).zip(details).filter(|((change, _), _)| change.details().is_some());
    with_details.filter_map(|((change, position), details)| Some((change, position, details.as_ref()?)))
}

/// The products of the base whose details a change names, or that are gone.
fn taken(base: &Catalog, changes: &[Change<'_>]) -> Set {
    let of_changes =
        changes.iter().filter(|change| change.takes() && (change.details().is_some() || change.facts().is_none()));
    Set::of(base.count(), of_changes.map(|change| change.place))
}

/// The whole details after each change that names them, or prices and stock of variants.
pub(super) fn details_of(base: &Catalog, changes: &[Change<'_>]) -> Option<Vec<Option<Details>>> {
    let of = |change: &Change<'_>| {
        if change.details().is_none() && change.variants().is_none() {
            return Some(None);
        }
        let mut details = match change.details() {
            Some(named) => details::read(&named.bytes)?,
            None => base.details_at(change.place)?,
        };
        let facts: Vec<_> = match change.variants() {
            Some(bytes) => details::facts(bytes).collect(),
            None => base.variant_facts_at(change.place).collect(),
        };
        for (variant, facts) in details.variants.iter_mut().zip(facts) {
            variant.facts = facts;
        }
        Some(Some(details))
    };
    changes.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use super::{key, named, placed};
    use crate::changes::change::{Change, Facts, Kind};
    use crate::index::format::Column;
    use crate::model::details::Details;

    const ENTRIES: u32 = 100_000;

    /// The places of entries of the base that come there again, and how many hashes each took to find.
    fn places(again: &[u32], hash_of: impl Fn(u32) -> u64 + Copy) -> (Vec<u32>, u32) {
        let bytes: Vec<u8> = (0..ENTRIES).flat_map(u32::to_le_bytes).collect();
        let looked = Cell::new(0_u32);
        let hash_at = |place: u32| {
            looked.update(|looked| looked + 1);
            (place < ENTRIES).then(|| hash_of(place))
        };
        let moved = again.iter().map(|entry| key(hash_of(*entry), *entry, *entry)).collect();
        let found = placed(moved, Column::<4>::over(&bytes), hash_at).unwrap();
        (found.into_iter().map(|(place, _)| place).collect(), looked.get() / u32::try_from(again.len()).unwrap())
    }

    #[test]
    fn an_entry_that_comes_again_is_placed_with_few_hashes() {
        let again: Vec<u32> = (0..ENTRIES).step_by(997).collect();
        let (found, looked) = places(&again, |place| u64::from(place) * (u64::MAX / u64::from(ENTRIES)));
        assert_eq!(found, again);
        assert!(looked <= 6, "{looked} hashes for each entry");
    }

    #[test]
    fn entries_of_one_hash_keep_their_order() {
        let again: Vec<u32> = (0..ENTRIES).step_by(997).collect();
        let (found, looked) = places(&again, |place| if place < ENTRIES / 2 { 7 } else { u64::MAX - 7 });
        assert_eq!(found, again);
        assert!(looked <= 90, "{looked} hashes for each entry");
    }

    #[test]
    fn codes_stay_where_only_stock_and_prices_of_variants_change() {
        let facts = Facts { price: 1, compare_at: 0, stock: 1, rating: 0, reviews: 0, published: 0 };
        let variants = Some([0_u8].as_slice().into());
        let change =
            Change { place: 0, kind: Kind::Other { facts, variants, texts: None, category: None, details: None } };
        assert_eq!(named(&[change], &[Some(Details::default())]).count(), 0);
    }
}
