//! A word that the catalog writes as two or more: `tablelamp` is `table lamp`, `3in1` is `3 in 1`. Tried where no product has the word as it
//! is typed, and taken only if a product really writes its parts side by side, so that a typing error is not torn apart.

use super::budget::{Budget, Share};
use super::word::{LONGER, term_of};
use crate::index::catalog::Catalog;
use crate::index::postings::Postings;
use crate::model::few::sort_few;
use crate::search::ranking::best;
use crate::text::fold::fold;
use crate::text::{plurals, scripts, tokens, umlauts};

/// The shortest and the longest word that is split, in bytes, and the shortest part that is no digit.
const SHORTEST: usize = 3;
const LONGEST: usize = 32;
const PART: usize = 2;

/// Most parts of a word that is split where letters and digits meet.
const PARTS: usize = 4;

/// How many splits of a word are compared with the catalog: those whose rarest part is the commonest.
const TRIED: usize = 2;

/// How many of the best products are read to see whether one writes the parts side by side.
const READ: usize = 8;

/// To look a word up takes as long as to walk through so many words of the dictionary; to read a product, as so many entries of a list.
const LOOKUP: usize = 8;
const READING: usize = 400;

/// A way to split a word whose parts the catalog has.
struct Split<'t, 'c> {
    parts: Vec<&'t str>,
    /// The lists of the parts, the shortest first.
    lists: Vec<Postings<'c>>,
}

/// The products with all parts of a word, in order, each with its score; none if no product writes them side by side. One of so many
/// words that wait for a share of the budget.
pub(super) fn products(catalog: &Catalog, word: &str, budget: &Budget, waiting: usize) -> Vec<(u32, u32)> {
    let has_letter = !word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !(SHORTEST..=LONGEST).contains(&word.len()) || !has_letter || scripts::is_unspaced(word) {
        return Vec::new();
    }
    let share = budget.share(waiting);
    let mut used = Share { walk: 0, terms: 0, entries: 0 };
    let mut splits = splits(catalog, word, &share, &mut used);
    // Of equal ones the first, so that every host takes the same.
    let weight = |split: &Split<'_, '_>| split.lists.first().map_or(0, |list| list.count);
    sort_few(&mut splits, |left, right| weight(left) > weight(right));
    let mut found = Vec::new();
    for split in splits.iter().take(TRIED) {
        let cost = split.cost();
        if used.entries.saturating_add(cost) > share.entries || !budget.allows(cost) {
            continue;
        }
        used.entries = used.entries.saturating_add(cost);
        budget.spend(cost);
        let products = split.products();
        let reading = products.len().min(READ).saturating_mul(READING);
        if !budget.allows(reading) {
            break;
        }
        budget.spend(reading);
        if split.is_written(catalog, &products) {
            found = products;
            break;
        }
    }
    budget.settle(&share, &used);
    found
}

/// The products with all of these words, in order, each with its score; none where the budget has no room for them.
pub(super) fn together(catalog: &Catalog, words: Vec<&str>, budget: &Budget) -> Vec<(u32, u32)> {
    let list = |word: &&str| term_of(catalog, word).and_then(|term| catalog.postings(term));
    let Some(mut lists) = words.iter().map(list).collect::<Option<Vec<_>>>() else { return Vec::new() };
    sort_few(&mut lists, |left, right| left.count < right.count);
    let split = Split { parts: words, lists };
    let cost = split.cost();
    if !budget.allows(cost) {
        return Vec::new();
    }
    budget.spend(cost);
    split.products()
}

/// The splits of a word whose parts the catalog has.
fn splits<'t, 'c>(catalog: &'c Catalog, word: &'t str, share: &Share, used: &mut Share) -> Vec<Split<'t, 'c>> {
    let mut found = Vec::new();
    let borders =
        word.char_indices().skip(1).filter_map(|(border, _)| Some(<[&str; 2]>::from(word.split_at_checked(border)?)));
    let meeting = at_digits(word);
    let meeting = (meeting.len() > 2).then_some(meeting);
    for parts in borders.map(Vec::from).filter(|parts| are_parts(parts)).chain(meeting) {
        let mut lists = Vec::with_capacity(parts.len());
        for part in &parts {
            used.walk = used.walk.saturating_add(LOOKUP);
            if used.walk > share.walk {
                used.walk = share.walk;
                return found;
            }
            let list = term_of(catalog, part).and_then(|term| catalog.postings(term)).filter(|list| list.count > 0);
            let Some(list) = list else { break };
            lists.push(list);
        }
        if lists.len() == parts.len() {
            sort_few(&mut lists, |left, right| left.count < right.count);
            found.push(Split { parts, lists });
        }
    }
    found
}

/// Whether a word may consist of these parts: none is a single letter, and no number is torn apart.
fn are_parts(parts: &[&str]) -> bool {
    let is_digit =
        |character: Option<char>| character.is_some_and(|character| character.is_ascii_digit() || character == '.');
    let is_long = |part: &&str| part.chars().count() >= PART || is_digit(part.chars().next());
    let [left, right] = parts else { return false };
    parts.iter().all(is_long) && !(is_digit(left.chars().next_back()) && is_digit(right.chars().next()))
}

/// A word cut where letters and digits meet; as it is, if that makes too many parts.
fn at_digits(word: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|other: char| other.is_ascii_digit() != first.is_ascii_digit()).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        parts.push(part);
        rest = after;
        if parts.len() > PARTS {
            return Vec::new();
        }
    }
    parts
}

impl Split<'_, '_> {
    /// The entries that are gone through.
    fn cost(&self) -> usize {
        let (first, others) =
            (self.lists.first().map_or(0, |list| list.count), self.lists.get(1..).unwrap_or_default());
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        others.iter().fold(first, |sum, list| sum.saturating_add(list.comparing(first)))
    }

    /// The products with all parts, in order, each with its score.
    fn products(&self) -> Vec<(u32, u32)> {
        let Some((rarest, others)) = self.lists.split_first() else { return Vec::new() };
        let mut products = rarest.scored(rarest.scale * LONGER);
        for list in others {
            let unit = list.scale * LONGER;
            list.retain(&mut products, |score, impact| score.saturating_add(u32::from(impact) * unit));
        }
        products
    }

    /// Whether one of the best products writes the parts side by side.
    fn is_written(&self, catalog: &Catalog, products: &[(u32, u32)]) -> bool {
        best(products.iter().copied(), READ).into_iter().any(|(position, _)| {
            catalog
                .product_at(position)
                .is_some_and(|product| [&product.name, &product.description].into_iter().any(|text| self.is_in(text)))
        })
    }

    fn is_in(&self, text: &str) -> bool {
        self.is_in_folded(&fold(text)) || umlauts::spelled_out(text).is_some_and(|spelled| self.is_in_folded(&spelled))
    }

    fn is_in_folded(&self, folded: &str) -> bool {
        let (mut met, mut is_found) = (0, false);
        tokens::each(folded, |word| {
            let is = |part: Option<&&str>| part.is_some_and(|part| plurals::stem(part) == plurals::stem(word));
            met = if is(self.parts.get(met)) { met + 1 } else { usize::from(is(self.parts.first())) };
            if met == self.parts.len() {
                (met, is_found) = (0, true);
            }
        });
        is_found
    }
}
