//! Between which scores a page lies, found by counting. A page of twelve out of 100,000 products then needs the full order of a few
//! thousand of them, wherever it is; to select among all is most of what such a search would cost.

use core::ops::RangeInclusive;

const BUCKETS: usize = 256;

/// So few products are ordered as they are.
const FEW: usize = 2048;

/// Each round looks at eight bits more, so four see every bit of a score; the fifth finds that nothing is left to narrow.
const ROUNDS: usize = 5;

/// Products of neighbouring scores.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Band {
    /// What they score.
    pub(super) scores: RangeInclusive<u32>,
    /// How many products score more.
    pub(super) before: usize,
}

impl Band {
    /// A band that holds the products from rank `start` up to rank `end`, the highest score first.
    pub(super) fn around(products: &[(u32, u32)], start: usize, end: usize) -> Band {
        let mut band = Band { scores: 0..=u32::MAX, before: 0 };
        let end = end.min(products.len());
        if start >= end || products.len() <= FEW {
            return band;
        }
        let scores = || products.iter().map(|(_, score)| *score);
        let (lowest, highest) = scores().fold((u32::MAX, 0), |(low, high), score| (low.min(score), high.max(score)));
        band.scores = lowest..=highest;
        for _ in 0..ROUNDS {
            let (low, high) = (*band.scores.start(), *band.scores.end());
            // Eight bits of what is left, the highest ones first.
            let shift = (high - low).checked_ilog2().map_or(0, |log| (log + 1).saturating_sub(8));
            let mut counts = [0_usize; BUCKETS];
            for score in scores() {
                let bucket = score.checked_sub(low).and_then(|above| usize::try_from(above >> shift).ok());
                if let Some(count) = bucket.and_then(|bucket| counts.get_mut(bucket)) {
                    *count += 1;
                }
            }
            let (mut above, mut within) = (band.before, 0);
            let (mut top, mut bottom) = (high, low);
            for (bucket, count) in (0_u32..256).zip(counts).rev() {
                let Some(first) = low.checked_add(bucket << shift).filter(|first| *first <= high) else { continue };
                if within == 0 && above + count <= start {
                    above += count;
                    top = first.saturating_sub(1);
                    continue;
                }
                within += count;
                if above + within >= end {
                    bottom = first;
                    break;
                }
            }
            let narrowed = Band { scores: bottom..=top.min(high), before: above };
            let is_done = within <= FEW || shift == 0 || narrowed == band;
            band = narrowed;
            if is_done {
                if within > FEW && end - start > 1 {
                    // The page ends among many of one score: that score exactly, so that they can be told from the better ones.
                    band.scores = *Band::around(products, end - 1, end).scores.start()..=*band.scores.end();
                }
                break;
            }
        }
        band
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use proptest::strategy::Just;

    use super::Band;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn holds_the_ranks_and_counts_what_is_above(
            seed in prop::collection::vec(prop_oneof![0_u32..40, Just(u32::MAX), 1_000_000..1_000_200_u32, 0..=u32::MAX], 1..60),
            length in 1_usize..6000,
            start in 0_usize..6000,
            size in 1_usize..100,
        ) {
            let scored: Vec<(u32, u32)> = (0_u32..).zip(seed.iter().copied().cycle().take(length)).collect();
            let mut sorted: Vec<u32> = scored.iter().map(|(_, score)| *score).collect();
            sorted.sort_unstable_by(|left, right| right.cmp(left));
            let band = Band::around(&scored, start, start + size);
            let above = sorted.iter().filter(|score| *score > band.scores.end()).count();
            prop_assert_eq!(above, band.before);
            for rank in start..(start + size).min(length) {
                prop_assert!(sorted.get(rank).is_some_and(|score| band.scores.contains(score)), "rank {rank} of {band:?}");
            }
        }
    }
}
