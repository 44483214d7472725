//! Stock from another book: the edition with other stock is the one that an index of the same products has, whatever led to it.

use std::collections::BTreeMap;

use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

use super::changes::all_answers;
use super::{Seed, products, record, records, seeds};
use crate::build::edition::Edition;
use crate::build::record::Record;
use crate::model::details::StockPolicy;

/// Every SKU of these records, counted or not.
fn skus(records: &[Record]) -> Vec<String> {
    let of = |record: &Record| -> Vec<String> {
        let variants = record.details.variants.iter().map(|variant| variant.sku.clone());
        variants.chain([record.id.clone()]).collect()
    };
    records.iter().flat_map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn stock_that_changes_bit_by_bit_is_as_if_it_were_indexed(
        seeds in seeds(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<Seed>()), 0..3),
        rounds in prop::collection::vec(prop::collection::vec((any::<prop::sample::Index>(), 0_u32..3), 1..6), 1..5),
    ) {
        let before = records(&seeds);
        let mut file = before.clone();
        for (place, seed) in edits {
            // Half of them are new products.
            let (place, id) = (place.index(file.len()), format!("new-{}", seed[0]));
            if seed[1] % 2 == 0 {
                file[place] = Record { id: file[place].id.clone(), ..record(place, seed) };
            } else if file.iter().all(|record| record.id != id) {
                file.push(Record { id, ..record(7, seed) });
            }
        }
        let base = Edition::new(products(before)).unwrap();
        let mut edition = base.next(products(file.clone())).unwrap();
        let skus = skus(&products(file.clone()).records);
        let mut book: BTreeMap<String, u32> = BTreeMap::new();
        for round in rounds {
            let levels: Vec<(String, u32)> =
                round.into_iter().map(|(sku, stock)| (skus[sku.index(skus.len())].clone(), stock)).collect();
            book.extend(levels.iter().cloned());
            let expect = base.next(products(file.clone()).with_stock(|sku| book.get(sku).copied())).unwrap();
            let levels = levels.iter().map(|(sku, stock)| (sku.as_str(), *stock));
            let Some(restocked) = edition.restocked(levels) else {
                // A price before that no product of the base has needs a column that its index lacks.
                edition = expect;
                continue;
            };
            prop_assert_eq!(restocked.catalog().revision(), expect.catalog().revision());
            if restocked.base_revision() == expect.base_revision() {
                prop_assert_eq!(restocked.changes(), expect.changes());
                prop_assert_eq!(restocked.changed(), expect.changed());
            }
            prop_assert!(restocked.catalog().verify().is_ok());
            let records = products(file.clone()).records;
            for (found, expect) in
                all_answers(restocked.catalog(), &records).into_iter().zip(all_answers(expect.catalog(), &records))
            {
                prop_assert_eq!(found, expect);
            }
            edition = restocked;
        }
    }

    #[test]
    fn what_is_counted_can_be_set_and_nothing_else(seeds in seeds()) {
        let products = products(records(&seeds));
        let counted: BTreeMap<String, u32> = products.counted().map(|(sku, stock)| (sku.to_owned(), stock)).collect();
        let records = products.with_stock(|_| Some(77)).records;
        for record in &records {
            if record.details.variants.is_empty() {
                prop_assert_eq!((record.stock, counted.contains_key(&record.id)), (77, true));
            }
            for variant in &record.details.variants {
                let is_counted = variant.facts.policy != StockPolicy::Untracked;
                prop_assert_eq!(variant.facts.stock == 77, is_counted);
                prop_assert_eq!(counted.contains_key(&variant.sku), is_counted);
            }
        }
    }
}
