//! Sorting of few things. The library's sort takes some 8 KB of code for each type, which a Worker loads before its first response; for a
//! few dozen values a plain insertion is as quick.

/// Sorts by insertion, in place; equal values keep their order. In time that grows with the square of their number.
pub(crate) fn sort_few<T>(items: &mut [T], is_before: impl Fn(&T, &T) -> bool) {
    for end in 1..items.len() {
        let mut place = end;
        while let Some(before) = place.checked_sub(1) {
            match (items.get(place), items.get(before)) {
                (Some(item), Some(other)) if is_before(item, other) => items.swap(place, before),
                _ => break,
            }
            place = before;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::sort_few;

    proptest! {
        #[test]
        fn sorts_as_the_library_does(items in prop::collection::vec((0_u8..9, any::<u8>()), 0..60)) {
            let (mut sorted, mut few) = (items.clone(), items);
            sorted.sort_by_key(|(key, _)| *key);
            sort_few(&mut few, |left, right| left.0 < right.0);
            prop_assert_eq!(few, sorted);
        }
    }
}
