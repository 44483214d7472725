//! The merchant's rules for searches, read where they lie: stop words, synonyms, redirects, and the products that a query or a collection
//! puts first or last. `build/rules/` makes them of a `search.toml`. Damaged bytes give fewer rules.
//!
//! The section is empty where there are no rules. Otherwise
//!
//! ```text
//!   5 × 4  how many rules of each kind there are, in the order of `Kind`
//! (N+1)×4  where each of the N rules starts in what follows, and where the last one ends
//!      …   the rules, those of a kind sorted by their keys
//! a rule:
//! number   the length of its key, and the key: a text as `text/phrases.rs` has it, or the name of a collection
//!      …   by kind: nothing; synonyms, each a number for its length and the text; an address;
//!          or three lists of ids (first, higher, last), each with the number of ids, and of each the length and the id
//! ```

use crate::index::bytes::Reader;
#[cfg(feature = "build")]
use crate::index::bytes::push_number;

/// The most words of a text that stands for others.
pub(crate) const PHRASE_LIMIT: usize = 4;

/// The most texts that stand for one.
pub(crate) const SYNONYMS_LIMIT: usize = 32;

/// The most products of each list of a rule.
pub(crate) const PRODUCTS_LIMIT: usize = 50;

/// The kinds of rules, as the section has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    StopWord,
    Synonyms,
    Redirect,
    Query,
    Collection,
}

impl Kind {
    const COUNT: usize = 5;
}

/// The rules of an index.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    counts: &'a [[u8; 4]],
    offsets: &'a [[u8; 4]],
    heap: &'a [u8],
}

/// The ids of products that a rule puts somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Placing<'a> {
    /// First, in this order.
    pub(crate) pins: Vec<&'a str>,
    /// Before others that match as well.
    pub(crate) boosts: Vec<&'a str>,
    /// Behind all others.
    pub(crate) demotions: Vec<&'a str>,
}

impl<'a> Rules<'a> {
    /// The rules in the bytes of their section.
    pub(crate) fn of(section: &'a [u8]) -> Rules<'a> {
        Rules::read(section).unwrap_or(Rules { counts: &[], offsets: &[], heap: &[] })
    }

    fn read(section: &'a [u8]) -> Option<Rules<'a>> {
        let mut reader = Reader(section);
        let counts = reader.take(4 * Kind::COUNT)?.as_chunks().0;
        let rules = counts.iter().try_fold(0_usize, |sum, count| sum.checked_add(number(*count)?))?;
        let offsets = reader.take(rules.checked_add(1)?.checked_mul(4)?)?.as_chunks().0;
        Some(Rules { counts, offsets, heap: reader.0 })
    }

    /// Whether there are none.
    pub(crate) fn are_none(self) -> bool {
        self.offsets.is_empty()
    }

    /// Whether a word is left out of texts.
    pub(crate) fn is_stop_word(self, key: &str) -> bool {
        self.find(Kind::StopWord, key).is_some()
    }

    /// The texts that stand for one, too.
    pub(crate) fn synonyms(self, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let mut reader = self.find(Kind::Synonyms, key).unwrap_or(Reader(&[]));
        core::iter::from_fn(move || text(&mut reader)).take(SYNONYMS_LIMIT)
    }

    /// The address of the page that a text leads to.
    pub(crate) fn redirect(self, key: &str) -> Option<&'a str> {
        core::str::from_utf8(self.find(Kind::Redirect, key)?.0).ok()
    }

    /// The products that a text puts first or last.
    pub(crate) fn of_query(self, key: &str) -> Option<Placing<'a>> {
        self.find(Kind::Query, key).map(placing)
    }

    /// The products that a collection puts first or last.
    pub(crate) fn of_collection(self, name: &str) -> Option<Placing<'a>> {
        self.find(Kind::Collection, name).map(placing)
    }

    /// What stands behind the key of a rule.
    fn find(self, kind: Kind, key: &str) -> Option<Reader<'a>> {
        let mut low = 0;
        for count in self.counts.get(..kind as usize)? {
            low += number(*count)?;
        }
        let mut high = low + number(*self.counts.get(kind as usize)?)?;
        while low < high {
            let middle = low + (high - low) / 2;
            let mut rule = self.rule(middle)?;
            let length = usize::try_from(rule.number()?).ok()?;
            match rule.take(length)?.cmp(key.as_bytes()) {
                core::cmp::Ordering::Equal => return Some(rule),
                core::cmp::Ordering::Less => low = middle + 1,
                core::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn rule(self, place: usize) -> Option<Reader<'a>> {
        let (start, end) = (number(*self.offsets.get(place)?)?, number(*self.offsets.get(place + 1)?)?);
        self.heap.get(start..end).map(Reader)
    }
}

fn number(bytes: [u8; 4]) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}

fn text<'a>(reader: &mut Reader<'a>) -> Option<&'a str> {
    let length = usize::try_from(reader.number()?).ok()?;
    core::str::from_utf8(reader.take(length)?).ok()
}

fn placing(mut reader: Reader<'_>) -> Placing<'_> {
    let mut ids = || {
        let count = reader.number().and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
        core::iter::from_fn(|| text(&mut reader)).take(count.min(PRODUCTS_LIMIT)).collect()
    };
    Placing { pins: ids(), boosts: ids(), demotions: ids() }
}

/// Rules as they are written: by kind and key, with what stands behind the key.
#[cfg(feature = "build")]
pub(crate) type Written = std::collections::BTreeMap<(Kind, String), Vec<u8>>;

/// Writes the section; `None` if it would outgrow its offsets.
#[cfg(feature = "build")]
pub(crate) fn write(rules: &Written) -> Option<Vec<u8>> {
    if rules.is_empty() {
        return Some(Vec::new());
    }
    let mut counts = [0_u32; Kind::COUNT];
    let (mut offsets, mut heap) = (vec![0_u32], Vec::new());
    for ((kind, key), payload) in rules {
        *counts.get_mut(*kind as usize)? += 1;
        push_text(&mut heap, key);
        heap.extend_from_slice(payload);
        offsets.push(u32::try_from(heap.len()).ok()?);
    }
    let mut section: Vec<u8> = counts.into_iter().chain(offsets).flat_map(u32::to_le_bytes).collect();
    section.append(&mut heap);
    Some(section)
}

/// Appends a text behind its length.
#[cfg(feature = "build")]
pub(crate) fn push_text(out: &mut Vec<u8>, text: &str) {
    push_number(out, u32::try_from(text.len()).unwrap_or(u32::MAX));
    out.extend_from_slice(text.as_bytes());
}

/// Appends a list of ids.
#[cfg(feature = "build")]
pub(crate) fn push_ids(out: &mut Vec<u8>, ids: &[String]) {
    push_number(out, u32::try_from(ids.len()).unwrap_or(u32::MAX));
    for id in ids {
        push_text(out, id);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    use super::{Kind, Placing, Rules, Written, push_ids, push_text, write};

    fn written() -> Vec<u8> {
        let mut rules = Written::new();
        let mut synonyms = Vec::new();
        for text in ["throw", "bed cover"] {
            push_text(&mut synonyms, text);
        }
        rules.insert((Kind::Synonyms, "blanket".to_owned()), synonyms);
        rules.insert((Kind::StopWord, "the".to_owned()), Vec::new());
        rules.insert((Kind::Redirect, "return".to_owned()), b"/pages/returns".to_vec());
        let mut placing = Vec::new();
        for ids in [vec!["7".to_owned(), "3".to_owned()], Vec::new(), vec!["9".to_owned()]] {
            push_ids(&mut placing, &ids);
        }
        rules.insert((Kind::Query, "gift".to_owned()), placing.clone());
        rules.insert((Kind::Collection, "summer".to_owned()), placing);
        write(&rules).unwrap()
    }

    #[test]
    fn rules_are_found_by_kind_and_key() {
        let bytes = written();
        let rules = Rules::of(&bytes);
        assert!(!rules.are_none());
        assert!(rules.is_stop_word("the") && !rules.is_stop_word("blanket"));
        assert_eq!(rules.synonyms("blanket").collect::<Vec<_>>(), ["throw", "bed cover"]);
        assert_eq!(rules.synonyms("throw").count(), 0);
        assert_eq!((rules.redirect("return"), rules.redirect("gift")), (Some("/pages/returns"), None));
        let placing = Placing { pins: vec!["7", "3"], boosts: Vec::new(), demotions: vec!["9"] };
        assert_eq!(rules.of_query("gift"), Some(placing.clone()));
        assert_eq!(rules.of_collection("summer"), Some(placing));
        assert_eq!((rules.of_query("summer"), rules.of_collection("gift")), (None, None));
    }

    #[test]
    fn no_rules_take_no_room() {
        assert_eq!(write(&Written::new()), Some(Vec::new()));
        assert!(Rules::of(&[]).are_none() && !Rules::of(&[]).is_stop_word("the"));
    }

    proptest! {
        #[test]
        fn damaged_rules_are_survived(damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20), cut in any::<prop::sample::Index>()) {
            let mut bytes = written();
            for (place, byte) in damages {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            bytes.truncate(cut.index(bytes.len() + 1));
            let rules = Rules::of(&bytes);
            for key in ["the", "blanket", "gift", "return", "summer", ""] {
                let _ = (rules.is_stop_word(key), rules.redirect(key));
                prop_assert!(rules.synonyms(key).count() <= super::SYNONYMS_LIMIT);
                for placing in [rules.of_query(key), rules.of_collection(key)].into_iter().flatten() {
                    prop_assert!(placing.pins.len() <= super::PRODUCTS_LIMIT);
                }
            }
            prop_assert_eq!(Rules::of(&bytes).are_none(), rules.are_none());
        }
    }
}
