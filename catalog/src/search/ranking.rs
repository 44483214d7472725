//! Sorting by keys that are whole numbers, the least first. Every order of a query goes through these two functions: each further
//! type that is sorted costs the Worker as much code as a page.

/// A key; what orders first stands in its highest bits.
pub(crate) type Key = u128;

/// Two numbers as one key, the first one in the higher bits.
pub(crate) fn pair(first: u32, second: u32) -> Key {
    Key::from(first) << 32 | Key::from(second)
}

/// The two numbers in the lowest bits of a key.
pub(crate) fn apart(key: Key) -> (u32, u32) {
    let low = |key: Key| u32::try_from(key & Key::from(u32::MAX)).unwrap_or_default();
    (low(key >> 32), low(key))
}

/// Sorts all keys.
pub(crate) fn sort(keys: &mut [Key]) {
    keys.sort_unstable();
}

/// Sorts the keys from `start` to `end`, as if all of them were sorted, and leaves the others in no order.
pub(crate) fn sort_window(keys: &mut [Key], start: usize, end: usize) -> &[Key] {
    let end = end.min(keys.len());
    if start >= end {
        return &[];
    }
    split_at(keys, start);
    let rest = keys.get_mut(start..).unwrap_or_default();
    split_at(rest, end - start);
    let window = rest.get_mut(..end - start).unwrap_or_default();
    sort(window);
    window
}

/// The few products of the highest scores; of equal ones those that come first.
pub(crate) fn best(products: impl Iterator<Item = (u32, u32)>, count: usize) -> Vec<(u32, u32)> {
    let mut best: Vec<(u32, u32)> = Vec::with_capacity(count + 1);
    for (position, score) in products {
        let place = best.partition_point(|(_, other)| *other >= score);
        if place < count {
            best.insert(place, (position, score));
            best.truncate(count);
        }
    }
    best
}

/// Puts the least `count` keys first, by Hoare's selection. The library's own is twice as large as all of this crate's ranking.
fn split_at(keys: &mut [Key], count: usize) {
    let (mut keys, mut count) = (keys, count);
    // Each round halves what is left, unless the pivots are all unlucky; sorting is the way out then.
    for _ in 0..64 {
        if count == 0 || count >= keys.len() {
            return;
        }
        let Some(pivot) = keys.get(keys.len() / 2).copied() else { return };
        let mut less = 0;
        for place in 0..keys.len() {
            if keys.get(place).is_some_and(|key| *key < pivot) {
                keys.swap(less, place);
                less += 1;
            }
        }
        let mut not_more = less;
        for place in less..keys.len() {
            if keys.get(place).is_some_and(|key| *key == pivot) {
                keys.swap(not_more, place);
                not_more += 1;
            }
        }
        if count <= less {
            keys = keys.get_mut(..less).unwrap_or_default();
        } else if count <= not_more {
            return;
        } else {
            keys = keys.get_mut(not_more..).unwrap_or_default();
            count -= not_more;
        }
    }
    sort(keys);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::sort_window;

    proptest! {
        #[test]
        fn a_window_is_a_part_of_the_whole(
            keys in prop::collection::vec(any::<u8>().prop_map(u128::from), 0..200),
            start in 0_usize..220,
            length in 0_usize..50,
        ) {
            let mut sorted = keys.clone();
            sorted.sort_unstable();
            let expect: Vec<u128> = sorted.into_iter().skip(start).take(length).collect();
            let mut keys = keys;
            prop_assert_eq!(sort_window(&mut keys, start, start + length), expect);
        }
    }

    use proptest::strategy::Strategy as _;
}
