//! The words of a text put together: the products with all of them, and those with half of them or more. The rarest word comes
//! first, and the words that the budget has no room for, the commonest, tell products apart the least. No product counts as having
//! all words that was not compared with each of them.

use super::budget::Budget;
use super::scores::{MOST, WHOLE};
use super::word::Word;
use super::{FILL, Found};
use crate::index::catalog::Catalog;
use crate::search::ranking::{Key, apart, best, pair, sort};

/// The products with all words; leaves the words in the order of how rare they are. `is_complete` says whether these are all words of
/// the text. Where they are not, or the budget has no room for one, the products have most words.
pub(super) fn with_all(catalog: &Catalog, words: &mut [Word<'_>], is_complete: bool, budget: &Budget) -> Found {
    let mut found = Found::default();
    // Only the products of the rarest word are compared with the others.
    for place in 0..words.len() {
        let rarest =
            words.iter().enumerate().skip(place).min_by_key(|(_, word)| word.count()).map(|(rarest, _)| rarest);
        words.swap(place, rarest.unwrap_or(place));
    }
    let Some((rarest, others)) = words.split_first_mut() else { return found };
    found.products = rarest.candidates(catalog, budget, others.is_empty());
    let mut left_out: Vec<&Word<'_>> = Vec::new();
    for word in others {
        if found.products.is_empty() {
            return found;
        }
        if !word.retain(&mut found.products, catalog, budget) {
            left_out.push(word);
        }
    }
    found.is_complete = is_complete && left_out.is_empty();
    let bonus = if found.is_complete { WHOLE } else { MOST };
    for (_, score) in &mut found.products {
        *score += bonus;
    }
    if is_complete && !found.is_complete {
        compare_best(&mut found, &left_out, budget);
    }
    found
}

/// Compares the best products with the words that were left out, so that those with all words stay first: a few products cost little
/// with any word.
fn compare_best(found: &mut Found, left_out: &[&Word<'_>], budget: &Budget) {
    let best = best(found.products.iter().copied(), FILL);
    let mut keys: Vec<Key> = best.into_iter().map(|(position, score)| pair(position, score)).collect();
    sort(&mut keys);
    let mut best: Vec<(u32, u32)> = keys.into_iter().map(apart).collect();
    for word in left_out {
        word.compare(&mut best, budget);
    }
    for (position, score) in best {
        let place = found.products.binary_search_by_key(&position, |(position, _)| *position);
        if let Some((_, slot)) = place.ok().and_then(|place| found.products.get_mut(place)) {
            *slot = score - MOST + WHOLE;
        }
    }
}

/// Adds the best of the products that have half of the words or more, until there are enough. With none that has all words, all of
/// these are found.
pub(super) fn fill(catalog: &Catalog, found: &mut Found, words: &mut [Word<'_>], budget: &Budget) {
    budget.spend(catalog.len());
    // Of each product the sum of its scores, and above it how many of the words it has.
    let mut slots = vec![0_u32; catalog.len()];
    let slot_of = |position: u32| usize::try_from(position).unwrap_or(usize::MAX);
    let mut counted = 0;
    for word in words {
        if !budget.allows(word.cost(catalog)) {
            break;
        }
        counted += 1;
        for (position, own) in word.products(catalog, budget) {
            if let Some(slot) = slots.get_mut(slot_of(*position)) {
                *slot = slot.saturating_add(own + WHOLE);
            }
        }
    }
    for (position, _) in &found.products {
        if let Some(slot) = slots.get_mut(slot_of(*position)) {
            *slot = 0;
        }
    }
    // Fewer than half of the words is another question.
    let least = u32::div_ceil(counted, 2).max(1).saturating_mul(WHOLE);
    let partial =
        (0_u32..).zip(slots).filter(|(_, slot)| *slot >= least).map(|(position, slot)| (position, slot % WHOLE));
    if found.products.is_empty() {
        found.products = partial.collect();
        return;
    }
    for (position, score) in best(partial, FILL.saturating_sub(found.products.len())) {
        let place = found.products.partition_point(|(other, _)| *other < position);
        found.products.insert(place, (position, score));
    }
}
