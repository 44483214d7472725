//! The searchable side of the index: the dictionary of words, the terms they belong to, and where each term is, with its impact.
//!
//! The impact is the term's part of a BM25F score (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), which
//! depends on the catalog alone: occurrences in the three fields are weighted and set against the field's length first, and saturate
//! together. It is worked out here, scaled to a few bits, and only added up when somebody searches.

use std::collections::BTreeMap;

use crate::build::record::Record;
use crate::bytes::{pack, push_number};
use crate::fold::fold;
use crate::format::WORDS_PER_BLOCK;
use crate::postings::{BLOCK, IMPACT_LIMIT, IMPACT_WIDTH, SCALE_LIMIT};
use crate::tokens;

/// What an occurrence counts in the name, the category and the description.
const WEIGHTS: [f64; 3] = [3.0, 2.0, 1.0];

/// How much a field that is longer than the average one makes an occurrence count less: 0 not at all, 1 in proportion.
const LENGTH: f64 = 0.75;

/// How slowly more occurrences saturate.
const SATURATION: f64 = 2.0;

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

/// Occurrences of a term in the fields of one product.
type Occurrences = [u16; 3];

/// Collects the words of all records.
pub(super) fn of(records: &[Record]) -> Searchable {
    // Words and stems, each with its term; both are found in the dictionary.
    let mut words: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    let mut lists: Vec<Vec<(u32, Occurrences)>> = Vec::new();
    let mut lengths: Vec<[u32; 3]> = Vec::with_capacity(records.len());
    for (position, record) in (0_u32..).zip(records) {
        let mut own: BTreeMap<u32, Occurrences> = BTreeMap::new();
        let mut length = [0_u32; 3];
        for ((text, slot), field) in
            [&record.name, &record.category, &record.description].into_iter().zip(&mut length).zip(0..)
        {
            tokens::each(&fold(text), |word| {
                let stem = tokens::stem(word);
                let known = words.get(stem.as_bytes()).copied();
                let number = known.unwrap_or_else(|| u32::try_from(lists.len()).unwrap_or(u32::MAX));
                if known.is_none() {
                    lists.push(Vec::new());
                    words.insert(stem.as_bytes().to_vec(), number);
                }
                // A word that is the stem of others as well keeps its own term.
                if stem != word && !words.contains_key(word.as_bytes()) {
                    words.insert(word.as_bytes().to_vec(), number);
                }
                let occurrences = own.entry(number).or_default();
                if let Some(count) = occurrences.get_mut::<usize>(field) {
                    *count = count.saturating_add(1);
                }
                *slot += 1;
            });
        }
        for (number, occurrences) in own {
            if let Some(list) = usize::try_from(number).ok().and_then(|number| lists.get_mut(number)) {
                list.push((position, occurrences));
            }
        }
        lengths.push(length);
    }
    let mut searchable = Searchable { word_count: words.len(), ..Searchable::default() };
    write_words(&words, &mut searchable);
    searchable.postings = impacts(&lists, &lengths).into_iter().map(|list| list.write(records.len())).collect();
    searchable
}

/// A term's products with their impacts, and its scale.
struct List {
    scale: u32,
    entries: Vec<(u32, u8)>,
}

/// The impacts of all terms. The highest of each term is [`IMPACT_LIMIT`]; the scales set the terms against one another.
fn impacts(lists: &[Vec<(u32, Occurrences)>], lengths: &[[u32; 3]]) -> Vec<List> {
    let products = count(lengths.len());
    let mut averages = [1.0_f64; 3];
    for (field, average) in averages.iter_mut().enumerate() {
        let sum: f64 = lengths.iter().filter_map(|length| length.get(field)).map(|length| f64::from(*length)).sum();
        *average = (sum / products.max(1.0)).max(f64::MIN_POSITIVE);
    }
    let score = |idf: f64, position: u32, occurrences: &Occurrences| {
        let length = lengths.get(position as usize).copied().unwrap_or_default();
        let weighted: f64 = occurrences
            .iter()
            .zip(length)
            .zip(averages)
            .zip(WEIGHTS)
            .map(|(((count, length), average), weight)| {
                weight * f64::from(*count) / (1.0 - LENGTH + LENGTH * f64::from(length) / average)
            })
            .sum();
        idf * weighted / (weighted + SATURATION)
    };
    let idf = |list: &[(u32, Occurrences)]| {
        let having = count(list.len());
        (1.0 + (products - having + 0.5) / (having + 0.5)).ln()
    };
    // The highest score that any term can have: one that a single product has, and nothing else.
    let highest = idf(&[(0, [1, 0, 0])]);
    lists
        .iter()
        .map(|list| {
            let idf = idf(list);
            let scores: Vec<f64> =
                list.iter().map(|(position, occurrences)| score(idf, *position, occurrences)).collect();
            let best = scores.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
            let scale = whole((best / highest * f64::from(SCALE_LIMIT)).ceil(), SCALE_LIMIT);
            let unit = f64::from(scale) / f64::from(SCALE_LIMIT) * highest / f64::from(IMPACT_LIMIT);
            let impact =
                |score: f64| u8::try_from(whole((score / unit).round(), IMPACT_LIMIT.into())).unwrap_or(IMPACT_LIMIT);
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
        pack(&impacts, IMPACT_WIDTH, &mut out);
        return out;
    }
    let blocks: Vec<(u32, Vec<u8>)> = list.chunks(BLOCK).filter_map(write_block).collect();
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

fn write_block(entries: &[(u32, u8)]) -> Option<(u32, Vec<u8>)> {
    let (first, _) = entries.first()?;
    let differences: Vec<u32> =
        entries.iter().zip(entries.iter().skip(1)).map(|((before, _), (after, _))| after - before - 1).collect();
    let width = differences.iter().map(|difference| 32 - difference.leading_zeros()).max().unwrap_or_default();
    let mut out = Vec::new();
    push_number(&mut out, *first);
    out.push(byte(width as usize));
    pack(&differences, width, &mut out);
    let impacts: Vec<u32> = entries.iter().map(|(_, impact)| u32::from(*impact)).collect();
    pack(&impacts, IMPACT_WIDTH, &mut out);
    Some((*first, out))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::{ProptestConfig, prop, prop_assert_eq, proptest};

    use super::{IMPACT_LIMIT, Searchable, write_list, write_words};
    use crate::dictionary::Dictionary;
    use crate::format::Column;
    use crate::postings::Postings;

    /// What a list says, read in full.
    fn all(bytes: &[u8], products: u32) -> Vec<(u32, u8)> {
        let mut found = Vec::new();
        Postings::read(bytes, products).expect("a list").each(|position, impact| found.push((position, impact)));
        found
    }

    /// Positions below `products`, each with an impact.
    fn entries(marks: &[u8]) -> Vec<(u32, u8)> {
        let impact = |mark: u8| mark % (IMPACT_LIMIT + 1);
        (0..).zip(marks).map(|(position, mark)| (position, impact(*mark))).filter(|(_, impact)| *impact > 0).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

        #[test]
        fn lists_read_back(
            dense in prop::collection::vec(0_u8..64, 0..700),
            gaps in prop::collection::vec((0_u32..5_000, 1_u8..64), 0..700),
        ) {
            let products = u32::try_from(dense.len()).unwrap();
            prop_assert_eq!(all(&write_list(7, &entries(&dense), dense.len()), products), entries(&dense));
            let mut position = 0;
            let sparse: Vec<(u32, u8)> = gaps.into_iter().map(|(gap, impact)| { position += gap + 1; (position, impact) }).collect();
            let products = position * 3 + 1;
            prop_assert_eq!(all(&write_list(7, &sparse, products as usize), products), sparse);
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
            let bytes = write_list(1, &entries, if is_dense { entries.len().max(6_000) } else { products });
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
