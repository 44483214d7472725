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
use crate::index::lookup::{first_place, hash, joined, split};
use crate::model::details::Details;
use crate::search::ranking::{Key, apart, sort};
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
    let (mut moved, mut taken): (Vec<(u64, u32)>, Vec<u32>) = (Vec::new(), Vec::new());
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
        moved.extend(handle.map(|handle| (hash(&handle), position)));
    }
    let moved = placed(moved, u32::try_from(order.len()).ok()?, hash_at);
    orders::write(out, order, &Set::of(base.count(), taken.into_iter()), &moved, positions)
}

/// Entries in the order of their hashes, each with its place in an order of the base.
fn placed(moved: Vec<(u64, u32)>, count: u32, hash_at: impl Fn(u32) -> Option<u64> + Copy) -> Vec<(u32, u32)> {
    let mut keys: Vec<Key> = moved.into_iter().map(|(hash, entry)| Key::from(hash) << 32 | Key::from(entry)).collect();
    sort(&mut keys);
    let hash_of = |key: Key| u64::try_from(key >> 32).unwrap_or(u64::MAX);
    keys.into_iter().map(|key| (first_place(count, hash_of(key), hash_at), apart(key).1)).collect()
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

/// Writes the order of SKUs, and returns how many there are.
pub(super) fn write_by_sku(
    writer: &mut IndexWriter,
    base: &Catalog,
    changes: &[Change<'_>],
    positions: &Positions,
    details: &[Option<Details>],
) -> Option<u32> {
    let order: Column<'_> = base.column(Section::BySku);
    let hash_at = |place: u32| Some(hash(&base.sku_of(order.get(place)?)?));
    let taken = taken(base, changes, details);
    let mut moved: Vec<(u64, u32)> = Vec::new();
    for ((_, position), details) in Positions::each(changes).zip(details) {
        for (number, variant) in details.iter().flat_map(|details| details.variants.iter().enumerate()) {
            moved.push((hash(&variant.sku), joined(position, number)?));
        }
    }
    let mut moved = placed(moved, u32::try_from(order.len()).ok()?, hash_at).into_iter();
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
