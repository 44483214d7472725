//! A set of products by position: one bit each. For products out of many that are asked about far more often than made, and to be
//! combined with other sets, 64 products at a time.

/// Products of one word.
pub(crate) const WORD: u32 = u64::BITS;

/// Positions of products.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Set {
    words: Vec<u64>,
}

impl Set {
    /// No product.
    pub(crate) fn empty(count: u32) -> Set {
        Set { words: vec![0; usize::try_from(count.div_ceil(WORD)).unwrap_or_default()] }
    }

    /// The first `count` positions.
    pub(crate) fn full(count: u32) -> Set {
        let mut set = Set::empty(count);
        let mut left = count;
        for word in &mut set.words {
            *word = u64::MAX.checked_shr(WORD.saturating_sub(left)).unwrap_or_default();
            left = left.saturating_sub(WORD);
        }
        set
    }

    /// A set of some of the first `count` positions; others are left out.
    pub(crate) fn of(count: u32, positions: impl Iterator<Item = u32>) -> Set {
        let mut set = Set::empty(count);
        for position in positions {
            if let Some(word) = set.words.get_mut(word_of(position)) {
                *word |= 1 << (position % WORD);
            }
        }
        set
    }

    /// The first `count` positions but some.
    pub(crate) fn but(count: u32, positions: impl Iterator<Item = u32>) -> Set {
        Set::of(count, positions).rest(count)
    }

    /// Those of the first `count` positions that it lacks.
    pub(crate) fn rest(&self, count: u32) -> Set {
        let mut rest = Set::full(count);
        for (word, own) in rest.words.iter_mut().zip(&self.words) {
            *word &= !own;
        }
        rest
    }

    /// The positions as they lie, 64 in a word, the first one in the lowest bit.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// The same, to be changed.
    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// A word; 0 behind the last one.
    pub(crate) fn word(&self, number: usize) -> u64 {
        self.words.get(number).copied().unwrap_or_default()
    }

    /// How many positions there are.
    pub(crate) fn len(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// How many positions of both sets there are.
    pub(crate) fn common(&self, other: &Set) -> u32 {
        self.words.iter().zip(&other.words).map(|(word, other)| (word & other).count_ones()).sum()
    }

    /// The positions in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        (0_u32..).step_by(64).zip(&self.words).flat_map(|(first, word)| bits(first, *word))
    }

    /// As many positions as `size`, in order, from the one on that `skipped` others stand before.
    pub(crate) fn page(&self, skipped: usize, size: usize) -> Vec<u32> {
        let mut page = Vec::with_capacity(size.min(128));
        let mut left = skipped;
        for (first, word) in (0_u32..).step_by(64).zip(&self.words) {
            let count = usize::try_from(word.count_ones()).unwrap_or_default();
            if left >= count {
                left -= count;
                continue;
            }
            page.extend(bits(first, *word).skip(left).take(size.saturating_sub(page.len())));
            left = 0;
            if page.len() == size {
                break;
            }
        }
        page
    }

    pub(crate) fn contains(&self, position: u32) -> bool {
        self.words.get(word_of(position)).is_some_and(|word| word >> (position % WORD) & 1 == 1)
    }
}

/// The positions of a word.
fn bits(first: u32, word: u64) -> impl Iterator<Item = u32> {
    let mut left = word;
    core::iter::from_fn(move || {
        let place = left.trailing_zeros();
        left &= left.wrapping_sub(1);
        (place < WORD).then(|| first + place)
    })
}

fn word_of(position: u32) -> usize {
    usize::try_from(position / WORD).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};

    use super::Set;

    proptest! {
        #[test]
        fn holds_what_was_put_in(count in 0_u32..300, positions in prop::collection::btree_set(0_u32..300, 0..80)) {
            let set = Set::of(count, positions.iter().copied());
            let whole_words = count.div_ceil(64) * 64;
            let held: BTreeSet<u32> = positions.into_iter().filter(|position| *position < whole_words).collect();
            prop_assert!((0..400).all(|position| set.contains(position) == held.contains(&position)));
            prop_assert!(set.iter().eq(held.iter().copied()));
            prop_assert_eq!(set.len(), u32::try_from(held.len()).unwrap());
        }

        #[test]
        fn a_page_is_a_part_of_all(positions in prop::collection::btree_set(0_u32..300, 0..200), skipped in 0_usize..220, size in 0_usize..40) {
            let set = Set::of(300, positions.iter().copied());
            prop_assert_eq!(set.page(skipped, size), set.iter().skip(skipped).take(size).collect::<Vec<_>>());
        }

        #[test]
        fn the_full_set_has_as_many_as_there_are(count in 0_u32..300, other in prop::collection::btree_set(0_u32..300, 0..80)) {
            let full = Set::full(count);
            prop_assert!(full.iter().eq(0..count));
            prop_assert!(Set::but(count, other.iter().copied()).iter().eq((0..count).filter(|position| !other.contains(position))));
            let common = other.iter().filter(|position| **position < count).count();
            prop_assert_eq!(full.common(&Set::of(300, other.iter().copied())), u32::try_from(common).unwrap());
        }
    }
}
