//! Words within one or two edits of another, as typing errors leave them. An edit is a letter too many, one missing, a
//! wrong one, or two that changed places (restricted Damerau–Levenshtein distance).

/// Shortest word that may have one edit; two from twice its length on. Algolia's limits, and the ones shoppers are used to.
const ONE_EDIT_FROM: usize = 4;
const TWO_EDITS_FROM: usize = 8;

/// Longest word that is compared.
const LONGEST: usize = 64;

/// How many edits a word of so many bytes may have.
pub(crate) fn edits_allowed(length: usize) -> usize {
    match length {
        TWO_EDITS_FROM.. => 2,
        ONE_EDIT_FROM.. => 1,
        _ => 0,
    }
}

/// Compares one word with those of a sorted list. Neighbours there begin alike, and the distances of a beginning are not worked
/// out again: most words cost a look at the letters that they share with the one before.
pub(crate) struct Misspelling<'t> {
    typed: &'t [u8],
    limit: usize,
    /// The letters of the beginning that was worked out last.
    beginning: Vec<u8>,
    /// For no letter of it, for its first, and so on: the distances to each beginning of the typed word, as far as they can be within
    /// the limit.
    rows: Vec<u8>,
    /// Whether no word of this beginning is near enough.
    is_far: bool,
}

impl<'t> Misspelling<'t> {
    /// Words that are within so many edits of one.
    pub(crate) fn of(typed: &'t [u8], limit: usize) -> Self {
        // Before the first letter, each beginning of the typed word is its own length away.
        let first_row = (0..=typed.len()).map(|length| u8::try_from(length).unwrap_or(u8::MAX));
        Misspelling { typed, limit, beginning: Vec::with_capacity(LONGEST), rows: first_row.collect(), is_far: false }
    }

    /// The distance of the next word, if it is within the limit. Counts bytes: folded words are nearly all ASCII.
    pub(crate) fn distance(&mut self, word: &[u8]) -> Option<usize> {
        let width = self.typed.len() + 1;
        if word.len().abs_diff(self.typed.len()) > self.limit || width > LONGEST + 1 || word.len() > LONGEST {
            return None;
        }
        let shared = self.beginning.iter().zip(word).take_while(|(left, right)| left == right).count();
        if self.is_far && shared == self.beginning.len() {
            return None;
        }
        self.beginning.truncate(shared);
        self.rows.truncate((shared + 1) * width);
        self.is_far = false;
        for letter in word.get(shared..).unwrap_or_default() {
            if self.add(*letter) > self.limit {
                self.is_far = true;
                return None;
            }
        }
        self.rows.last().map(|cost| usize::from(*cost)).filter(|cost| *cost <= self.limit)
    }

    /// Works out the row of the next letter and returns its lowest distance, below which no later row comes.
    fn add(&mut self, letter: u8) -> usize {
        let width = self.typed.len() + 1;
        let number = self.beginning.len() + 1;
        let letter_before = self.beginning.last().copied();
        let start = number * width;
        self.beginning.push(letter);
        self.rows.resize(start + width, u8::MAX);
        let (above, row) = self.rows.split_at_mut(start);
        let at = |row: usize, column: usize| above.get(row * width + column).copied().unwrap_or(u8::MAX);
        let mut lowest = u8::MAX;
        let mut left = u8::MAX;
        // Further from the diagonal than the limit every distance is above it.
        for column in number.saturating_sub(self.limit)..=(number + self.limit).min(self.typed.len()) {
            let other = |column: usize| self.typed.get(column.checked_sub(1)?).copied();
            let mut cost = at(number - 1, column).min(left).saturating_add(1);
            if let Some(before) = column.checked_sub(1) {
                let edit = u8::from(other(column) != Some(letter));
                cost = cost.min(at(number - 1, before).saturating_add(edit));
                if let (Some(row), Some(earlier)) = (number.checked_sub(2), column.checked_sub(2))
                    && other(column) == letter_before
                    && other(before) == Some(letter)
                {
                    cost = cost.min(at(row, earlier).saturating_add(1));
                }
            }
            if let Some(slot) = row.get_mut(column) {
                *slot = cost;
            }
            left = cost;
            lowest = lowest.min(cost);
        }
        usize::from(lowest)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, prop_assert_eq, proptest};

    use super::{Misspelling, edits_allowed};

    #[test]
    fn edits_are_counted() {
        #[track_caller]
        fn check(left: &str, right: &str, expect: Option<usize>) {
            assert_eq!(Misspelling::of(left.as_bytes(), 2).distance(right.as_bytes()), expect, "{left} {right}");
            assert_eq!(Misspelling::of(right.as_bytes(), 2).distance(left.as_bytes()), expect, "{right} {left}");
        }
        check("lamp", "lamp", Some(0));
        check("lamp", "lamps", Some(1));
        check("lamp", "lmap", Some(1));
        check("lamp", "limp", Some(1));
        check("lamp", "amp", Some(1));
        check("headphones", "haedphone", Some(2));
        check("lamp", "lantern", None);
        check("", "ab", Some(2));
        check("", "", Some(0));
        check(&"a".repeat(100), &"a".repeat(100), None);
    }

    #[test]
    fn short_words_have_none() {
        assert_eq!([3, 4, 7, 8, 20].map(edits_allowed), [0, 1, 1, 2, 2]);
    }

    /// The distance by its definition (optimal string alignment), every cell of it.
    fn plainly(left: &[u8], right: &[u8]) -> usize {
        let mut costs = vec![vec![0; right.len() + 1]; left.len() + 1];
        for row in 0..=left.len() {
            for column in 0..=right.len() {
                costs[row][column] = if row == 0 || column == 0 {
                    row + column
                } else {
                    let edit = usize::from(left[row - 1] != right[column - 1]);
                    let cost = (costs[row - 1][column - 1] + edit)
                        .min(costs[row - 1][column] + 1)
                        .min(costs[row][column - 1] + 1);
                    let is_swapped = row > 1
                        && column > 1
                        && left[row - 1] == right[column - 2]
                        && left[row - 2] == right[column - 1];
                    if is_swapped { cost.min(costs[row - 2][column - 2] + 1) } else { cost }
                };
            }
        }
        costs[left.len()][right.len()]
    }

    proptest! {
        #[test]
        fn a_sorted_list_is_compared_as_each_word_of_it_would_be(
            typed in "[abc]{0,9}",
            words in prop::collection::btree_set("[abc]{0,9}", 0..40),
            limit in 0_usize..3,
        ) {
            let mut misspelling = Misspelling::of(typed.as_bytes(), limit);
            for word in &words {
                let expect = Some(plainly(typed.as_bytes(), word.as_bytes())).filter(|distance| *distance <= limit);
                prop_assert_eq!(misspelling.distance(word.as_bytes()), expect, "{} {}", typed, word);
            }
        }
    }
}
