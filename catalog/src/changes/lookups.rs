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
use crate::model::details::Details;
use crate::search::ranking::{Key, apart, pair, sort};
use crate::search::set::Set;
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
        let (mut low, mut high) = (first_place(count, hash, hash_at), count);
        // Hardly ever, but half of a catalog may have the part number `n/a`.
        while low < high && hash_at(low) == Some(hash) {
            let middle = low + (high - low) / 2;
            let is_before = hash_at(middle) == Some(hash) && order.get(middle).is_some_and(|other| other < in_base);
            if is_before { low = middle + 1 } else { high = middle }
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
    let taken = taken(base, changes, details);
    let texts = base.texts(Section::FormerHandleStarts, Section::FormerHandles);
    let of: Column<'_, 3> = base.column(Section::FormerHandlesOf);
    let mut all: BTreeMap<String, u32> = BTreeMap::new();
    for (entry, place) in (0_u32..).zip(of.iter()) {
        if !taken.contains(place) {
            all.insert(texts.text(entry)?.to_owned(), positions.of_base(place)?);
        }
    }
    for ((_, position), details) in Positions::each(changes).zip(details) {
        let formers = details.iter().flat_map(|details| &details.former_handles);
        all.extend(formers.map(|handle| (handle.clone(), position)));
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
    let taken = taken(base, changes, details);
    let mut moved: Vec<Key> = Vec::new();
    for ((change, position), details) in Positions::each(changes).zip(details) {
        for (hash, entry) in details.iter().flat_map(|details| codes(position, details)) {
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

/// The products of the base whose details are other ones after changes, or that are gone.
fn taken(base: &Catalog, changes: &[Change<'_>], details: &[Option<Details>]) -> Set {
    let of_changes = changes
        .iter()
        .zip(details)
        .filter(|(change, details)| change.takes() && (details.is_some() || change.facts().is_none()));
    Set::of(base.count(), of_changes.map(|(change, _)| change.place))
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
