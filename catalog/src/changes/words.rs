//! The words of changed texts, laid over those of the base: which lists of products change, which terms and words are new.

use xxhash_rust::xxh3::xxh3_64;

use crate::changes::Change;
use crate::index::catalog::Catalog;
use crate::index::dictionary::{self, Entry};
use crate::index::format::Section;
use crate::index::impact::{Scoring, Statistics};
use crate::index::postings::{bits_left_out, write_list};
use crate::model::product::Product;
use crate::search::ranking::{Key, apart, pair, sort};
use crate::text::occurrences::{Lengths, Lexicon, Occurrences, Reading, Searched, said_only};
use crate::text::tokens;

/// What changed texts change of what is searched.
#[derive(Default)]
pub(super) struct Words {
    /// Lists that differ from those of the base, in the order of their terms; those of new terms come last.
    pub(super) lists: Vec<(u32, Vec<u8>)>,
    /// How many terms are new.
    pub(super) new_terms: u32,
    /// The whole dictionary, if it has new words.
    pub(super) dictionary: Option<dictionary::Writer>,
}

/// How many words are remembered; the words of many texts are the same few thousand.
const REMEMBERED: usize = 4096;

/// The most words that changes may bring. More are another base.
const NEW_LIMIT: usize = 20_000;

/// The words of the base as they are asked for, and new ones.
struct Known<'c> {
    base: &'c Catalog,
    /// Words that were looked up, each in the place that its hash names, with its term if there is one.
    remembered: Vec<(Vec<u8>, Option<u32>)>,
    /// Those that the base lacks, in order.
    new: Vec<(Vec<u8>, u32)>,
    /// The number of the next new term.
    next: u32,
}

impl Known<'_> {
    fn find(&mut self, word: &[u8]) -> Option<u32> {
        let place = usize::try_from(xxh3_64(word) % 4096).unwrap_or_default();
        let slot = self.remembered.get_mut(place)?;
        if slot.0 == word && slot.1.is_some() {
            return slot.1;
        }
        let term = self.base.dictionary().term(word).or_else(|| self.place(word).ok().map(|(_, term)| term));
        if let Some(slot) = self.remembered.get_mut(place) {
            *slot = (word.to_vec(), term);
        }
        term
    }

    /// Where a new word is, with its term, or where it belongs.
    fn place(&self, word: &[u8]) -> Result<(usize, u32), usize> {
        let place = self.new.partition_point(|(other, _)| other.as_slice() < word);
        match self.new.get(place) {
            Some((other, term)) if other == word => Ok((place, *term)),
            _ => Err(place),
        }
    }

    fn add(&mut self, word: &[u8], term: u32) {
        if let Err(place) = self.place(word)
            && self.new.len() <= NEW_LIMIT
        {
            self.new.insert(place, (word.to_vec(), term));
        }
    }
}

impl Lexicon for Known<'_> {
    fn term(&mut self, word: &str) -> u32 {
        let stem = tokens::stem(word);
        let number = self.find(stem.as_bytes()).unwrap_or_else(|| {
            let new = self.next;
            self.add(stem.as_bytes(), new);
            self.next = new.saturating_add(1);
            new
        });
        if stem != word && self.find(word.as_bytes()).is_none() {
            self.add(word.as_bytes(), number);
        }
        number
    }

    fn is_written(&self, joined: &str) -> bool {
        self.base.dictionary().entry(joined.as_bytes()).is_some_and(|entry| entry.is_written)
    }
}

impl Words {
    /// Reads the changed texts. `None` if the base is damaged.
    pub(super) fn of(base: &Catalog, changes: &[Change<'_>]) -> Option<Words> {
        if changes.iter().all(|change| change.texts.is_none()) {
            return Some(Words::default());
        }
        let terms = base.counts().terms;
        let scoring = Scoring::new(Statistics::read(base.count(), base.bytes(Section::Statistics))?);
        let mut known = Known { base, remembered: vec![(Vec::new(), None); REMEMBERED], new: Vec::new(), next: terms };
        // Of each edit of a list the term, the position and the impact; 0 where the product leaves the list.
        let mut edits: Vec<Key> = Vec::new();
        let mut new: Vec<Vec<(u32, Occurrences, Lengths)>> = Vec::new();
        for (position, texts) in changes.iter().filter_map(|change| Some((change.position, change.texts?))) {
            let product = base.product_at(position)?;
            let before = Reading::of(searched(&product), &mut known);
            let after = Searched { name: texts.name, category: product.category, description: texts.description };
            let after = Reading::of(after, &mut known);
            let mut edit = |term: u32, impact: u8| edits.push(Key::from(term) << 64 | pair(position, impact.into()));
            for (term, _) in before.own.iter().filter(|(term, _)| after.get(*term).is_none()) {
                edit(*term, 0);
            }
            for (term, occurrences) in &after.own {
                if let Some(place) = term.checked_sub(terms).and_then(|place| usize::try_from(place).ok()) {
                    new.resize_with(new.len().max(place + 1), Vec::new);
                    new.get_mut(place)?.push((position, *occurrences, after.lengths));
                    continue;
                }
                let postings = base.postings(*term)?;
                let is_found = occurrences.is_said() || is_label(base, *term, &mut known);
                let impact = scoring.impact(postings.count, postings.scale, occurrences, after.lengths);
                edit(*term, if is_found { impact } else { 0 });
            }
        }
        if known.new.len() > NEW_LIMIT {
            return None;
        }
        sort(&mut edits);
        let mut lists = Vec::new();
        let mut rest = edits.as_slice();
        while let Some(term) = rest.first().and_then(|key| u32::try_from(key >> 64).ok()) {
            let count = rest.partition_point(|key| key >> 64 == Key::from(term));
            let (own, others) = rest.split_at_checked(count)?;
            lists.push((term, edited(base, term, own)?));
            rest = others;
        }
        for (number, list) in (terms..).zip(&mut new) {
            said_only(list);
            lists.push((number, new_list(&scoring, list, base.len())));
        }
        Some(Words {
            lists,
            new_terms: known.next.saturating_sub(terms),
            dictionary: (!known.new.is_empty()).then(|| merged(base, &known.new)),
        })
    }
}

fn searched<'a>(product: &'a Product<'_>) -> Searched<'a> {
    Searched { name: &product.name, category: product.category, description: &product.description }
}

/// Whether a term of the base names properties alone, so that its list has all products where it does; another list has none of
/// these. One product tells.
fn is_label(base: &Catalog, term: u32, known: &mut Known<'_>) -> bool {
    let first = base.postings(term).and_then(|postings| base.product_at(postings.first()?));
    first.is_some_and(|product| {
        let own = Reading::of(searched(&product), known);
        own.get(term).is_some_and(|occurrences| !occurrences.is_said())
    })
}

/// A list of the base with edits, which are in order.
fn edited(base: &Catalog, term: u32, edits: &[Key]) -> Option<Vec<u8>> {
    let postings = base.postings(term)?;
    let left_out = bits_left_out(postings.scale);
    let mut entries: Vec<(u32, u8)> =
        Vec::with_capacity(usize::try_from(postings.count).ok()?.checked_add(edits.len())?);
    let mut edits = edits.iter().map(|key| apart(*key)).peekable();
    let push = |entries: &mut Vec<(u32, u8)>, (position, impact): (u32, u32)| {
        if let Some(impact) = u8::try_from(impact).ok().filter(|impact| *impact > 0) {
            entries.push((position, impact));
        }
    };
    postings.each(|position, impact| {
        while let Some(edit) = edits.next_if(|(edited, _)| *edited < position) {
            push(&mut entries, edit);
        }
        let edit = edits.next_if(|(edited, _)| *edited == position);
        push(&mut entries, edit.unwrap_or((position, u32::from(impact >> left_out))));
    });
    edits.for_each(|edit| push(&mut entries, edit));
    Some(write_list(postings.scale, &entries, base.len()))
}

/// The list of a term that no product of the base has.
fn new_list(scoring: &Scoring, list: &[(u32, Occurrences, Lengths)], products: usize) -> Vec<u8> {
    let having = u32::try_from(list.len()).unwrap_or(u32::MAX);
    let scale = scoring.scale(having, list.iter().map(|(_, occurrences, lengths)| (occurrences, lengths)));
    let impact = |(position, occurrences, lengths): &(u32, Occurrences, Lengths)| {
        (*position, scoring.impact(having, scale, occurrences, *lengths))
    };
    write_list(scale, &list.iter().map(impact).collect::<Vec<_>>(), products)
}

/// The dictionary of the base with new words.
fn merged(base: &Catalog, new: &[(Vec<u8>, u32)]) -> dictionary::Writer {
    let mut writer = dictionary::Writer::default();
    let mut walk = base.dictionary().from(b"");
    let mut new = new.iter().map(|(word, term)| (word, Entry { term: *term, is_written: false })).peekable();
    while let Some((word, entry)) = walk.next_entry() {
        while let Some((before, entry)) = new.next_if(|(other, _)| other.as_slice() < word) {
            writer.push(before, entry);
        }
        writer.push(word, entry);
    }
    new.for_each(|(word, entry)| writer.push(word, entry));
    writer
}
