//! Damage to the index of a catalog that has everything, behind checksums that nobody compares: reading gives less, and nothing panics.

use proptest::prelude::{ProptestConfig, any, prop, prop_oneof, proptest};

use super::changes::all_answers;
use super::{RICH, records};
use crate::build::edition::Edition;
use crate::index::catalog::Catalog;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_body_is_survived(
        damages in prop::collection::vec(
            (any::<prop::sample::Index>(), prop_oneof![any::<u8>(), proptest::prelude::Just(0xff), proptest::prelude::Just(0)], 1_usize..9),
            1..60,
        ),
        seed in any::<super::Seed>(),
    ) {
        let (catalog, rich) = &*RICH;
        let header = 72 + 8 * 51 + 8;
        let mut index = catalog.as_bytes().to_vec();
        for (place, byte, length) in damages {
            let place = header + place.index(index.len() - header - length);
            index[place..place + length].fill(byte);
        }
        // The few tables that are read as a whole are checked when the index opens.
        let Ok(damaged) = Catalog::open(index) else { return Ok(()) };
        let _ = all_answers(&damaged, rich);
        // Changes of the whole base, laid over the damaged one.
        let mut changed = rich.clone();
        changed[3].details = records(&[seed])[0].details.clone();
        changed[5].details.variants.iter_mut().for_each(|variant| variant.facts.stock += 1);
        changed.remove(9);
        let base = Edition::new(super::products(rich.clone())).unwrap();
        let next = base.next(super::products(changed)).unwrap();
        if let Some(changes) = next.changes()
            && let Ok(after) = damaged.with_changes(changes)
        {
            let _ = all_answers(&after, &rich[..20]);
        }
    }
}

/// Each variant has a copy of its values: a hundred copies of one as long as all details may be would be 50 MiB.
#[test]
fn a_value_longer_than_any_is_damage() {
    use crate::index::details;
    use crate::model::details::{Details, MAX_LABEL_LENGTH, Variant};

    let of_length = |length: usize| {
        let variant = Variant { sku: "a".to_owned(), values: vec!["é".repeat(length)], ..Variant::default() };
        let details = Details { options: vec!["Size".to_owned()], variants: vec![variant], ..Details::default() };
        details::read(&details::write(&details)).map(|found| found == details)
    };
    assert_eq!(of_length(MAX_LABEL_LENGTH), Some(true));
    assert_eq!(of_length(MAX_LABEL_LENGTH * 2 + 1), None);
}
