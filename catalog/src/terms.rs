//! From a text to the products that it finds: exactly, by the beginning of a word, or with a typing error; with all of its words,
//! or with at least half of them. Scores are sums of impacts that were worked out when the index was built.

use crate::catalog::Catalog;
use crate::fold::fold;
use crate::fuzzy::{distance, edits_allowed};
use crate::postings::Postings;
use crate::ranking::{Key, apart, pair, sort, sort_window};
use crate::tokens;

/// Most words of a text that are searched for; a text of 200 characters rarely has more, and what comes after adds nothing.
const WORDS_LIMIT: usize = 16;

/// Most terms that the beginning of a word, or a misspelt word, stands for: those that most products have.
const TERMS_LIMIT: usize = 64;

/// Most words of the dictionary that are looked at for them.
const WALK_LIMIT: usize = 20_000;

/// The lists of so few terms are merged; of more, each product's score is looked up in a table of the whole catalog.
const FEW_TERMS: usize = 4;

/// What a term counts, in quarters: exactly what was typed, a longer word when there is no such word, a longer word beside it, a
/// word with one edit, with two.
const EXACT: u32 = 4;
const LONGER: u32 = 2;
const BESIDE: u32 = 1;
const ONE_EDIT: u32 = 2;
const TWO_EDITS: u32 = 1;

/// Products with all words of a text fill a page. Where they do not, those with half of them or more follow them up to this number.
const FILL: usize = 12;

/// Added to the score of a product with all words; more than the impacts of all words together.
const WHOLE: u32 = 1 << 27;

/// Added to the score of a product whose id or name is the text.
const SAME: u32 = 1 << 28;

/// The products that a text finds, in id order, each with its score.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Position and score; those that lack a word of the text score less than all others.
    pub(crate) products: Vec<(u32, u32)>,
}

/// Whether a product with this score lacks a word of the text.
pub(crate) fn is_partial(score: u32) -> bool {
    score < WHOLE
}

/// A word of the text with the terms that it stands for.
struct Word<'a> {
    typed: &'a str,
    terms: Vec<Term<'a>>,
}

struct Term<'a> {
    number: u32,
    postings: Postings<'a>,
    weight: u32,
    /// What one unit of an impact scores.
    unit: u32,
}

/// Finds the products for a text. One that is still being typed may end in the middle of a word.
pub(crate) fn find(catalog: &Catalog, text: &str, is_typed: bool) -> Found {
    let folded = fold(text);
    let mut typed: Vec<&str> = Vec::new();
    let mut last = None;
    tokens::each(&folded, |word| {
        if typed.len() < WORDS_LIMIT && !typed.contains(&word) {
            typed.push(word);
        }
        last = Some(word);
    });
    let mut words: Vec<Word<'_>> = typed.iter().map(|word| Word::of(catalog, word)).collect();
    add_joined(catalog, &mut words);
    // A word is the beginning of one only while nothing stands behind it.
    let open = last.filter(|word| folded.ends_with(word));
    if is_typed {
        extend(catalog, &mut words, open);
    }
    let mut found = with_all(catalog, &mut words);
    // What was meant may be longer than what was typed, if that finds little. Beside other words it has to find nothing: a product
    // with most of the words is nearer to what was meant then.
    let finds_little = if words.len() > 1 { found.products.is_empty() } else { found.products.len() < FILL };
    if !is_typed && finds_little && extend(catalog, &mut words, open) {
        found = with_all(catalog, &mut words);
    }
    if found.products.is_empty() {
        let before: usize = words.iter().map(|word| word.terms.len()).sum();
        for word in &mut words {
            word.add_misspelt(catalog);
        }
        if words.iter().map(|word| word.terms.len()).sum::<usize>() > before {
            found = with_all(catalog, &mut words);
        }
    }
    if found.products.len() < FILL && words.len() > 1 {
        fill(catalog, &mut found, &words);
    }
    mark_same(catalog, &mut found, text, &folded);
    found
}

/// Lets neighbours stand for the one word that they may be written as, too: who types `note book` means notebooks as well.
fn add_joined<'a>(catalog: &'a Catalog, words: &mut [Word<'a>]) {
    for first in 0..words.len() {
        let Some([before, word]) = words.get_mut(first..).and_then(|rest| rest.first_chunk_mut()) else { return };
        if let Some(term) = term_of(catalog, &[before.typed, word.typed].concat()) {
            before.add(catalog, &[(term, LONGER)]);
            word.add(catalog, &[(term, LONGER)]);
        }
    }
}

/// The term of a word, by the word itself or by the form that it shares with its plural.
fn term_of(catalog: &Catalog, word: &str) -> Option<u32> {
    let dictionary = catalog.dictionary();
    dictionary.term(word.as_bytes()).or_else(|| dictionary.term(tokens::stem(word).as_bytes()))
}

/// Lets a word stand for those that begin with it, too. Returns whether there are any.
fn extend<'a>(catalog: &'a Catalog, words: &mut [Word<'a>], open: Option<&str>) -> bool {
    let word = words.iter_mut().find(|word| Some(word.typed) == open);
    word.is_some_and(|word| word.add_longer(catalog))
}

impl<'a> Word<'a> {
    fn of(catalog: &'a Catalog, typed: &'a str) -> Self {
        let mut word = Word { typed, terms: Vec::new() };
        word.add(catalog, term_of(catalog, typed).map(|term| (term, EXACT)).as_slice());
        if word.terms.is_empty() {
            word.add_longer(catalog);
        }
        if word.terms.is_empty() {
            word.add_misspelt(catalog);
        }
        word
    }

    /// Adds the words that begin with it. Returns whether there are any.
    fn add_longer(&mut self, catalog: &'a Catalog) -> bool {
        let before = self.terms.len();
        let (typed, weight) = (self.typed.as_bytes(), if before == 0 { LONGER } else { BESIDE });
        self.add_like(catalog, typed, |found| found.starts_with(typed).then_some(weight));
        self.terms.len() > before
    }

    /// Adds the words that differ by a typing error. The first letter is hardly ever one, and numbers are not misspelt.
    fn add_misspelt(&mut self, catalog: &'a Catalog) {
        let typed = self.typed;
        let allowed = edits_allowed(typed.len());
        let Some(first) = typed.chars().next().filter(|first| allowed > 0 && !first.is_ascii_digit()) else { return };
        let first = typed.get(..first.len_utf8()).unwrap_or_default().as_bytes();
        let before = self.terms.len();
        self.add_like(catalog, first, |found| match distance(typed.as_bytes(), found, allowed) {
            Some(1) => Some(ONE_EDIT),
            Some(2) => Some(TWO_EDITS),
            _ => None,
        });
        // A rare word is likely to be a typing error itself, and no nearer to what was meant than the common one.
        let added = self.terms.get_mut(before..).unwrap_or_default();
        let commonest = added.iter().max_by_key(|term| term.postings.count).map_or(0, |term| term.postings.scale);
        for term in added {
            term.unit = term.unit.min(commonest * term.weight);
        }
    }

    /// Adds the words of the dictionary with a beginning, as `weigh` weighs them.
    fn add_like(&mut self, catalog: &'a Catalog, beginning: &[u8], weigh: impl Fn(&[u8]) -> Option<u32>) {
        let mut walk = catalog.dictionary().from(beginning);
        let mut like: Vec<(u32, u32)> = Vec::new();
        for _ in 0..WALK_LIMIT {
            match walk.next() {
                Some((found, term)) if found.starts_with(beginning) => {
                    like.extend(weigh(found).map(|weight| (term, weight)));
                }
                _ => break,
            }
        }
        self.add(catalog, &like);
    }

    /// Adds terms that it does not have yet.
    fn add(&mut self, catalog: &'a Catalog, terms: &[(u32, u32)]) {
        // The weightier one of equal terms first.
        let mut keys: Vec<Key> = terms.iter().map(|(term, weight)| pair(*term, !*weight)).collect();
        sort(&mut keys);
        let mut terms: Vec<(u32, u32)> = keys.into_iter().map(apart).map(|(term, weight)| (term, !weight)).collect();
        terms.dedup_by_key(|(term, _)| *term);
        terms.retain(|(term, _)| self.terms.iter().all(|known| known.number != *term));
        // A rare word that only resembles what was typed is worth no more than a common one that is it.
        let most = self.terms.iter().map(|term| term.postings.scale).max().unwrap_or(u32::MAX);
        let read = |(number, weight)| {
            // Changes of products may leave a term without any.
            let postings = catalog.postings(number).filter(|postings| postings.count > 0)?;
            Some(Term { number, postings, weight, unit: postings.scale.min(most) * weight })
        };
        self.terms.extend(terms.into_iter().filter_map(read));
        if self.terms.len() > TERMS_LIMIT {
            let key = |term: &Term<'_>| pair(!term.weight, !term.postings.count);
            let mut keys: Vec<Key> = self.terms.iter().map(key).collect();
            sort(&mut keys);
            let last = keys.get(TERMS_LIMIT - 1).copied().unwrap_or(Key::MAX);
            self.terms.retain(|term| key(term) <= last);
            self.terms.truncate(TERMS_LIMIT);
        }
    }

    /// At most this many products have the word.
    fn count(&self) -> u32 {
        self.terms.iter().fold(0, |sum, term| sum.saturating_add(term.postings.count))
    }

    /// The products that have the word, in order, each with its score.
    fn products(&self, catalog: &Catalog) -> Vec<(u32, u32)> {
        let count = usize::try_from(self.count()).unwrap_or(usize::MAX);
        if self.terms.len() <= FEW_TERMS && count < catalog.len() {
            return self.terms.iter().map(Term::products).reduce(union).unwrap_or_default();
        }
        let mut products = Vec::with_capacity(count.min(catalog.len()));
        products.extend((0_u32..).zip(self.scores(catalog.len())).filter(|(_, score)| *score > 0));
        products
    }

    /// Those of some products that have the word, in order, each with its score.
    fn among(&self, candidates: &[(u32, u32)], catalog: &Catalog) -> Vec<(u32, u32)> {
        if self.terms.len() <= FEW_TERMS {
            return self.terms.iter().map(|term| term.among(candidates)).reduce(union).unwrap_or_default();
        }
        let scores = self.scores(catalog.len());
        let score = |position: u32| scores.get(usize::try_from(position).ok()?).copied().filter(|score| *score > 0);
        candidates.iter().filter_map(|(position, _)| Some((*position, score(*position)?))).collect()
    }

    /// The score of each product of the catalog for this word, 0 for those without it.
    fn scores(&self, products: usize) -> Vec<u32> {
        let mut scores = vec![0_u32; products];
        for term in &self.terms {
            term.postings.each(|position, impact| {
                let score = u32::from(impact) * term.unit;
                if let Some(slot) = usize::try_from(position).ok().and_then(|place| scores.get_mut(place)) {
                    *slot = (*slot).max(score);
                }
            });
        }
        scores
    }
}

impl Term<'_> {
    /// The products that have the term, in order, each with its score.
    fn products(&self) -> Vec<(u32, u32)> {
        let mut products = Vec::with_capacity(usize::try_from(self.postings.count).unwrap_or_default());
        self.postings.each(|position, impact| products.push((position, u32::from(impact) * self.unit)));
        products
    }

    /// Those of some products that have the term, in order, each with its score.
    fn among(&self, candidates: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let mut products = candidates.to_vec();
        self.postings.retain(&mut products, |_, impact| u32::from(impact) * self.unit);
        products
    }
}

/// The products of two lists, in order, each with the higher of its scores.
fn union(left: Vec<(u32, u32)>, right: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    if right.is_empty() {
        return left;
    }
    let mut both = Vec::with_capacity(left.len() + right.len());
    let mut right = right.into_iter().peekable();
    for (position, score) in left {
        while let Some(before) = right.next_if(|(other, _)| *other < position) {
            both.push(before);
        }
        let other = right.next_if(|(other, _)| *other == position).map_or(0, |(_, score)| score);
        both.push((position, score.max(other)));
    }
    both.extend(right);
    both
}

/// The products with all words.
fn with_all(catalog: &Catalog, words: &mut [Word<'_>]) -> Found {
    let mut found = Found::default();
    // The rarest word first: what it does not find is never looked at.
    for place in 0..words.len() {
        let rarest =
            words.iter().enumerate().skip(place).min_by_key(|(_, word)| word.count()).map(|(rarest, _)| rarest);
        words.swap(place, rarest.unwrap_or(place));
    }
    let Some((rarest, others)) = words.split_first() else { return found };
    found.products = rarest.products(catalog);
    for (_, score) in &mut found.products {
        *score += WHOLE;
    }
    for word in others {
        if let [only] = word.terms.as_slice() {
            let unit = only.unit;
            only.postings.retain(&mut found.products, |score, impact| score.saturating_add(u32::from(impact) * unit));
            continue;
        }
        let mut having = word.among(&found.products, catalog).into_iter();
        found.products.retain_mut(|(position, score)| {
            // Both are in order, and what has the word is among what was found.
            let own = having.as_slice().first().filter(|(other, _)| other == position).map(|(_, own)| *own);
            if let Some(own) = own {
                having.next();
                *score = score.saturating_add(own);
            }
            own.is_some()
        });
    }
    found
}

/// Adds the best of the products that have half of the words or more, until there are enough.
fn fill(catalog: &Catalog, found: &mut Found, words: &[Word<'_>]) {
    // Of each product the sum of its scores, and above it how many of the words it has.
    let mut slots = vec![0_u32; catalog.len()];
    let slot_of = |position: u32| usize::try_from(position).unwrap_or(usize::MAX);
    for word in words {
        for (position, own) in word.products(catalog) {
            if let Some(slot) = slots.get_mut(slot_of(position)) {
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
    let least = u32::try_from(words.len().div_ceil(2)).unwrap_or(u32::MAX).saturating_mul(WHOLE);
    let partial = (0_u32..).zip(slots).filter(|(_, slot)| *slot >= least);
    // With none that has all words these are the answer; otherwise they only make up the page.
    let mut keys: Vec<Key> = partial.map(|(position, slot)| pair(!(slot % WHOLE), position)).collect();
    let wanted = if found.products.is_empty() { keys.len() } else { FILL.saturating_sub(found.products.len()) };
    let partial =
        sort_window(&mut keys, 0, wanted).iter().map(|key| apart(*key)).map(|(score, position)| (position, !score));
    let mut all: Vec<Key> =
        found.products.iter().copied().chain(partial).map(|(position, score)| pair(position, score)).collect();
    sort(&mut all);
    found.products = all.into_iter().map(apart).collect();
}

/// Puts first what the text names: a product by its id, or by the whole of its name.
fn mark_same(catalog: &Catalog, found: &mut Found, text: &str, folded: &str) {
    let same = catalog.position(text).into_iter().chain(catalog.named(folded));
    for position in same {
        match found.products.binary_search_by_key(&position, |(position, _)| *position) {
            Ok(place) => {
                if let Some((_, score)) = found.products.get_mut(place) {
                    *score |= SAME;
                }
            }
            Err(place) => found.products.insert(place, (position, SAME | WHOLE)),
        }
    }
}
