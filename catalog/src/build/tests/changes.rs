//! Changes of products with variants: whoever lays them over the base answers as if the index were built of the changed records.

use proptest::prelude::{ProptestConfig, any, prop, prop_assert_eq, proptest};

use super::{Seed, products, record, records, seeds};
use crate::api::{self, Settings};
use crate::build::edition::Edition;
use crate::build::record::Record;
use crate::index::catalog::Catalog;
use web::{Method, Request};

/// Requests that read every section.
const TARGETS: [(&str, &str); 12] = [
    ("/api/products", "include=facets,variants,images,attributes&pageSize=100"),
    ("/api/products", "include=facets&inStock=true&pageSize=100"),
    ("/api/products", "include=facets&option.Size=M&pageSize=100"),
    ("/api/products", "include=facets&option.Size=M&option.Colour=Red&inStock=true"),
    ("/api/products", "include=facets&brand=hollis&sort=newest"),
    ("/api/products", "include=facets&collection=gifts&sort=discount"),
    ("/api/products", "include=facets&attr.material=Oak&sort=rating"),
    ("/api/products", "include=facets&category=Home&onSale=true&sort=price-desc"),
    ("/api/products", "include=facets&minRating=2.5&sort=name"),
    ("/api/products", "category=home+%3E+table&sort=price-asc"),
    ("/api/products", "search=tea+pot&include=facets"),
    ("/api/products/categories", ""),
];

fn answer(catalog: &Catalog, path: &str, query: &str) -> String {
    let request = Request::new(Method::Get, path, query);
    let reply = api::answer(catalog, &Settings::default(), &request);
    format!("{} {}", reply.status, String::from_utf8_lossy(&reply.body))
}

pub(super) fn all_answers(catalog: &Catalog, records: &[Record]) -> Vec<String> {
    let mut answers: Vec<String> = TARGETS.iter().map(|(path, query)| answer(catalog, path, query)).collect();
    for record in records {
        answers.push(answer(catalog, &format!("/api/products/{}", record.id), ""));
        answers.push(answer(catalog, &format!("/api/products/{}", record.handle), ""));
        for variant in &record.details.variants {
            answers.push(format!("{:?}", catalog.by_sku(&variant.sku)));
        }
        for former in &record.details.former_handles {
            answers.push(format!("{:?}", catalog.by_handle(former)));
        }
    }
    answers
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn changed_products_answer_as_if_they_were_built(
        seeds in seeds(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<Seed>(), 0_u8..4), 0..8),
    ) {
        let before = records(&seeds);
        let mut after = before.clone();
        for (place, seed, kind) in edits {
            let place = place.index(after.len());
            match kind {
                // Price and stock of variants alone.
                0 => after[place].details.variants.iter_mut().for_each(|variant| {
                    variant.facts.stock = u32::from(seed[0] % 3);
                    variant.facts.price = crate::model::money::Price::of(u64::from(seed[1]) * 10);
                }),
                1 => after[place] = Record { id: after[place].id.clone(), ..record(place, seed) },
                2 if after.len() > 1 => drop(after.remove(place)),
                _ => after.push(Record { id: format!("new-{}", after.len() + usize::from(seed[0]) * 100), ..record(7, seed) }),
            }
        }
        after.sort_by(|left, right| left.id.cmp(&right.id));
        after.dedup_by(|left, right| left.id == right.id);
        let base = Edition::new(products(before)).unwrap();
        let next = base.next(products(after.clone())).unwrap();
        let built = Edition::new(products(after.clone())).unwrap();
        prop_assert_eq!(next.catalog().revision(), built.catalog().revision());
        prop_assert_eq!(next.catalog().verify(), Ok(()));
        let after = products(after).records;
        for (found, expect) in all_answers(next.catalog(), &after).into_iter().zip(all_answers(built.catalog(), &after)) {
            prop_assert_eq!(found, expect);
        }
    }
}

#[test]
fn a_changed_stock_of_a_variant_takes_few_bytes() {
    let (_, records) = &*super::RICH;
    let mut changed = records.clone();
    let record = changed.iter_mut().find(|record| record.details.variants.len() > 2).unwrap();
    record.details.variants[1].facts.stock += 40;
    let before = Edition::new(products(records.clone())).unwrap();
    let after = before.next(products(changed)).unwrap();
    assert_eq!((after.changed(), after.base_revision()), (1, before.base_revision()));
    let sent = after.changes().unwrap();
    assert!(sent.len() < 100, "{} bytes", sent.len());
}
