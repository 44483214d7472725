//! The words of a text put together: the products with all of them, and those with half of them or more. The rarest word comes
//! first, and what the budget has no room for is left out: the commonest words, which tell products apart the least.

use super::budget::Budget;
use super::word::Word;
use super::{FILL, Found, WHOLE};
use crate::catalog::Catalog;

/// The products with all words; leaves the words in the order of how rare they are.
pub(super) fn with_all(catalog: &Catalog, words: &mut [Word<'_>], budget: &Budget) -> Found {
    let mut found = Found::default();
    // What the rarest word does not find is never looked at.
    for place in 0..words.len() {
        let rarest =
            words.iter().enumerate().skip(place).min_by_key(|(_, word)| word.count()).map(|(rarest, _)| rarest);
        words.swap(place, rarest.unwrap_or(place));
    }
    let Some((rarest, others)) = words.split_first_mut() else { return found };
    found.products = rarest.candidates(catalog, budget);
    for (_, score) in &mut found.products {
        *score += WHOLE;
    }
    for word in others {
        if found.products.is_empty() || !word.retain(&mut found.products, catalog, budget) {
            break;
        }
    }
    found
}

/// Adds the best of the products that have half of the words or more, until there are enough. With none that has all words these
/// are the answer, all of them.
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

/// The few products of the highest scores; of equal ones those that come first.
fn best(products: impl Iterator<Item = (u32, u32)>, count: usize) -> Vec<(u32, u32)> {
    let mut best: Vec<(u32, u32)> = Vec::with_capacity(count + 1);
    for (position, score) in products {
        let place = best.partition_point(|(_, other)| *other >= score);
        if place < count {
            best.insert(place, (position, score));
            best.truncate(count);
        }
    }
    best
}
