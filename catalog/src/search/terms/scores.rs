//! The ranks of scores: each bit set above the sums of impacts puts a product before all that lack it.

/// Added to the score of a product with all words; more than the impacts of all words together.
pub(super) const WHOLE: u32 = 1 << 27;

/// Added to the score of a product with all words that were compared, where some were not; more than the impacts of all words, too.
pub(super) const MOST: u32 = 1 << 26;

/// Added to the score of a product whose id or name is the text.
pub(super) const SAME: u32 = 1 << 28;

/// Added to the score of a product that a rule of the merchant puts first.
pub(super) const PINNED: u32 = 1 << 29;

/// Added to the score of a product that a rule of the merchant lifts; more than the impacts of all words.
pub(super) const LIFTED: u32 = 1 << 26;

/// Whether a product with this score lacks a word of the text.
pub(crate) fn is_partial(score: u32) -> bool {
    score < WHOLE
}
