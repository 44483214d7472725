//! What a text may cost, however many words it has and whatever they are. One budget for all of them: a limit for each word would let
//! sixteen words cost sixteen times as much. What is left of it when a word's turn comes is shared with those that still wait.
//! Counts steps, not time, so every host finds the same.

use core::cell::Cell;

/// Most words of the dictionary that are walked through, for what a text's words begin and for what they misspell.
const WALK: usize = 40_000;

/// Most of them for one word.
const WALK_OF_A_WORD: usize = 20_000;

/// A word of the dictionary takes as long as so many entries of a list.
const WALKED: usize = 6;

/// Most terms that beginnings and misspelt words stand for.
const TERMS: usize = 256;

/// Most of them for one word: those that most products have.
const TERMS_OF_A_WORD: usize = 64;

/// How often a text may go through as many entries as the catalog has products: a plain word of all products takes once.
const TIMES: usize = 4;

/// A small catalog may be gone through as often as anybody likes.
const SMALL: usize = 5_000;

/// What is left.
#[derive(Debug)]
pub(super) struct Budget {
    walk: Cell<usize>,
    terms: Cell<usize>,
    entries: Cell<usize>,
    work: Cell<usize>,
}

/// What one word may take of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    /// Words of the dictionary to walk through.
    pub(super) walk: usize,
    /// Terms to stand for.
    pub(super) terms: usize,
    /// Entries in the lists of those terms.
    pub(super) entries: usize,
}

impl Budget {
    /// For a catalog of so many products.
    pub(super) fn of(products: usize) -> Budget {
        Budget {
            walk: Cell::new(WALK),
            terms: Cell::new(TERMS),
            entries: Cell::new(products.saturating_mul(TIMES).saturating_add(SMALL)),
            work: Cell::new(0),
        }
    }

    /// An equal share for one of so many words, of which half of the entries stay behind for those that mean only themselves.
    pub(super) fn share(&self, words: usize) -> Share {
        let words = words.max(1);
        Share {
            walk: (self.walk.get() / words).min(WALK_OF_A_WORD),
            terms: (self.terms.get() / words).min(TERMS_OF_A_WORD),
            entries: self.entries.get() / words / 2,
        }
    }

    /// So many words of the dictionary were walked through, and so many terms found there are kept.
    pub(super) fn walked(&self, words: usize, terms: usize) {
        self.walk.update(|left| left.saturating_sub(words));
        self.terms.update(|left| left.saturating_sub(terms));
        self.work.update(|work| work.saturating_add(words.saturating_mul(WALKED)));
    }

    /// So many entries are gone through.
    pub(super) fn spend(&self, entries: usize) {
        self.entries.update(|left| left.saturating_sub(entries));
        self.work.update(|work| work.saturating_add(entries));
    }

    /// Whether as many entries are left.
    pub(super) fn allows(&self, entries: usize) -> bool {
        entries <= self.entries.get()
    }

    /// All steps so far.
    pub(super) fn work(&self) -> u64 {
        u64::try_from(self.work.get()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn words_share_what_is_left() {
        let budget = Budget::of(100_000);
        assert_eq!(budget.share(1).entries, 202_500);
        assert_eq!(budget.share(6).entries, 33_750);
        assert_eq!((budget.share(1).terms, budget.share(4).terms, budget.share(8).terms), (64, 64, 32));
        assert_eq!((budget.share(0).walk, budget.share(4).walk), (20_000, 10_000));
        budget.spend(20_000);
        budget.walked(39_000, 250);
        assert_eq!(budget.share(1).entries, 192_500);
        assert_eq!((budget.share(2).walk, budget.share(2).terms), (500, 3));
        assert!(budget.allows(385_000) && !budget.allows(385_001));
        budget.spend(usize::MAX);
        assert!(!budget.allows(1));
    }
}
