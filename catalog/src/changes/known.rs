//! The words of a base as texts are read against it, with the ones that changes bring.

use xxhash_rust::xxh3::xxh3_64;

use crate::index::catalog::Catalog;
use crate::text::forms::Lexicon;
use crate::text::plurals;

/// How many words are remembered; the words of many texts are the same few thousand.
const REMEMBERED: usize = 4096;

/// The most words that changes may bring. More are another base.
const NEW_LIMIT: usize = 20_000;

/// The words of the base as they are asked for, and new ones.
pub(super) struct Known<'c> {
    base: &'c Catalog,
    /// Words that were looked up, each in the place that its hash names, with its term if there is one.
    remembered: Vec<(Vec<u8>, Option<u32>)>,
    /// Those that the base lacks, in order, each with its term.
    pub(super) new: Vec<(Vec<u8>, u32)>,
    /// The number of the next new term.
    pub(super) next: u32,
}

impl<'c> Known<'c> {
    pub(super) fn of(base: &'c Catalog) -> Self {
        let remembered = vec![(Vec::new(), None); REMEMBERED];
        Known { base, remembered, new: Vec::new(), next: base.counts().terms }
    }

    /// Whether the changes bring more words than they may.
    pub(super) fn are_too_many(&self) -> bool {
        self.new.len() > NEW_LIMIT
    }

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
        let stem = plurals::stem(word);
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
