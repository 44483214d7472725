//! A set of products by position: one bit each. For a few products out of many, and asked about far more often than made.

/// Positions of products.
pub(crate) struct Set {
    words: Vec<u64>,
}

impl Set {
    /// A set of some of the first `count` positions; others are left out.
    pub(crate) fn of(count: u32, positions: impl Iterator<Item = u32>) -> Set {
        let words = usize::try_from(count.div_ceil(u64::BITS)).unwrap_or_default();
        let mut set = Set { words: vec![0; words] };
        for position in positions {
            if let Some(word) = set.words.get_mut(word_of(position)) {
                *word |= 1 << (position % u64::BITS);
            }
        }
        set
    }

    pub(crate) fn contains(&self, position: u32) -> bool {
        self.words.get(word_of(position)).is_some_and(|word| word >> (position % u64::BITS) & 1 == 1)
    }
}

fn word_of(position: u32) -> usize {
    usize::try_from(position / u64::BITS).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::{prop, prop_assert, proptest};

    use super::Set;

    proptest! {
        #[test]
        fn holds_what_was_put_in(count in 0_u32..300, positions in prop::collection::btree_set(0_u32..300, 0..80)) {
            let set = Set::of(count, positions.iter().copied());
            let whole_words = count.div_ceil(64) * 64;
            let held: BTreeSet<u32> = positions.into_iter().filter(|position| *position < whole_words).collect();
            prop_assert!((0..400).all(|position| set.contains(position) == held.contains(&position)));
        }
    }
}
