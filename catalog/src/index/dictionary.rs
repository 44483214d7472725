//! The words of the catalog, sorted, each with the term that it belongs to: `mug` and `mugs` are two words of one term.
//! Read where it lies, a block at a time; a word is found by a binary search over the blocks' first words.
//!
//! A block has up to sixteen words, each as
//!
//! ```text
//!   byte  how many bytes it shares with the word before; 0 for the first
//!   byte  how many follow
//!      …  those
//! number  twice the term, plus one if at least two products write the word
//! ```

use crate::index::bytes::Reader;
use crate::index::bytes::push_number;
use crate::index::format::{Column, WORDS_PER_BLOCK};
use crate::text::tokens::WORD_LIMIT;

/// The words.
#[derive(Clone, Copy)]
pub(crate) struct Dictionary<'a> {
    pub(crate) blocks: Column<'a>,
    pub(crate) words: &'a [u8],
}

/// What the dictionary says of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The term that it belongs to.
    pub(crate) term: u32,
    /// Whether it is written often enough that two neighbours that make it up may be taken for it.
    pub(crate) is_written: bool,
}

/// Packs words, which have to come sorted.
#[derive(Default)]
pub(crate) struct Writer {
    /// Where each block starts.
    pub(crate) starts: Vec<u32>,
    pub(crate) bytes: Vec<u8>,
    /// How many words there are so far.
    pub(crate) count: u32,
    before: Vec<u8>,
}

/// Walks the words from one on.
pub(crate) struct Walk<'a> {
    dictionary: Dictionary<'a>,
    next_block: u32,
    reader: Reader<'a>,
    word: Vec<u8>,
}

impl<'a> Dictionary<'a> {
    /// The term of exactly this word.
    pub(crate) fn term(self, word: &[u8]) -> Option<u32> {
        self.entry(word).map(|entry| entry.term)
    }

    /// What is said of exactly this word.
    pub(crate) fn entry(self, word: &[u8]) -> Option<Entry> {
        let mut walk = self.block_of(word);
        for _ in 0..WORDS_PER_BLOCK {
            let (found, entry) = walk.next_entry()?;
            if found >= word {
                return (found == word).then_some(entry);
            }
        }
        None
    }

    /// The words from this one on, whether or not it is among them.
    pub(crate) fn from(self, word: &[u8]) -> Walk<'a> {
        let mut walk = self.block_of(word);
        // Skips what lies before it in its block, which is all of the block at most.
        for _ in 0..=WORDS_PER_BLOCK {
            let (reader, next_block, before) = (walk.reader, walk.next_block, walk.word.clone());
            match walk.next() {
                Some((found, _)) if found < word => {}
                Some(_) => {
                    walk = Walk { reader, next_block, word: before, ..walk };
                    return walk;
                }
                None => return walk,
            }
        }
        walk
    }

    /// The words of the block that a word belongs to, and of all behind it.
    fn block_of(self, word: &[u8]) -> Walk<'a> {
        let (mut low, mut high) = (0_u32, u32::try_from(self.blocks.len()).unwrap_or_default());
        // The last block whose first word is not behind the word.
        while high.saturating_sub(low) > 1 {
            let middle = low + (high - low) / 2;
            if self.first_of(middle).is_some_and(|first| first <= word) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Walk { dictionary: self, next_block: low, reader: Reader(&[]), word: Vec::with_capacity(WORD_LIMIT) }
    }

    /// A block's bytes.
    fn block(self, block: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(self.blocks.get(block)?).ok()?;
        let end = self.blocks.get(block.checked_add(1)?).and_then(|end| usize::try_from(end).ok());
        self.words.get(start..end.unwrap_or(self.words.len()))
    }

    fn first_of(self, block: u32) -> Option<&'a [u8]> {
        let mut reader = Reader(self.block(block)?);
        reader.byte()?;
        let length = usize::from(reader.byte()?);
        reader.take(length)
    }
}

impl Walk<'_> {
    /// The next word and its term; `None` at the end, or where the bytes are damaged.
    pub(crate) fn next(&mut self) -> Option<(&[u8], u32)> {
        self.next_entry().map(|(word, entry)| (word, entry.term))
    }

    /// The next word and what is said of it.
    pub(crate) fn next_entry(&mut self) -> Option<(&[u8], Entry)> {
        if self.reader.0.is_empty() {
            self.reader = Reader(self.dictionary.block(self.next_block)?);
            self.next_block += 1;
            self.word.clear();
        }
        let shared = usize::from(self.reader.byte()?);
        let length = usize::from(self.reader.byte()?);
        let rest = self.reader.take(length)?;
        if shared > self.word.len() || shared + length > WORD_LIMIT {
            return None;
        }
        self.word.truncate(shared);
        self.word.extend_from_slice(rest);
        let number = self.reader.number()?;
        Some((&self.word, Entry { term: number / 2, is_written: number % 2 == 1 }))
    }
}

impl Writer {
    /// The next word.
    pub(crate) fn push(&mut self, word: &[u8], entry: Entry) {
        if self.count.is_multiple_of(WORDS_PER_BLOCK) {
            self.starts.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
            self.before.clear();
        }
        self.count += 1;
        let shared = self.before.iter().zip(word).take_while(|(left, right)| left == right).count();
        let rest = word.get(shared..).unwrap_or_default();
        // Words have at most `WORD_LIMIT` bytes.
        for length in [shared, rest.len()] {
            self.bytes.push(u8::try_from(length).unwrap_or(u8::MAX));
        }
        self.bytes.extend_from_slice(rest);
        push_number(&mut self.bytes, entry.term * 2 + u32::from(entry.is_written));
        self.before.clear();
        self.before.extend_from_slice(word);
    }
}

#[cfg(test)]
mod tests;
