//! Lists that are written come back, and damaged ones are survived.

use proptest::prelude::{Just, ProptestConfig, prop, prop_assert_eq, prop_oneof, proptest};

use super::{IMPACT_LIMIT, Postings, SCALE_LIMIT, bits_left_out, write_list};

/// What a list says, read in full.
fn all(bytes: &[u8], products: u32) -> Vec<(u32, u8)> {
    let mut found = Vec::new();
    Postings::read(bytes, products).expect("a list").each(|position, impact| found.push((position, impact)));
    found
}

/// Positions with impacts that a list of this scale can hold.
fn entries(marks: &[u8], scale: u32) -> Vec<(u32, u8)> {
    let impact = |mark: u8| mark & (IMPACT_LIMIT >> bits_left_out(scale));
    (0..).zip(marks).map(|(position, mark)| (position, impact(*mark))).filter(|(_, impact)| *impact > 0).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn lists_read_back(
        dense in prop::collection::vec(0_u8..128, 0..700),
        gaps in prop::collection::vec((0_u32..5_000, 1_u8..32), 0..700),
        scale in prop_oneof![1_u32..8, Just(SCALE_LIMIT / 8 + 1), Just(SCALE_LIMIT / 4 + 1), Just(SCALE_LIMIT)],
    ) {
        let products = u32::try_from(dense.len()).unwrap();
        let read = |list: &[(u32, u8)]| -> Vec<(u32, u8)> {
            list.iter().map(|(position, impact)| (*position, impact << bits_left_out(scale))).collect()
        };
        let entries = entries(&dense, scale);
        prop_assert_eq!(all(&write_list(scale, &entries, dense.len()), products), read(&entries));
        let mut position = 0;
        let sparse: Vec<(u32, u8)> = gaps.into_iter().map(|(gap, impact)| { position += gap + 1; (position, impact) }).collect();
        let products = position * 3 + 1;
        prop_assert_eq!(all(&write_list(scale, &sparse, products as usize), products), read(&sparse));
    }

    #[test]
    fn scores_are_those_of_the_entries(
        dense in prop::collection::vec(0_u8..128, 1..700),
        scale in prop_oneof![1_u32..8, Just(SCALE_LIMIT / 8 + 1), Just(SCALE_LIMIT / 4 + 1), Just(SCALE_LIMIT)],
        unit in 1_u32..20_000,
        is_dense in prop::bool::ANY,
    ) {
        let products = if is_dense { dense.len() } else { dense.len() * 9 };
        let bytes = write_list(scale, &entries(&dense, scale), products);
        let count = u32::try_from(products).unwrap();
        let postings = Postings::read(&bytes, count).unwrap();
        let expect: Vec<(u32, u32)> =
            all(&bytes, count).into_iter().map(|(position, impact)| (position, u32::from(impact) * unit)).collect();
        prop_assert_eq!(&postings.scored(unit), &expect);
        let mut scores: Vec<u32> = (0..count).map(|position| position * 7_919 % 300_000).collect();
        let mut raised = scores.clone();
        for (position, score) in expect {
            let slot = &mut raised[usize::try_from(position).unwrap()];
            *slot = (*slot).max(score);
        }
        postings.raise(&mut scores, unit);
        prop_assert_eq!(scores, raised);
    }

    #[test]
    fn retaining_is_intersecting(
        list in prop::collection::btree_map(0_u32..6_000, 1_u8..64, 0..900),
        candidates in prop::collection::btree_map(0_u32..6_000, 0_u32..1_000, 0..900),
        is_dense in prop::bool::ANY,
    ) {
        let entries: Vec<(u32, u8)> = list.iter().map(|(position, impact)| (*position, *impact)).collect();
        let products = if is_dense { 6_000 } else { 60_000 };
        // A list is dense by its share of the products.
        let bytes = write_list(SCALE_LIMIT, &entries, if is_dense { entries.len().max(6_000) } else { products });
        let mut kept: Vec<(u32, u32)> = candidates.iter().map(|(position, score)| (*position, *score)).collect();
        let postings = Postings::read(&bytes, u32::try_from(products).unwrap()).unwrap();
        postings.retain(&mut kept, |score, impact| score + u32::from(impact));
        let expect: Vec<(u32, u32)> = candidates
            .iter()
            .filter_map(|(position, score)| Some((*position, score + u32::from(*list.get(position)?))))
            .collect();
        prop_assert_eq!(kept, expect);
    }

    #[test]
    fn damaged_lists_are_survived(bytes in prop::collection::vec(0_u8..=255, 0..600), products in 0_u32..2_000) {
        if let Some(postings) = Postings::read(&bytes, products) {
            postings.each(|_, _| ());
            postings.raise(&mut [0; 100], 1);
            assert!(postings.scored(1).len() <= 2_000);
            postings.retain(&mut (0..500).map(|position| (position * 3, 0)).collect(), |score, _| score);
        }
    }
}
