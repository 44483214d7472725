//! The cost of a text, limited however many words it has and whatever they are. One budget for all of them: a limit for each word would
//! let sixteen words cost sixteen times as much. A word whose turn comes gets an equal share of the rest. Counts steps, not time, so
//! every host finds the same.

use core::cell::Cell;

/// Most words of the dictionary that are walked through, for the words that a text's words begin and for those that they misspell.
const WALK: usize = 40_000;

/// A catalog may walk through so many and one for each product, up to that limit. The whole of it would take many times as long as
/// anything else in a small catalog.
const WALK_OF_ANY: usize = 2_000;

/// The part of them for one word.
const WALKS: usize = 2;

/// A word of the dictionary takes as long as so many entries of a list.
const WALKED: usize = 6;

/// Most terms that beginnings and misspelt words stand for.
const TERMS: usize = 256;

/// Most of them for one word: those that most products have.
const TERMS_OF_A_WORD: usize = 64;

/// How often a text may go through as many entries as the catalog has products: a plain word of all products takes once.
const TIMES: usize = 6;

/// How many of these times are not for the entries of beginnings and misspelt words. A word of nearly all products and a beginning
/// then always fit, whichever comes first: one for a search of the two words as they are, one for the plain word, one for a table of
/// the catalog, and one to compare the products of both.
const PLAIN_TIMES: usize = 4;

/// A small catalog may be gone through as often as anybody likes.
const SMALL: usize = 5_000;

/// The rest of a text's budget.
#[derive(Debug)]
pub(super) struct Budget {
    /// Words of the dictionary that may still be walked through: in all, and by one word.
    walk: Cell<usize>,
    walk_of_a_word: usize,
    /// Terms that words may still stand for, and entries that the lists of these may have.
    terms: Cell<usize>,
    listed: Cell<usize>,
    /// Entries that may still be gone through.
    entries: Cell<usize>,
    work: Cell<usize>,
}

/// One word's part of it. It is taken from the budget until [`Budget::settle`] returns the unused rest.
#[derive(Debug)]
#[must_use = "a share that is not settled is lost to the other words"]
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
        let walk = products.saturating_add(WALK_OF_ANY).min(WALK);
        let times = |times: usize| Cell::new(products.saturating_mul(times).saturating_add(SMALL));
        Budget {
            walk: Cell::new(walk),
            walk_of_a_word: walk / WALKS,
            terms: Cell::new(TERMS),
            listed: times(TIMES - PLAIN_TIMES),
            entries: times(TIMES),
            work: Cell::new(0),
        }
    }

    /// Takes an equal share for one of so many words that wait.
    pub(super) fn share(&self, words: usize) -> Share {
        let take = |cell: &Cell<usize>, most: usize| {
            let share = (cell.get() / words.max(1)).min(most);
            cell.update(|left| left.saturating_sub(share));
            share
        };
        Share {
            walk: take(&self.walk, self.walk_of_a_word),
            terms: take(&self.terms, TERMS_OF_A_WORD),
            entries: take(&self.listed, usize::MAX),
        }
    }

    /// Pays for the used part of a share and gives the rest back. The one term that a word always keeps may be more than its share.
    pub(super) fn settle(&self, share: &Share, used: &Share) {
        let give_back = |cell: &Cell<usize>, share: usize, used: usize| {
            cell.update(|left| left.saturating_add(share).saturating_sub(used));
        };
        give_back(&self.walk, share.walk, used.walk);
        give_back(&self.terms, share.terms, used.terms);
        give_back(&self.listed, share.entries, used.entries);
        self.work.update(|work| work.saturating_add(used.walk.saturating_mul(WALKED)));
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
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};

    use super::{Budget, SMALL, Share, TERMS};

    fn left(budget: &Budget) -> Share {
        Share { walk: budget.walk.get(), terms: budget.terms.get(), entries: budget.listed.get() }
    }

    #[test]
    fn words_share_the_rest() {
        let share = |words: usize| Budget::of(100_000).share(words);
        assert_eq!((share(1).entries, share(5).entries), (205_000, 41_000));
        assert_eq!((share(1).terms, share(4).terms, share(8).terms), (64, 64, 32));
        assert_eq!((share(0).walk, share(4).walk), (20_000, 10_000));
        let budget = Budget::of(100_000);
        budget.settle(&budget.share(1), &Share { walk: 39_000, terms: 250, entries: 105_000 });
        let Share { walk, terms, entries } = budget.share(2);
        assert_eq!((walk, terms, entries), (500, 3, 50_000));
        budget.spend(305_000);
        assert!(budget.allows(300_000) && !budget.allows(300_001));
        budget.spend(usize::MAX);
        assert!(!budget.allows(1));
        assert_eq!(budget.share(1).entries, 50_000, "entries are shared before they are gone through");
    }

    #[test]
    fn small_catalogs_walk_less() {
        let walk = |products: usize| Budget::of(products).share(1).walk;
        assert_eq!([0, 1_000, 10_000, 38_000, 1_000_000].map(walk), [1_000, 1_500, 6_000, 20_000, 20_000]);
    }

    proptest! {
        #[test]
        fn shares_are_never_more_than_the_budget(
            products in 0_usize..200_000,
            // How many words wait, which part of the share in percent is used, and whether it is settled before the next one.
            steps in prop::collection::vec((0_usize..8, 0_usize..=100, prop::bool::ANY), 1..20),
        ) {
            let budget = Budget::of(products);
            let (walk, entries) = (left(&budget).walk, 2 * products + SMALL);
            let mut taken = Share { walk: 0, terms: 0, entries: 0 };
            for (words, percent, is_settled) in steps {
                let share = budget.share(words);
                let part = |whole: usize| if is_settled { whole * percent / 100 } else { whole };
                let used = Share { walk: part(share.walk), terms: part(share.terms), entries: part(share.entries) };
                if is_settled {
                    budget.settle(&share, &used);
                }
                taken.walk += used.walk;
                taken.terms += used.terms;
                taken.entries += used.entries;
                prop_assert!(taken.walk <= walk && taken.terms <= TERMS && taken.entries <= entries, "{taken:?}");
                let left = left(&budget);
                prop_assert_eq!(left.walk + taken.walk, walk);
                prop_assert_eq!(left.terms + taken.terms, TERMS);
                prop_assert_eq!(left.entries + taken.entries, entries);
            }
        }
    }
}
