//! The words of changed texts, laid over those of the base: which lists of products change, which terms and words are new.

use crate::changes::change::{Change, Kind};
use crate::changes::known::Known;
use crate::changes::positions::Positions;
use crate::index::catalog::Catalog;
use crate::index::dictionary::{self, Entry};
use crate::index::format::Section;
use crate::index::groups::SEPARATOR;
use crate::index::impact::{Scoring, Statistics};
use crate::index::postings::{bits_left_out, write_list};
use crate::model::product::Product;
use crate::search::ranking::{Key, apart, pair, sort};
use crate::text::occurrences::{Lengths, Occurrences, Reading, Searched, names_property, said_only};

/// The part of the index that changed texts change.
#[derive(Default)]
pub(super) struct Words {
    /// Lists that differ from those of the base by more than a shift of positions, in the order of their terms; those of new terms
    /// come last.
    pub(super) lists: Vec<(u32, Vec<u8>)>,
    /// How many terms are new.
    pub(super) new_terms: u32,
    /// The whole dictionary, if it has new words.
    pub(super) dictionary: Option<dictionary::Writer>,
}

/// Set in an edit of a list where the product says the word, and does not only name a property with it.
const SAID: u32 = 1 << 8;

impl Words {
    /// Reads the changed texts. `None` if the base is damaged, or the changes bring too many words.
    pub(super) fn of(base: &Catalog, changes: &[Change<'_>], positions: &Positions) -> Option<Words> {
        let terms = base.counts().terms;
        let scoring = Scoring::new(Statistics::read(base.count(), base.bytes(Section::Statistics))?);
        let mut known = Known::of(base);
        // By term: the positions in the base that leave its list, and the positions afterwards that come in, with their impacts.
        let (mut taken, mut put): (Vec<Key>, Vec<Key>) = (Vec::new(), Vec::new());
        let mut new: Vec<Vec<(u32, Occurrences, Lengths)>> = Vec::new();
        for (change, position) in Positions::each(changes) {
            let product = if change.takes() { Some(base.product_at(change.place)?) } else { None };
            let after = match (&change.kind, &product) {
                (Kind::Other { texts: None, category: None, details: None, .. }, _) => continue,
                (Kind::Other { .. }, Some(product)) => {
                    let (before, after) = (searched(product), searched_after(product, change));
                    if before == after {
                        continue;
                    }
                    Some(after)
                }
                (Kind::New { texts, category, details, .. }, _) => Some(Searched {
                    name: texts.name,
                    category: own_name(category),
                    description: texts.description,
                    brand: details.brand,
                }),
                (Kind::Gone | Kind::Other { .. }, _) => None,
            };
            if let Some(product) = &product {
                let before = Reading::of(searched(product), &mut known);
                // A term that was new in a text before is in no list of the base.
                let of_base = before.own.iter().filter(|(term, _)| *term < terms);
                taken.extend(of_base.map(|(term, _)| Key::from(*term) << 64 | pair(change.place, 0)));
            }
            let Some(after) = after.map(|after| Reading::of(after, &mut known)) else { continue };
            for (term, occurrences) in &after.own {
                if let Some(place) = term.checked_sub(terms).and_then(|place| usize::try_from(place).ok()) {
                    new.resize_with(new.len().max(place + 1), Vec::new);
                    new.get_mut(place)?.push((position, *occurrences, after.lengths));
                    continue;
                }
                let postings = base.postings(*term)?;
                let impact = scoring.impact(postings.count, postings.scale, occurrences, after.lengths);
                let said = if occurrences.is_said() { SAID } else { 0 };
                put.push(Key::from(*term) << 64 | pair(position, u32::from(impact) | said));
            }
        }
        if known.are_too_many() {
            return None;
        }
        sort(&mut taken);
        sort(&mut put);
        let mut lists = Vec::new();
        let (mut taken, mut put) = (taken.as_slice(), put.as_slice());
        while let Some(term) = [taken.first(), put.first()].into_iter().flatten().map(|key| key >> 64).min() {
            let number = u32::try_from(term).ok()?;
            let edits = Edits { taken: split_off(&mut taken, term)?, put: split_off(&mut put, term)? };
            lists.push((number, edits.list(base, number, &mut known, positions)?));
        }
        let new_terms = known.next.saturating_sub(terms);
        new.resize_with(usize::try_from(new_terms).ok()?, Vec::new);
        let products = usize::try_from(positions.count).ok()?;
        for (number, list) in (terms..).zip(&mut new) {
            said_only(list);
            lists.push((number, new_list(&scoring, list, products)));
        }
        Some(Words { lists, new_terms, dictionary: (!known.new.is_empty()).then(|| merged(base, &known.new)) })
    }
}

/// The edits of one list.
struct Edits<'k> {
    taken: &'k [Key],
    put: &'k [Key],
}

/// Takes the keys of a term off the front.
fn split_off<'k>(keys: &mut &'k [Key], term: Key) -> Option<&'k [Key]> {
    let (own, others) = keys.split_at_checked(keys.partition_point(|key| key >> 64 == term))?;
    *keys = others;
    Some(own)
}

/// The name of a category without those above it.
fn own_name(path: &str) -> &str {
    path.rsplit(SEPARATOR).next().unwrap_or(path)
}

fn searched<'a>(product: &'a Product<'_>) -> Searched<'a> {
    let brand = product.brand.unwrap_or_default();
    Searched { name: &product.name, category: product.category, description: &product.description, brand }
}

/// The texts of a product of the base after a change of it.
fn searched_after<'a>(product: &'a Product<'_>, change: &'a Change<'_>) -> Searched<'a> {
    let before = searched(product);
    let (name, description) =
        change.texts().map_or((before.name, before.description), |texts| (texts.name, texts.description));
    let brand = change.details().map_or(before.brand, |details| details.brand);
    Searched { name, category: change.category().map_or(before.category, own_name), description, brand }
}

/// Whether a term of the base names properties alone, so that its list has all products where it does; another list has none of
/// these. One product settles it.
fn is_label(base: &Catalog, term: u32, known: &mut Known<'_>) -> bool {
    let first = base.postings(term).and_then(|postings| base.product_at(postings.first()?));
    first.is_some_and(|product| {
        // Hardly any product names a property with the word, and to read all of its words takes ten times as long.
        if !names_property(&product.description, term, known) {
            return false;
        }
        let own = Reading::of(searched(&product), known);
        own.get(term).is_some_and(|occurrences| !occurrences.is_said())
    })
}

impl Edits<'_> {
    /// The list of a term of the base after them.
    fn list(&self, base: &Catalog, term: u32, known: &mut Known<'_>, positions: &Positions) -> Option<Vec<u8>> {
        let postings = base.postings(term)?;
        let left_out = bits_left_out(postings.scale);
        let mut entries: Vec<(u32, u8)> =
            Vec::with_capacity(usize::try_from(postings.count).ok()?.checked_add(self.put.len())?);
        let is_said = |key: &Key| apart(*key).1 & SAID > 0;
        let any_said = self.put.iter().any(is_said);
        // A product that only names a property with the word is in the list while no other one says the word.
        let of_labels = !self.put.is_empty() && (postings.count == 0 || is_label(base, term, known));
        let is_found = |key: &&Key| is_said(key) || (of_labels && !any_said);
        let mut put = self.put.iter().filter(is_found).map(|key| apart(*key)).peekable();
        let impact_of = |packed: u32| u8::try_from(packed & (SAID - 1)).unwrap_or(u8::MAX);
        if !(of_labels && any_said) {
            let mut taken = self.taken.iter().map(|key| apart(*key).0).peekable();
            let mut is_whole = true;
            postings.each(|place, impact| {
                while taken.next_if(|other| *other < place).is_some() {}
                if taken.next_if(|other| *other == place).is_some() {
                    return;
                }
                let Some(position) = positions.of_base(place) else {
                    is_whole = false;
                    return;
                };
                while let Some((other, impact)) = put.next_if(|(other, _)| *other < position) {
                    entries.push((other, impact_of(impact)));
                }
                entries.push((position, impact >> left_out));
            });
            if !is_whole {
                return None;
            }
        }
        entries.extend(put.map(|(position, impact)| (position, impact_of(impact))));
        Some(write_list(postings.scale, &entries, usize::try_from(positions.count).ok()?))
    }
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
