//! The orders of a catalog after changes: those of the base, without the products that moved or are gone, which are put in again where
//! they belong with the new ones. Nothing else is sorted.

use crate::changes::change::{Change, Facts, Kind};
use crate::changes::positions::Positions;
use crate::index::catalog::Catalog;
use crate::index::format::{Column, Section};
use crate::index::set::Set;
use crate::model::money::{Price, discount};
use crate::model::product::Rating;
use crate::search::ranking::{Key, apart, pair, sort};
use crate::text::fold::fold;

/// The key of a product in an order, from its numbers and its position: the least first.
pub(super) type KeyOf = fn(Facts, u32) -> Key;

pub(super) fn price(facts: Facts, position: u32) -> Key {
    Key::from(facts.price) << 32 | Key::from(position)
}

pub(super) fn rating(facts: Facts, position: u32) -> Key {
    pair(!weighted(facts), position)
}

pub(super) fn merit(facts: Facts, position: u32) -> Key {
    let is_out = pair(u32::from(facts.stock == 0), !weighted(facts));
    is_out << 64 | pair(!facts.reviews, position)
}

pub(super) fn newest(facts: Facts, position: u32) -> Key {
    pair(!facts.published, position)
}

pub(super) fn discounts(facts: Facts, position: u32) -> Key {
    let before = (facts.compare_at > 0).then(|| Price::of(facts.compare_at));
    pair(!u32::from(discount(Price::of(facts.price), before)), position)
}

fn weighted(facts: Facts) -> u32 {
    let rating = u16::try_from(facts.rating).ok().and_then(|rating| Rating::new(rating).ok()).unwrap_or_default();
    rating.weighted(facts.reviews).into()
}

/// The numbers of a product of the base.
pub(crate) fn facts(base: &Catalog, position: u32) -> Option<Facts> {
    Some(Facts {
        price: base.prices(Section::Prices).get(position)?,
        compare_at: base.prices(Section::CompareAt).get(position).unwrap_or_default(),
        stock: base.column::<4>(Section::Stocks).get(position)?,
        rating: base.column::<2>(Section::Ratings).get(position)?,
        reviews: base.column::<4>(Section::Reviews).get(position)?,
        published: base.column::<4>(Section::Published).get(position).unwrap_or_default(),
    })
}

/// Writes an order of numbers.
pub(super) fn write_by(
    out: &mut Vec<u8>,
    base: &Catalog,
    section: Section,
    key_of: KeyOf,
    changes: &[Change<'_>],
    positions: &Positions,
) -> Option<()> {
    let order: Column<'_, 3> = base.column(section);
    let base_key = |place: u32| Some(key_of(facts(base, place)?, positions.of_base(place)?));
    let (mut keys, mut taken): (Vec<Key>, Vec<u32>) = (Vec::new(), Vec::new());
    for (change, position) in Positions::each(changes) {
        let key = change.facts().map(|facts| key_of(facts, position));
        if change.takes() {
            if key == Some(base_key(change.place)?) {
                continue;
            }
            taken.push(change.place);
        }
        keys.extend(key);
    }
    sort(&mut keys);
    let moved = keys.into_iter().map(|key| {
        let is_before = |place: u32| base_key(place).is_some_and(|other| other < key);
        (place(order, is_before), apart(key).1)
    });
    write(out, order, &Set::of(base.count(), taken.into_iter()), &moved.collect::<Vec<_>>(), positions)
}

/// Writes the order of names.
pub(super) fn write_by_name(
    out: &mut Vec<u8>,
    base: &Catalog,
    changes: &[Change<'_>],
    positions: &Positions,
) -> Option<()> {
    let order: Column<'_, 3> = base.column(Section::ByName);
    let (mut names, mut taken): (Vec<(String, &str, u32)>, Vec<u32>) = (Vec::new(), Vec::new());
    for (change, position) in Positions::each(changes) {
        let name = change.texts().map(|texts| texts.name);
        if change.takes() {
            let is_kept = match &change.kind {
                Kind::Other { texts: Some(texts), .. } => texts.name == base.product_at(change.place)?.name,
                Kind::Other { texts: None, .. } => true,
                Kind::Gone | Kind::New { .. } => false,
            };
            if is_kept {
                continue;
            }
            taken.push(change.place);
        }
        names.extend(name.map(|name| (fold(name).into_owned(), name, position)));
    }
    names.sort_unstable();
    let moved = names.iter().map(|(folded, name, position)| {
        let is_before = |other: u32| {
            let product = base.product_at(other).zip(positions.of_base(other));
            product.is_some_and(|(product, other)| {
                let other_folded = fold(&product.name);
                (other_folded.as_ref(), product.name.as_ref(), other) < (folded.as_str(), *name, *position)
            })
        };
        (place(order, is_before), *position)
    });
    write(out, order, &Set::of(base.count(), taken.into_iter()), &moved.collect::<Vec<_>>(), positions)
}

/// How many products of an order of the base come before something.
pub(super) fn place(order: Column<'_, 3>, is_before: impl Fn(u32) -> bool) -> u32 {
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

/// Writes an order without the products of the base that are taken, and with others put in before the product at a place of the base.
pub(super) fn write(
    out: &mut Vec<u8>,
    order: Column<'_, 3>,
    taken: &Set,
    moved: &[(u32, u32)],
    positions: &Positions,
) -> Option<()> {
    let mut push = |position: u32| {
        let [low, middle, high, _] = position.to_le_bytes();
        out.extend_from_slice(&[low, middle, high]);
    };
    let mut moved = moved.iter().peekable();
    for (at, place) in (0_u32..).zip(order.iter()) {
        while let Some((_, position)) = moved.next_if(|(before, _)| *before <= at) {
            push(*position);
        }
        if !taken.contains(place) {
            push(positions.of_base(place)?);
        }
    }
    moved.for_each(|(_, position)| push(*position));
    Some(())
}
