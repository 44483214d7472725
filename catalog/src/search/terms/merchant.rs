//! The merchant's rules in a search: words that stand for others, and products that a text puts first or last. `index/rules.rs` reads them;
//! the budget of the text pays for the products that they bring.

use super::budget::Budget;
use super::scores::{LIFTED, PINNED, WHOLE};
use super::split;
use super::word::{SYNONYM, Word, term_of};
use crate::index::catalog::Catalog;
use crate::index::rules::{PHRASE_LIMIT, PRODUCTS_LIMIT, Placing};
use crate::text::plurals;

/// Most synonyms of a text that are looked up.
const SYNONYMS: usize = 32;

/// To find a product by its id takes as long as so many entries of a list.
const FINDING: usize = 32;

/// Lets words, and neighbours, stand for their synonyms too.
pub(super) fn add_synonyms<'a>(catalog: &'a Catalog, words: &mut [Word<'a>], budget: &Budget) {
    let rules = catalog.rules();
    // The terms of the synonyms of each word.
    let mut terms: Vec<Vec<u32>> = vec![Vec::new(); words.len()];
    let mut left = SYNONYMS;
    for first in 0..words.len() {
        for length in 1..=PHRASE_LIMIT {
            let range = first..first.saturating_add(length);
            let Some((window, terms)) = words.get_mut(range.clone()).zip(terms.get_mut(range)) else { break };
            let key = window.iter().map(|word| plurals::stem(word.typed)).collect::<Vec<_>>().join(" ");
            for synonym in rules.synonyms(&key).take(left) {
                left = left.saturating_sub(1);
                let parts: Vec<&str> = synonym.split(' ').collect();
                if let [only] = parts.as_slice() {
                    let term = term_of(catalog, only);
                    for terms in terms.iter_mut() {
                        terms.extend(term);
                    }
                } else {
                    let products = split::together(catalog, parts, budget);
                    for word in window.iter_mut() {
                        word.add_products(&products);
                    }
                }
            }
        }
    }
    let waiting = terms.iter().filter(|terms| !terms.is_empty()).count();
    for (number, (word, terms)) in words.iter_mut().zip(terms).filter(|(_, terms)| !terms.is_empty()).enumerate() {
        let terms: Vec<(u32, u32)> = terms.into_iter().map(|term| (term, SYNONYM)).collect();
        word.add_shared(catalog, budget, &budget.share(waiting.saturating_sub(number)), 0, &terms);
    }
}

/// Puts the products of a rule where it says. A product that is gone is left out, and only a pinned one is found though no word finds it.
pub(super) fn place(catalog: &Catalog, found: &mut Vec<(u32, u32)>, placing: &Placing<'_>, budget: &Budget) {
    budget.spend((placing.pins.len() + placing.boosts.len() + placing.demotions.len()).saturating_mul(FINDING));
    let slot_of = |found: &[(u32, u32)], id: &str| {
        let position = catalog.position(id)?;
        Some((position, found.binary_search_by_key(&position, |(position, _)| *position)))
    };
    let mut score = |id: &str, rescore: fn(u32) -> u32| {
        if let Some((_, Ok(slot))) = slot_of(found, id)
            && let Some((_, score)) = found.get_mut(slot)
        {
            *score = rescore(*score);
        }
    };
    placing.demotions.iter().for_each(|id| score(id, |score| if score < WHOLE { 1 } else { WHOLE }));
    // One that lacks a word stays behind those that have all.
    placing
        .boosts
        .iter()
        .for_each(|id| score(id, |score| if score < WHOLE { (score + LIFTED).min(WHOLE - 1) } else { score + LIFTED }));
    for (id, rank) in placing.pins.iter().zip((0..=PRODUCTS_LIMIT).rev()) {
        let score = PINNED | WHOLE | u32::try_from(rank).unwrap_or_default();
        match slot_of(found, id) {
            Some((position, Err(slot))) => found.insert(slot, (position, score)),
            Some((position, Ok(slot))) => {
                if let Some(slot) = found.get_mut(slot) {
                    *slot = (position, score);
                }
            }
            None => {}
        }
    }
}
