//! nDCG@10: the nearness of a ranking to the best one that the ratings allow. Pure arithmetic.
//! The gain of a rating is 2^rating − 1, a product without a rating counts 0, and rank n divides by log2(n + 1).

use std::collections::BTreeMap;

/// How many products of a ranking are looked at.
pub(crate) const DEPTH: usize = 10;

/// People's ratings for one query: product to 0–3.
pub(crate) type Ratings = BTreeMap<String, u8>;

/// The score of one ranking, 0 to 1; nothing when no product has a positive rating, since every ranking is then as good.
pub(crate) fn ndcg(ratings: &Ratings, ranking: &[String]) -> Option<f64> {
    let mut best: Vec<u8> = ratings.values().copied().collect();
    best.sort_unstable_by(|left, right| right.cmp(left));
    let ideal = discounted(best);
    let found = discounted(ranking.iter().map(|id| ratings.get(id).copied().unwrap_or_default()));
    (ideal > 0.0).then(|| found / ideal)
}

/// The mean of the scores there are, and how many.
pub(crate) fn mean(scores: impl IntoIterator<Item = Option<f64>>) -> Option<(f64, u32)> {
    let (sum, count) = scores.into_iter().flatten().fold((0.0, 0_u32), |(sum, count), score| (sum + score, count + 1));
    (count > 0).then(|| (sum / f64::from(count), count))
}

fn discounted(ratings: impl IntoIterator<Item = u8>) -> f64 {
    let ranked = (2_u32..).zip(ratings).take(DEPTH);
    ranked.map(|(divisor, rating)| (f64::from(rating).exp2() - 1.0) / f64::from(divisor).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every value was worked out by hand from the gains 7, 3, 1 and the divisors 1, 1.584963, 2, 2.321928.
    #[test]
    fn rankings_score_as_worked_out_by_hand() {
        #[track_caller]
        fn check(ratings: &[(&str, u8)], ranking: &[&str], expect: Option<f64>) {
            let ratings = ratings.iter().map(|(id, rating)| ((*id).to_owned(), *rating)).collect();
            let ranking: Vec<String> = ranking.iter().map(ToString::to_string).collect();
            let score = ndcg(&ratings, &ranking);
            let same = match (score, expect) {
                (Some(score), Some(expect)) => (score - expect).abs() < 5e-6,
                (score, expect) => score.is_none() && expect.is_none(),
            };
            assert!(same, "{ranking:?}: {score:?}, not {expect:?}");
        }
        let three = [("a", 3), ("b", 2), ("c", 1)];
        // The best: 7 + 3/1.584963 + 1/2 = 9.392789.
        check(&three, &["a", "b", "c"], Some(1.0));
        // 1 + 3/1.584963 + 7/2 = 6.392789.
        check(&three, &["c", "b", "a"], Some(0.680_606));
        // What has no rating takes a rank: 7/1.584963 + 3/2 + 1/2.321928 = 6.347184.
        check(&three, &["x", "a", "b", "c"], Some(0.675_751));
        // One of three: 7/9.392789.
        check(&three, &["a"], Some(0.745_253));
        check(&three, &["x", "y"], Some(0.0));
        check(&three, &[], Some(0.0));
        // A rating of 0 is worth what no rating is.
        check(&[("a", 1), ("z", 0)], &["z", "a"], Some(0.630_930));
        // The tenth still counts, at 1/log2(11) = 0.289065; the eleventh does not.
        check(&[("a", 1)], &["1", "2", "3", "4", "5", "6", "7", "8", "9", "a"], Some(0.289_065));
        check(&[("a", 1)], &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "a"], Some(0.0));
        // Nothing to find.
        check(&[("a", 0)], &["a"], None);
        check(&[], &["a"], None);
    }

    #[test]
    fn more_relevant_products_than_ranks_still_allow_the_best_score() {
        let ratings: Ratings = (0..12).map(|number| (number.to_string(), 3)).collect();
        let ranking: Vec<String> = (0..10).map(|number| number.to_string()).collect();
        assert!(ndcg(&ratings, &ranking).is_some_and(|score| (score - 1.0).abs() < 1e-12));
    }

    #[test]
    fn the_mean_leaves_out_queries_with_nothing_to_find() {
        assert_eq!(mean([Some(0.5), None, Some(1.0)]), Some((0.75, 2)));
        assert_eq!(mean([None]), None);
    }
}
