//! A word of a text, and the terms of the index that it stands for: itself, words that begin with it, words that it misspells. Finds
//! the products of one word; `combine.rs` puts those of several words together.

use super::budget::{Budget, Share};
use super::lists::{keep, merge, union};
use crate::index::catalog::Catalog;
use crate::index::postings::{Postings, having_scores};
use crate::search::ranking::{Key, apart, pair, sort};
use crate::text::fuzzy::{Misspelling, edits_allowed};
use crate::text::{plurals, scripts};

/// Half of a catalog begins with a word of so few bytes.
const SHORT: usize = 2;

/// The weight of a word that the merchant names for the typed one.
pub(super) const SYNONYM: u32 = 3;

/// How many neighbours may be written as one word.
const JOINED: [usize; 2] = [2, 3];

/// The weight of a term, in quarters: exactly the typed word, a longer word when there is no such word, a longer word beside it, a
/// word with one edit, with two.
const EXACT: u32 = 4;
pub(super) const LONGER: u32 = 2;
const BESIDE: u32 = 1;
const ONE_EDIT: u32 = 2;
const TWO_EDITS: u32 = 1;

/// A word of the text with the terms that it stands for.
pub(super) struct Word<'a> {
    pub(super) typed: &'a str,
    pub(super) terms: Vec<Term<'a>>,
    /// The products of several words that stand for it, in order, each with its score.
    split: Vec<(u32, u32)>,
    /// Whether longer words, and misspelt ones, have been looked for.
    is_extended: bool,
    is_respelt: bool,
    /// The products of all terms, where they have been put together, each with its score.
    products: Option<Vec<(u32, u32)>>,
}

pub(super) struct Term<'a> {
    number: u32,
    postings: Postings<'a>,
    weight: u32,
    /// The score of one unit of an impact.
    unit: u32,
}

/// The term of a word, by the word itself or by the form that it shares with its plural.
pub(super) fn term_of(catalog: &Catalog, word: &str) -> Option<u32> {
    let dictionary = catalog.dictionary();
    dictionary.term(word.as_bytes()).or_else(|| dictionary.term(plurals::stem(word).as_bytes()))
}

/// Lets two or three neighbours stand for the one word that they may be written as, too: `note book` means notebooks as well, and `3 in 1`
/// means `3in1`.
pub(super) fn add_joined<'a>(catalog: &'a Catalog, words: &mut [Word<'a>]) {
    for first in 0..words.len() {
        for length in JOINED {
            let Some(joined) = words.get_mut(first..first + length) else { break };
            let word: String = joined.iter().map(|word| word.typed).collect();
            if let Some(term) = term_of(catalog, &word) {
                for word in joined {
                    word.add(catalog, &[(term, LONGER)], None);
                }
            }
        }
    }
}

impl<'a> Word<'a> {
    /// The word as it is written, and in its other spelling.
    pub(super) fn of(catalog: &'a Catalog, typed: &'a str, spelled: Option<&str>) -> Self {
        let (terms, split) = (Vec::new(), Vec::new());
        let mut word = Word { typed, terms, split, is_extended: false, is_respelt: false, products: None };
        for spelling in [Some(typed), spelled].into_iter().flatten() {
            word.add(catalog, term_of(catalog, spelling).map(|term| (term, EXACT)).as_slice(), None);
        }
        word
    }

    /// Adds the products of several words that stand for it, which are in order. Returns whether there are any.
    pub(super) fn add_products(&mut self, products: &[(u32, u32)]) -> bool {
        self.products = None;
        self.split = union(core::mem::take(&mut self.split), products.to_vec());
        !products.is_empty()
    }

    /// Whether no product has it, whole or split.
    pub(super) fn is_unknown(&self) -> bool {
        self.terms.is_empty() && self.split.is_empty()
    }

    /// Whether half of a catalog is likely to begin with it.
    pub(super) fn is_short(&self) -> bool {
        self.typed.len() <= SHORT
    }

    /// Whether no product has it and nothing else was looked for in its place.
    pub(super) fn is_surplus(&self) -> bool {
        self.is_unknown() && !self.is_extended
    }

    /// Adds the words that begin with it, as one of so many words that wait for a share. Returns whether there are any.
    pub(super) fn add_longer(&mut self, catalog: &'a Catalog, budget: &Budget, waiting: usize) -> bool {
        let before = self.terms.len();
        if !core::mem::replace(&mut self.is_extended, true) {
            let (typed, weight) = (self.typed.as_bytes(), if before == 0 { LONGER } else { BESIDE });
            self.add_like(catalog, budget, waiting, typed, |found| found.starts_with(typed).then_some(weight));
        }
        self.terms.len() > before
    }

    /// Adds the words that differ by a typing error. The first letter is hardly ever one, and numbers are not misspelt. Returns
    /// whether there are any.
    pub(super) fn add_misspelt(&mut self, catalog: &'a Catalog, budget: &Budget, waiting: usize) -> bool {
        let typed = self.typed;
        let allowed = edits_allowed(typed.len());
        let is_spelled = allowed > 0 && !scripts::is_unspaced(typed);
        let first = typed.chars().next().filter(|first| is_spelled && !first.is_ascii_digit());
        let (Some(first), false) = (first, core::mem::replace(&mut self.is_respelt, true)) else { return false };
        let first = typed.get(..first.len_utf8()).unwrap_or_default().as_bytes();
        let before = self.terms.len();
        let mut misspelling = Misspelling::of(typed.as_bytes(), allowed);
        self.add_like(catalog, budget, waiting, first, |found| match misspelling.distance(found) {
            Some(1) => Some(ONE_EDIT),
            Some(2) => Some(TWO_EDITS),
            _ => None,
        });
        // A rare word is likely to be a typing error itself, and no nearer to the intended word than the common one.
        let added = self.terms.get_mut(before..).unwrap_or_default();
        let commonest = added.iter().max_by_key(|term| term.postings.count).map_or(0, |term| term.postings.scale);
        for term in added {
            term.unit = term.unit.min(commonest * term.weight);
        }
        self.terms.len() > before
    }

    /// Adds the words of the dictionary with a beginning, as `weigh` weighs them.
    fn add_like(
        &mut self,
        catalog: &'a Catalog,
        budget: &Budget,
        waiting: usize,
        beginning: &[u8],
        mut weigh: impl FnMut(&[u8]) -> Option<u32>,
    ) {
        let share = budget.share(waiting);
        let mut walk = catalog.dictionary().from(beginning);
        let mut like: Vec<(u32, u32)> = Vec::new();
        let mut walked = 0;
        while walked < share.walk {
            walked += 1;
            match walk.next() {
                Some((found, term)) if found.starts_with(beginning) => {
                    like.extend(weigh(found).map(|weight| (term, weight)));
                }
                _ => break,
            }
        }
        self.add_shared(catalog, budget, &share, walked, &like);
    }

    /// Adds as many terms as a share has room for, and pays for them and for the words that were walked through.
    pub(super) fn add_shared(
        &mut self,
        catalog: &'a Catalog,
        budget: &Budget,
        share: &Share,
        walked: usize,
        like: &[(u32, u32)],
    ) {
        let (terms, entries) = (self.terms.len(), self.entries());
        self.add(catalog, like, Some(share));
        let used = Share {
            walk: walked,
            terms: self.terms.len().saturating_sub(terms),
            entries: self.entries().saturating_sub(entries),
        };
        budget.settle(share, &used);
    }

    /// Adds terms that it does not have yet: all of them, or as many as a share has room for.
    fn add(&mut self, catalog: &'a Catalog, terms: &[(u32, u32)], share: Option<&Share>) {
        // The weightier one of equal terms first.
        let mut keys: Vec<Key> = terms.iter().map(|(term, weight)| pair(*term, !*weight)).collect();
        sort(&mut keys);
        let mut terms: Vec<(u32, u32)> = keys.into_iter().map(apart).map(|(term, weight)| (term, !weight)).collect();
        terms.dedup_by_key(|(term, _)| *term);
        terms.retain(|(term, _)| self.terms.iter().all(|known| known.number != *term));
        // A rare word that only resembles the typed one is worth no more than a common one that is it.
        let most = self.terms.iter().map(|term| term.postings.scale).max().unwrap_or(u32::MAX);
        let read = |(number, weight)| {
            // Changes of products may leave a term without any.
            let postings = catalog.postings(number).filter(|postings| postings.count > 0)?;
            Some(Term { number, postings, weight, unit: postings.scale.min(most) * weight })
        };
        let mut added: Vec<Term<'a>> = terms.into_iter().filter_map(read).collect();
        if let Some(share) = share {
            keep_best(&mut added, share);
        }
        if !added.is_empty() {
            self.products = None;
        }
        self.terms.extend(added);
    }

    /// At most this many products have the word.
    pub(super) fn count(&self) -> u32 {
        let split = u32::try_from(self.split.len()).unwrap_or(u32::MAX);
        self.terms.iter().fold(split, |sum, term| sum.saturating_add(term.postings.count))
    }

    /// How many entries its lists have.
    fn entries(&self) -> usize {
        usize::try_from(self.count()).unwrap_or(usize::MAX)
    }

    /// The cost of putting its products together: merged two and two, or by a table of the whole catalog.
    pub(super) fn cost(&self, catalog: &Catalog) -> usize {
        match &self.products {
            Some(products) => products.len(),
            None => self.merging().min(self.entries().saturating_add(catalog.len())),
        }
    }

    fn merging(&self) -> usize {
        let rounds = (self.terms.len() + usize::from(!self.split.is_empty())).next_power_of_two().ilog2().max(1);
        self.entries().saturating_mul(usize::try_from(rounds).unwrap_or(usize::MAX))
    }

    /// The products that have the word, in order, each with its score.
    pub(super) fn products(&mut self, catalog: &Catalog, budget: &Budget) -> &[(u32, u32)] {
        budget.spend(self.cost(catalog));
        let products = self.products.take().unwrap_or_else(|| {
            // A table that is mostly full is written and read once, where merging writes every product of a long list twice.
            let is_long = self.entries() > catalog.len() / 2;
            if !is_long && self.merging() <= self.entries().saturating_add(catalog.len()) {
                self.merged()
            } else {
                self.in_table(catalog)
            }
        });
        self.products.insert(products)
    }

    /// The same, of a word that nothing has been compared with yet. An only word of a text keeps no copy: nothing asks for it again.
    pub(super) fn candidates(&mut self, catalog: &Catalog, budget: &Budget, is_only: bool) -> Vec<(u32, u32)> {
        match self.terms.as_slice() {
            // Reading one list again costs no more than keeping a copy of it.
            [only] if self.split.is_empty() => {
                budget.spend(self.entries());
                only.products()
            }
            _ if is_only => {
                self.products(catalog, budget);
                self.products.take().unwrap_or_default()
            }
            _ => self.products(catalog, budget).to_vec(),
        }
    }

    /// Keeps those of some products that have the word, and adds its score to theirs. Returns whether the budget had room for it.
    pub(super) fn retain(&mut self, candidates: &mut Vec<(u32, u32)>, catalog: &Catalog, budget: &Budget) -> bool {
        let each = self.comparing(candidates.len());
        let all = self.cost(catalog).saturating_add(candidates.len());
        if !budget.allows(each.min(all)) {
            return false;
        }
        if each <= all {
            self.compare(candidates, budget);
        } else {
            budget.spend(candidates.len());
            keep(candidates, self.products(catalog, budget));
        }
        true
    }

    /// The same, each product by itself, whether the budget has room for it or not.
    pub(super) fn compare(&self, candidates: &mut Vec<(u32, u32)>, budget: &Budget) {
        budget.spend(self.comparing(candidates.len()));
        if let ([only], []) = (self.terms.as_slice(), self.split.as_slice()) {
            let unit = only.unit;
            only.postings.retain(candidates, |score, impact| score.saturating_add(u32::from(impact) * unit));
        } else {
            let own = merge(self.terms.iter().map(|term| term.among(candidates)).chain(self.split()).collect());
            keep(candidates, &own);
        }
    }

    /// The cost of comparing so many products with each of its lists.
    fn comparing(&self, candidates: usize) -> usize {
        self.terms.iter().fold(self.split.len(), |sum, term| sum.saturating_add(term.postings.comparing(candidates)))
    }

    fn merged(&self) -> Vec<(u32, u32)> {
        merge(self.terms.iter().map(Term::products).chain(self.split()).collect())
    }

    /// The products that write it as several words, as one more list.
    fn split(&self) -> Option<Vec<(u32, u32)>> {
        (!self.split.is_empty()).then(|| self.split.clone())
    }

    /// The products by a table of the whole catalog.
    fn in_table(&self, catalog: &Catalog) -> Vec<(u32, u32)> {
        let mut scores = vec![0_u32; catalog.len()];
        for term in &self.terms {
            term.postings.raise(&mut scores, term.unit);
        }
        for (position, score) in &self.split {
            if let Some(slot) = usize::try_from(*position).ok().and_then(|place| scores.get_mut(place)) {
                *slot = (*slot).max(*score);
            }
        }
        let most = self.entries().min(catalog.len());
        having_scores(scores.into_iter(), most)
    }
}

/// Keeps as many terms as there is room for: the weightiest, and of these the ones that most products have. One is always kept.
fn keep_best(terms: &mut Vec<Term<'_>>, share: &Share) {
    let key = |term: &Term<'_>| Key::from(!term.weight) << 64 | pair(!term.postings.count, term.number);
    let mut keys: Vec<Key> = terms.iter().map(key).collect();
    sort(&mut keys);
    let (mut entries, mut number) = (0_usize, 0);
    keys.retain(|key| {
        let (count, _) = apart(*key);
        let with = entries.saturating_add(usize::try_from(!count).unwrap_or(usize::MAX));
        let is_kept = number < share.terms.max(1) && (number == 0 || with <= share.entries);
        if is_kept {
            (entries, number) = (with, number + 1);
        }
        is_kept
    });
    terms.retain(|term| keys.binary_search(&key(term)).is_ok());
}

impl Term<'_> {
    /// The products that have the term, in order, each with its score.
    fn products(&self) -> Vec<(u32, u32)> {
        self.postings.scored(self.unit)
    }

    /// Those of some products that have the term, in order, each with its score.
    fn among(&self, candidates: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let mut products = candidates.to_vec();
        self.postings.retain(&mut products, |_, impact| u32::from(impact) * self.unit);
        products
    }
}
