//! Words within one or two edits of another: what a typing error leaves of a word. An edit is a letter too many, one missing, a
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

/// The distance of two words, if it is at most `limit`. Counts bytes: folded words are nearly all ASCII.
pub(crate) fn distance(left: &[u8], right: &[u8], limit: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > limit || left.len() > LONGEST || right.len() > LONGEST {
        return None;
    }
    // The row of the letter before the last one, of the last one, and of this one.
    let (mut above_last, mut last, mut current) =
        ([0_usize; LONGEST + 1], [0_usize; LONGEST + 1], [0_usize; LONGEST + 1]);
    for (column, cost) in last.iter_mut().enumerate() {
        *cost = column;
    }
    let at = |costs: &[usize; LONGEST + 1], place: usize| costs.get(place).copied().unwrap_or(usize::MAX / 2);
    let mut letter_before = None;
    for (number, letter) in left.iter().enumerate() {
        let mut lowest = number + 1;
        if let Some(first) = current.first_mut() {
            *first = number + 1;
        }
        let mut other_before = None;
        for (column, other) in right.iter().enumerate() {
            let mut cost = at(&last, column) + usize::from(letter != other);
            cost = cost.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            if column > 0 && letter_before == Some(other) && other_before == Some(letter) {
                cost = cost.min(at(&above_last, column - 1) + 1);
            }
            if let Some(slot) = current.get_mut(column + 1) {
                *slot = cost;
            }
            lowest = lowest.min(cost);
            other_before = Some(other);
        }
        if lowest > limit {
            return None;
        }
        letter_before = Some(letter);
        above_last = last;
        last = current;
    }
    Some(at(&last, right.len())).filter(|cost| *cost <= limit)
}

#[cfg(test)]
mod tests {
    use super::{distance, edits_allowed};

    #[test]
    fn edits_are_counted() {
        #[track_caller]
        fn check(left: &str, right: &str, expect: Option<usize>) {
            assert_eq!(distance(left.as_bytes(), right.as_bytes(), 2), expect, "{left} {right}");
            assert_eq!(distance(right.as_bytes(), left.as_bytes(), 2), expect, "{right} {left}");
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
}
