//! The searchable side of the index: the dictionary of words, the terms they belong to, and where each term is, with its impact.
//!
//! The impact is the term's part of a BM25F score (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), which
//! depends on the catalog alone: occurrences in the three fields are weighted and set against the field's length first, and saturate
//! together. It is worked out here, scaled to a few bits, and only added up when somebody searches.

use std::collections::{BTreeMap, BTreeSet};

use crate::build::index::labels;
use crate::build::record::Record;
use crate::bytes::{pack, push_number};
use crate::fold::fold;
use crate::format::WORDS_PER_BLOCK;
use crate::postings::{BLOCK, IMPACT_LIMIT, SCALE_LIMIT, bits_left_out, impact_width};
use crate::tokens;

/// What an occurrence counts in the name, the category and the description.
const WEIGHTS: [f64; 3] = [3.0, 2.0, 1.0];

/// How much a name or a description that is longer than the average one makes an occurrence count less: 0 not at all, 1 in
/// proportion. A category is what it is, however long.
const LENGTH: f64 = 0.7;

/// How slowly more occurrences saturate.
const SATURATION: f64 = 1.2;

/// What the last word of a name gains over the first, as a part of the most that a term can score: an English name ends with what
/// the thing is, `Monitor Arm` and `LCD Flat Panel Monitor`.
const LAST_IN_NAME: f64 = 0.1;

/// The part of its weight that a word late in a description keeps, and after how many words half of the rest is gone: a
/// description begins with what the thing is.
const LATE: f64 = 0.5;
const EARLY_WORDS: f64 = 10.0;

/// The part of its weight that a word has where it names a property.
const LABEL: f64 = 0.25;

/// In how many products two words have to be written as one to be found as one where they are not.
const WRITTEN: u32 = 2;

/// Above this part of all products a list has a byte for every one of them.
const DENSE: usize = 2;

/// Everything that is searched, as it goes into the index.
#[derive(Default)]
pub(super) struct Searchable {
    pub(super) word_starts: Vec<usize>,
    pub(super) words: Vec<u8>,
    pub(super) word_count: usize,
    pub(super) postings: Vec<Vec<u8>>,
}

/// Where a term is in one product.
#[derive(Clone, Copy, Default)]
struct Occurrences {
    /// How often it is in the name, the category, the description.
    counts: [u16; 3],
    /// Its last place among the words of the name.
    last_in_name: u16,
    /// Its first place among the words of the description.
    first_in_description: u16,
    /// How often it names a property in the description (`labels.rs`).
    labels: u16,
}

/// How many words a product's fields have.
#[derive(Clone, Copy, Default)]
struct Lengths {
    name: u32,
    description: u32,
}

/// The words of one product, as they are met.
#[derive(Default)]
struct Product {
    own: BTreeMap<u32, Occurrences>,
    lengths: Lengths,
    /// Place of the next word in the part of a field that is looked at.
    place: u16,
}

/// What a text is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Category,
    Description,
    Label,
}

/// The dictionary as it grows, and where each of its terms is.
#[derive(Default)]
struct Terms {
    words: BTreeMap<Vec<u8>, u32>,
    lists: Vec<Vec<(u32, Occurrences)>>,
}

impl Terms {
    /// The term of a word; a new one if it was never met.
    fn of(&mut self, word: &str) -> u32 {
        let stem = tokens::stem(word);
        let known = self.words.get(stem.as_bytes()).copied();
        let number = known.unwrap_or_else(|| u32::try_from(self.lists.len()).unwrap_or(u32::MAX));
        if known.is_none() {
            self.lists.push(Vec::new());
            self.words.insert(stem.as_bytes().to_vec(), number);
        }
        // A word that is the stem of others as well keeps its own term.
        if stem != word && !self.words.contains_key(word.as_bytes()) {
            self.words.insert(word.as_bytes().to_vec(), number);
        }
        number
    }
}

/// How many products write a word, in a name or a description.
fn written(records: &[Record]) -> BTreeMap<String, u32> {
    let mut written: BTreeMap<String, u32> = BTreeMap::new();
    for record in records {
        let (name, description) = (fold(&record.name), fold(&record.description));
        let mut own: BTreeSet<&str> = BTreeSet::new();
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

impl Product {
    /// A word of a field, the next one.
    fn add(&mut self, term: u32, field: Field) {
        self.note(term, field);
        match field {
            Field::Name => self.lengths.name += 1,
            Field::Description | Field::Label => self.lengths.description += 1,
            Field::Category => (),
        }
        // The name of a property is none of the words that are said, so those behind it come no later.
        if field != Field::Label {
            self.place = self.place.saturating_add(1);
        }
    }

    /// A term at the place of the next word.
    fn note(&mut self, term: u32, field: Field) {
        let place = self.place;
        let Occurrences { counts: [name, category, description], last_in_name, first_in_description, labels } =
            self.own.entry(term).or_default();
        let count = match field {
            Field::Name => {
                *last_in_name = place;
                name
            }
            Field::Category => category,
            Field::Description => {
                if *description == 0 {
                    *first_in_description = place;
                }
                description
            }
            Field::Label => labels,
        };
        *count = count.saturating_add(1);
    }
}

/// Collects the words of all records.
pub(super) fn of(records: &[Record]) -> Searchable {
    let written = written(records);
    // Words and stems, each with its term; both are found in the dictionary.
    let mut terms = Terms::default();
    let mut lengths: Vec<Lengths> = Vec::with_capacity(records.len());
    for (position, record) in (0_u32..).zip(records) {
        let mut product = Product::default();
        let mut read = |product: &mut Product, text: &str, field: Field| {
            let folded = fold(text);
            let mut before = "";
            tokens::each(&folded, |word| {
                let is_written = |joined: &str| written.get(joined).is_some_and(|products| *products >= WRITTEN);
                let joined = matches!(field, Field::Name | Field::Description)
                    .then(|| tokens::joined(&folded, before, word, is_written))
                    .flatten();
                if let Some(joined) = joined {
                    product.note(terms.of(&joined), field);
                }
                product.add(terms.of(word), field);
                before = word;
            });
        };
        read(&mut product, &record.name, Field::Name);
        read(&mut product, &record.category, Field::Category);
        product.place = 0;
        labels::each(&record.description, |part, is_label| {
            read(&mut product, part, if is_label { Field::Label } else { Field::Description });
        });
        for (number, occurrences) in product.own {
            if let Some(list) = usize::try_from(number).ok().and_then(|number| terms.lists.get_mut(number)) {
                list.push((position, occurrences));
            }
        }
        lengths.push(product.lengths);
    }
    let Terms { words, mut lists } = terms;
    for list in &mut lists {
        said_only(list);
    }
    let mut searchable = Searchable { word_count: words.len(), ..Searchable::default() };
    write_words(&words, &mut searchable);
    searchable.postings = impacts(&lists, &lengths).into_iter().map(|list| list.write(records.len())).collect();
    searchable
}

/// A word finds the products that say it. Those where it only names a property are found if no other product has the word.
fn said_only(list: &mut Vec<(u32, Occurrences)>) {
    let is_said = |(_, occurrences): &(u32, Occurrences)| occurrences.counts != [0; 3];
    if list.iter().any(is_said) {
        list.retain(is_said);
    }
}

/// A term's products with their impacts, and its scale.
struct List {
    scale: u32,
    entries: Vec<(u32, u8)>,
}

/// The impacts of all terms. The highest of each term is all of its bits; the scales set the terms against one another.
fn impacts(lists: &[Vec<(u32, Occurrences)>], lengths: &[Lengths]) -> Vec<List> {
    let products = count(lengths.len());
    let average = |length: fn(&Lengths) -> u32| {
        (lengths.iter().map(|of| f64::from(length(of))).sum::<f64>() / products.max(1.0)).max(f64::MIN_POSITIVE)
    };
    let (average_name, average_description) = (average(|of| of.name), average(|of| of.description));
    let part = |length: u32, average: f64| 1.0 - LENGTH + LENGTH * f64::from(length) / average;
    let score = |idf: f64, position: u32, occurrences: &Occurrences| {
        let length = lengths.get(position as usize).copied().unwrap_or_default();
        let [in_name, in_category, in_description] = occurrences.counts.map(f64::from);
        let [name, category, description] = WEIGHTS;
        let early = LATE + (1.0 - LATE) / (1.0 + f64::from(occurrences.first_in_description) / EARLY_WORDS);
        let weighted = name * in_name / part(length.name, average_name)
            + category * in_category
            + description * (in_description * early + f64::from(occurrences.labels) * LABEL)
                / part(length.description, average_description);
        let last = f64::from(occurrences.last_in_name) / f64::from(length.name.saturating_sub(1).max(1));
        idf * (weighted / (weighted + SATURATION) + LAST_IN_NAME * last) / (1.0 + LAST_IN_NAME)
    };
    let idf = |list: &[(u32, Occurrences)]| {
        let having = count(list.len());
        (1.0 + (products - having + 0.5) / (having + 0.5)).ln()
    };
    // The highest score that any term can have: one that a single product has, and nothing else.
    let highest = idf(&[(0, Occurrences::default())]);
    lists
        .iter()
        .map(|list| {
            let idf = idf(list);
            let scores: Vec<f64> =
                list.iter().map(|(position, occurrences)| score(idf, *position, occurrences)).collect();
            let best = scores.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
            let scale = whole((best / highest * f64::from(SCALE_LIMIT)).ceil(), SCALE_LIMIT);
            let limit = IMPACT_LIMIT >> bits_left_out(scale);
            let unit = f64::from(scale) / f64::from(SCALE_LIMIT) * highest / f64::from(limit);
            let impact = |score: f64| u8::try_from(whole((score / unit).round(), limit.into())).unwrap_or(limit);
            let entries = list.iter().zip(scores).map(|((position, _), score)| (*position, impact(score))).collect();
            List { scale, entries }
        })
        .collect()
}

/// A number of things; exact below 2^32, which is more than there can be.
fn count(things: usize) -> f64 {
    u32::try_from(things).unwrap_or(u32::MAX).into()
}

/// A whole number from 1 to `limit`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast stops at the ends of the range")]
fn whole(number: f64, limit: u32) -> u32 {
    (number as u32).clamp(1, limit)
}

/// A number that is known to fit: lengths below the limit of a word, and widths of bits.
fn byte(number: usize) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

fn write_words(words: &BTreeMap<Vec<u8>, u32>, searchable: &mut Searchable) {
    let mut before: &[u8] = &[];
    for (place, (word, term)) in words.iter().enumerate() {
        if place % WORDS_PER_BLOCK as usize == 0 {
            searchable.word_starts.push(searchable.words.len());
            before = &[];
        }
        let shared = before.iter().zip(word).take_while(|(left, right)| left == right).count();
        let rest = word.get(shared..).unwrap_or_default();
        searchable.words.push(byte(shared));
        searchable.words.push(byte(rest.len()));
        searchable.words.extend_from_slice(rest);
        push_number(&mut searchable.words, *term);
        before = word;
    }
}

impl List {
    /// Lays it out as `postings.rs` reads it.
    fn write(&self, products: usize) -> Vec<u8> {
        write_list(self.scale, &self.entries, products)
    }
}

fn write_list(scale: u32, list: &[(u32, u8)], products: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let is_dense = list.len() > products / DENSE;
    let count = u32::try_from(list.len()).unwrap_or(u32::MAX);
    push_number(&mut out, count * 2 + u32::from(is_dense));
    push_number(&mut out, scale);
    if is_dense {
        let mut impacts = vec![0_u32; products];
        for (position, impact) in list {
            if let Some(slot) = impacts.get_mut(*position as usize) {
                *slot = u32::from(*impact);
            }
        }
        pack(&impacts, impact_width(scale), &mut out);
        return out;
    }
    let blocks: Vec<(u32, Vec<u8>)> = list.chunks(BLOCK).filter_map(|entries| write_block(scale, entries)).collect();
    if blocks.len() > 1 {
        let mut start = 0_u32;
        for (first, block) in &blocks {
            out.extend_from_slice(&first.to_le_bytes());
            out.extend_from_slice(&start.to_le_bytes());
            start += u32::try_from(block.len()).unwrap_or_default();
        }
    }
    for (_, block) in blocks {
        out.extend_from_slice(&block);
    }
    out
}

fn write_block(scale: u32, entries: &[(u32, u8)]) -> Option<(u32, Vec<u8>)> {
    let (first, _) = entries.first()?;
    let differences: Vec<u32> =
        entries.iter().zip(entries.iter().skip(1)).map(|((before, _), (after, _))| after - before - 1).collect();
    let width = differences.iter().map(|difference| 32 - difference.leading_zeros()).max().unwrap_or_default();
    let mut out = Vec::new();
    push_number(&mut out, *first);
    out.push(byte(width as usize));
    pack(&differences, width, &mut out);
    let impacts: Vec<u32> = entries.iter().map(|(_, impact)| u32::from(*impact)).collect();
    pack(&impacts, impact_width(scale), &mut out);
    Some((*first, out))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::{Just, ProptestConfig, prop, prop_assert_eq, prop_oneof, proptest};

    use super::{IMPACT_LIMIT, SCALE_LIMIT, Searchable, bits_left_out, write_list, write_words};
    use crate::dictionary::Dictionary;
    use crate::format::Column;
    use crate::postings::Postings;

    /// What a list says, read in full.
    fn all(bytes: &[u8], products: u32) -> Vec<(u32, u8)> {
        let mut found = Vec::new();
        Postings::read(bytes, products).expect("a list").each(|position, impact| found.push((position, impact)));
        found
    }

    /// Positions with impacts that a list of this scale can hold.
    fn entries(marks: &[u8], scale: u32) -> Vec<(u32, u8)> {
        let impact = |mark: u8| mark & (IMPACT_LIMIT >> bits_left_out(scale));
        (0..).zip(marks).map(|(position, mark)| (position, impact(*mark))).filter(|(_, impact)| *impact > 0).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

        #[test]
        fn lists_read_back(
            dense in prop::collection::vec(0_u8..128, 0..700),
            gaps in prop::collection::vec((0_u32..5_000, 1_u8..32), 0..700),
            scale in prop_oneof![1_u32..8, Just(SCALE_LIMIT / 8 + 1), Just(SCALE_LIMIT / 4 + 1), Just(SCALE_LIMIT)],
        ) {
            let products = u32::try_from(dense.len()).unwrap();
            let read = |list: &[(u32, u8)]| -> Vec<(u32, u8)> {
                list.iter().map(|(position, impact)| (*position, impact << bits_left_out(scale))).collect()
            };
            let entries = entries(&dense, scale);
            prop_assert_eq!(all(&write_list(scale, &entries, dense.len()), products), read(&entries));
            let mut position = 0;
            let sparse: Vec<(u32, u8)> = gaps.into_iter().map(|(gap, impact)| { position += gap + 1; (position, impact) }).collect();
            let products = position * 3 + 1;
            prop_assert_eq!(all(&write_list(scale, &sparse, products as usize), products), read(&sparse));
        }

        #[test]
        fn retaining_is_intersecting(
            list in prop::collection::btree_map(0_u32..6_000, 1_u8..64, 0..900),
            candidates in prop::collection::btree_map(0_u32..6_000, 0_u32..1_000, 0..900),
            is_dense in prop::bool::ANY,
        ) {
            let entries: Vec<(u32, u8)> = list.iter().map(|(position, impact)| (*position, *impact)).collect();
            let products = if is_dense { 6_000 } else { 60_000 };
            // A list is dense by its share of the products.
            let bytes = write_list(SCALE_LIMIT, &entries, if is_dense { entries.len().max(6_000) } else { products });
            let mut kept: Vec<(u32, u32)> = candidates.iter().map(|(position, score)| (*position, *score)).collect();
            let postings = Postings::read(&bytes, u32::try_from(products).unwrap()).unwrap();
            postings.retain(&mut kept, |score, impact| score + u32::from(impact));
            let expect: Vec<(u32, u32)> = candidates
                .iter()
                .filter_map(|(position, score)| Some((*position, score + u32::from(*list.get(position)?))))
                .collect();
            prop_assert_eq!(kept, expect);
        }

        #[test]
        fn words_are_found_where_they_are(
            words in prop::collection::btree_map("[a-d]{1,5}|[a-z0-9]{1,64}", 0_u32..100_000, 0..200),
            asked in "[a-e]{0,4}",
        ) {
            let words: BTreeMap<Vec<u8>, u32> = words.into_iter().map(|(word, term)| (word.into_bytes(), term)).collect();
            let mut searchable = Searchable::default();
            write_words(&words, &mut searchable);
            let starts: Vec<[u8; 4]> =
                searchable.word_starts.iter().map(|start| u32::try_from(*start).unwrap().to_le_bytes()).collect();
            let dictionary = Dictionary { blocks: Column::of(&starts), words: &searchable.words };
            for (word, term) in &words {
                prop_assert_eq!(dictionary.term(word), Some(*term));
            }
            prop_assert_eq!(dictionary.term(asked.as_bytes()), words.get(asked.as_bytes()).copied());
            let mut walk = dictionary.from(asked.as_bytes());
            for (word, term) in words.range(asked.clone().into_bytes()..) {
                prop_assert_eq!(walk.next(), Some((word.as_slice(), *term)));
            }
            prop_assert_eq!(walk.next(), None);
        }

        #[test]
        fn damaged_lists_are_survived(bytes in prop::collection::vec(0_u8..=255, 0..600), products in 0_u32..2_000) {
            if let Some(postings) = Postings::read(&bytes, products) {
                postings.each(|_, _| ());
                postings.retain(&mut (0..500).map(|position| (position * 3, 0)).collect(), |score, _| score);
            }
            let starts: Vec<[u8; 4]> = bytes.as_chunks().0.to_vec();
            let dictionary = Dictionary { blocks: Column::of(&starts), words: &bytes };
            let mut walk = dictionary.from(b"m");
            while walk.next().is_some() {}
        }
    }
}
