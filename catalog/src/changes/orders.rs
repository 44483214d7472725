//! The orders of a catalog after changes: those of the base, out of which the changed products are taken and put in again where they
//! belong. Nothing else is sorted.

use crate::changes::{Change, Facts};
use crate::index::catalog::Catalog;
use crate::index::format::{Column, Section};
use crate::search::ranking::{Key, apart, pair, sort};
use crate::search::set::Set;
use crate::text::fold::fold;

/// The key of a product in an order, from its numbers and its position: the least first.
type KeyOf = fn(Facts, u32) -> Key;

pub(super) fn price(facts: Facts, position: u32) -> Key {
    pair(facts.price, position)
}

pub(super) fn rating(facts: Facts, position: u32) -> Key {
    pair(!facts.rating, position)
}

pub(super) fn merit(facts: Facts, position: u32) -> Key {
    let is_out = pair(u32::from(facts.stock == 0), !facts.rating);
    is_out << 64 | pair(!facts.reviews, position)
}

/// The numbers of a product of the base.
pub(super) fn facts(base: &Catalog, position: u32) -> Option<Facts> {
    Some(Facts {
        price: base.column::<4>(Section::Prices).get(position)?,
        stock: base.column::<4>(Section::Stocks).get(position)?,
        rating: base.column::<2>(Section::Ratings).get(position)?,
        reviews: base.column::<4>(Section::Reviews).get(position)?,
    })
}

/// Writes an order of numbers.
pub(super) fn write_by(
    out: &mut Vec<u8>,
    base: &Catalog,
    section: Section,
    key_of: KeyOf,
    changes: &[Change<'_>],
) -> Option<()> {
    let order: Column<'_, 3> = base.column(section);
    let mut keys: Vec<Key> = Vec::new();
    for change in changes {
        let key = key_of(change.facts, change.position);
        if key != key_of(facts(base, change.position)?, change.position) {
            keys.push(key);
        }
    }
    sort(&mut keys);
    let moved = keys.into_iter().map(|key| {
        let is_before = |position: u32| facts(base, position).is_some_and(|facts| key_of(facts, position) < key);
        (place(order, is_before), apart(key).1)
    });
    write(out, base, order, &moved.collect::<Vec<_>>());
    Some(())
}

/// Writes the order of names.
pub(super) fn write_by_name(out: &mut Vec<u8>, base: &Catalog, changes: &[Change<'_>]) -> Option<()> {
    let order: Column<'_, 3> = base.column(Section::ByName);
    let mut names: Vec<(String, &str, u32)> = Vec::new();
    for (position, texts) in changes.iter().filter_map(|change| Some((change.position, change.texts?))) {
        if texts.name != base.product_at(position)?.name {
            let name = (fold(texts.name).into_owned(), texts.name, position);
            // Few names change, and a sort of texts would be code that nothing else needs.
            names.insert(names.partition_point(|before| *before < name), name);
        }
    }
    let moved = names.iter().map(|(folded, name, position)| {
        let is_before = |other: u32| {
            let product = base.product_at(other);
            product.is_some_and(|product| {
                let other_folded = fold(&product.name);
                (other_folded.as_ref(), product.name.as_ref(), other) < (folded.as_str(), *name, *position)
            })
        };
        (place(order, is_before), *position)
    });
    write(out, base, order, &moved.collect::<Vec<_>>());
    Some(())
}

/// How many products of an order of the base come before something.
fn place(order: Column<'_, 3>, is_before: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, u32::try_from(order.len()).unwrap_or_default());
    while low < high {
        let middle = low + (high - low) / 2;
        if order.get(middle).is_some_and(&is_before) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Writes an order in which some products have moved to before those that are at a place of the base.
fn write(out: &mut Vec<u8>, base: &Catalog, order: Column<'_, 3>, moved: &[(u32, u32)]) {
    let set = Set::of(base.count(), moved.iter().map(|(_, position)| *position));
    let mut push = |position: u32| {
        let [low, middle, high, _] = position.to_le_bytes();
        out.extend_from_slice(&[low, middle, high]);
    };
    let mut moved = moved.iter().peekable();
    for (at, position) in (0_u32..).zip(order.iter()) {
        while let Some((_, position)) = moved.next_if(|(place, _)| *place <= at) {
            push(*position);
        }
        if !set.contains(position) {
            push(position);
        }
    }
    moved.for_each(|(_, position)| push(*position));
}
