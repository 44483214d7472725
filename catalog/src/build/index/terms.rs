//! The searchable side of the index: the dictionary of words, the terms they belong to, and the products of each term, with its impact.
//! `occurrences.rs` reads the texts, `impact.rs` has the worth of an occurrence.

use std::collections::{BTreeMap, BTreeSet};

use crate::build::record::Record;
use crate::index::dictionary::{self, Entry};
use crate::index::impact::{Scoring, Statistics};
use crate::index::postings::write_list;
use crate::text::fold::fold;
use crate::text::forms::Lexicon;
use crate::text::occurrences::{Lengths, Occurrences, Reading, Searched, said_only};
use crate::text::{compounds, plurals, tokens};

/// In how many products two words have to be written as one to be found as one where they are not.
const WRITTEN: u32 = 2;

/// Everything that is searched, as it goes into the index.
pub(super) struct Searchable {
    pub(super) word_starts: Vec<u32>,
    pub(super) words: Vec<u8>,
    pub(super) word_count: usize,
    pub(super) postings: Vec<Vec<u8>>,
    pub(super) statistics: Statistics,
}

/// Where a term is: the position of each of its products, how the product has it, and how long the product's texts are.
type List = Vec<(u32, Occurrences, Lengths)>;

/// The dictionary as it grows.
struct Terms {
    words: BTreeMap<Vec<u8>, u32>,
    count: u32,
    /// How many products write a word, in a name or a description.
    written: BTreeMap<String, u32>,
}

impl Lexicon for Terms {
    fn term(&mut self, word: &str) -> u32 {
        let stem = plurals::stem(word);
        let known = self.words.get(stem.as_bytes()).copied();
        let number = known.unwrap_or(self.count);
        if known.is_none() {
            self.count += 1;
            self.words.insert(stem.as_bytes().to_vec(), number);
        }
        // A word that is the stem of others as well keeps its own term.
        if stem != word && !self.words.contains_key(word.as_bytes()) {
            self.words.insert(word.as_bytes().to_vec(), number);
        }
        number
    }

    fn is_written(&self, joined: &str) -> bool {
        self.written.get(joined).is_some_and(|products| *products >= WRITTEN)
    }
}

/// How many products write a word, in a name or a description.
fn written(records: &[Record]) -> BTreeMap<String, u32> {
    let mut written: BTreeMap<String, u32> = BTreeMap::new();
    for record in records {
        let (name, description) = (fold(&record.name), fold(&record.description));
        let mut own: BTreeSet<&str> = BTreeSet::new();
        let compounds = [&name, &description].map(|text| compounds::of(text));
        own.extend(compounds.iter().flatten().map(|compound| compound.word.as_str()));
        for text in [&name, &description] {
            tokens::each(text, |word| {
                own.insert(word);
            });
        }
        for word in own {
            match written.get_mut(word) {
                Some(products) => *products += 1,
                None => {
                    written.insert(word.to_owned(), 1);
                }
            }
        }
    }
    written
}

/// Collects the words of all records.
pub(super) fn of(records: &[Record]) -> Searchable {
    // Words and stems, each with its term; both are found in the dictionary.
    let mut terms = Terms { words: BTreeMap::new(), count: 0, written: written(records) };
    let mut lists: Vec<List> = Vec::new();
    let products = u32::try_from(records.len()).unwrap_or(u32::MAX);
    let mut statistics = Statistics { products, name_words: 0, description_words: 0 };
    for (position, record) in (0_u32..).zip(records) {
        let texts = Searched {
            name: &record.name,
            category: &record.category,
            description: &record.description,
            brand: &record.brand,
        };
        let Reading { own, lengths, .. } = Reading::of(texts, &mut terms);
        statistics.name_words += u64::from(lengths.name);
        statistics.description_words += u64::from(lengths.description);
        lists.resize_with(usize::try_from(terms.count).unwrap_or_default(), List::new);
        for (number, occurrences) in own {
            if let Some(list) = usize::try_from(number).ok().and_then(|number| lists.get_mut(number)) {
                list.push((position, occurrences, lengths));
            }
        }
    }
    let scoring = Scoring::new(statistics);
    let mut words = dictionary::Writer::default();
    for (word, term) in &terms.words {
        let is_written = core::str::from_utf8(word).is_ok_and(|word| terms.is_written(word));
        words.push(word, Entry { term: *term, is_written });
    }
    let postings = lists.into_iter().map(|mut list| {
        said_only(&mut list);
        write(&scoring, &list, records.len())
    });
    Searchable {
        postings: postings.collect(),
        word_count: terms.words.len(),
        word_starts: words.starts,
        words: words.bytes,
        statistics,
    }
}

/// Lays a list out with its impacts. The highest of each term is all of its bits; the scales set the terms against one another.
fn write(scoring: &Scoring, list: &[(u32, Occurrences, Lengths)], products: usize) -> Vec<u8> {
    let having = u32::try_from(list.len()).unwrap_or(u32::MAX);
    let scale = scoring.scale(having, list.iter().map(|(_, occurrences, lengths)| (occurrences, lengths)));
    let entries: Vec<(u32, u8)> = list
        .iter()
        .map(|(position, occurrences, lengths)| (*position, scoring.impact(having, scale, occurrences, *lengths)))
        .collect();
    write_list(scale, &entries, products)
}
