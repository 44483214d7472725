//! An amount spread over parts so that they add up to it: each gets its share rounded down, and what is left goes, a minor unit each, to
//! the largest remainders. Ties go to the earlier part, so callers order parts by something that does not change (their SKU).

use catalog::Amount;

/// Shares of an amount by weights; equal ones where all weights are 0. No share is larger than its weight if the amount is at most
/// the sum of the weights.
pub(super) fn spread(amount: Amount, weights: &[Amount]) -> Vec<Amount> {
    let is_weighted = weights.iter().any(|weight| *weight > Amount::ZERO);
    let weight = |weight: &Amount| if is_weighted { u128::from(weight.minor()) } else { 1 };
    let sum: u128 = weights.iter().map(weight).sum::<u128>().max(1);
    let exact = |held: &Amount| u128::from(amount.minor()) * weight(held);
    let mut shares: Vec<u64> =
        weights.iter().map(|held| u64::try_from(exact(held) / sum).unwrap_or(u64::MAX)).collect();
    let mut remainders: Vec<u128> = weights.iter().map(|held| exact(held) % sum).collect();
    let given: u64 = shares.iter().fold(0, |sum: u64, share| sum.saturating_add(*share));
    // Fewer units are left than there are parts, so this ends soon.
    for _ in 0..amount.minor().saturating_sub(given) {
        let mut largest: Option<(usize, u128)> = None;
        for (place, remainder) in remainders.iter().enumerate() {
            if *remainder > 0 && largest.is_none_or(|(_, held)| *remainder > held) {
                largest = Some((place, *remainder));
            }
        }
        let Some((place, _)) = largest else { break };
        if let (Some(share), Some(remainder)) = (shares.get_mut(place), remainders.get_mut(place)) {
            *share += 1;
            *remainder = 0;
        }
    }
    shares.into_iter().map(Amount::from_minor).collect()
}

#[cfg(test)]
mod tests {
    use catalog::Amount;
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};

    use super::spread;

    fn of(amount: u64, weights: &[u64]) -> Vec<u64> {
        let weights: Vec<Amount> = weights.iter().copied().map(Amount::from_minor).collect();
        spread(Amount::from_minor(amount), &weights).into_iter().map(Amount::minor).collect()
    }

    #[test]
    fn the_rest_goes_to_the_largest_remainders() {
        assert_eq!(of(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(of(10, &[333, 333, 334]), [3, 3, 4]);
        assert_eq!(of(5, &[0, 0]), [3, 2]);
        assert_eq!(of(5, &[]), [] as [u64; 0]);
        assert_eq!(of(0, &[7, 9]), [0, 0]);
        assert_eq!(of(7, &[0, 7]), [0, 7]);
    }

    proptest! {
        #[test]
        fn shares_add_up_and_stay_within_their_weights(
            weights in prop::collection::vec(0_u64..=999 * 999_999_999_999, 1..100),
            part in 0_u64..=1_000,
        ) {
            let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
            let amount = u64::try_from(sum * u128::from(part) / 1_000).unwrap();
            let shares = of(amount, &weights);
            prop_assert_eq!(shares.iter().sum::<u64>(), amount);
            prop_assert!(sum == 0 || shares.iter().zip(&weights).all(|(share, weight)| share <= weight));
        }
    }
}
