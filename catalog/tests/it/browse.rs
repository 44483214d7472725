//! Every way to filter, sort and page a catalog of a few hundred products, with a text and without, against going through all of
//! them one by one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use catalog::{Catalog, Facets, Price, Product, Query, Sort};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop, prop_assert_eq, prop_oneof, proptest};

const PRODUCTS: u32 = 400;

/// Half of the products are in one category and a few in the last; prices and ratings repeat, and a fifth is out of stock.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let records: Vec<String> = (0..PRODUCTS)
        .map(|id| {
            let mixed = id.wrapping_mul(2_654_435_761) >> 8;
            let category = [0, 0, 0, 0, 1, 1, 2, 3].get(mixed as usize % 8).unwrap() + u32::from(id % 97 == 0) * 4;
            format!(
                r#"{{"id":"{id}","name":"Thing {}","description":"","price":{},"imageUrl":"","category":"Shelf {category}","stock":{},"rating":{},"reviews":{}}}"#,
                mixed % 50,
                mixed % 40,
                mixed / 7 % 5,
                mixed / 11 % 6,
                mixed % 3,
            )
        })
        .collect();
    let records = format!("[{}]", records.join(","));
    Catalog::open(catalog::build::index_from_json(records.as_bytes()).unwrap()).unwrap()
});

fn queries() -> impl Strategy<Value = Query> {
    let category = prop_oneof![
        Just(None),
        (0..9_u32).prop_map(|number| Some(format!("Shelf {number}"))),
        Just(Some("Nowhere".to_owned()))
    ];
    let price = || prop::option::of((0..45_u32).prop_map(|price| Price::from_minor(u64::from(price) * 100).unwrap()));
    let sort = prop::option::of(prop::sample::select(Sort::ALL.to_vec()));
    let search = prop_oneof![
        3 => Just(None),
        1 => Just(Some("thing".to_owned())),
        1 => (0..52_u32).prop_map(|number| Some(format!("thing {number}"))),
        1 => (0..52_u32).prop_map(|number| Some(number.to_string())),
    ];
    let in_stock = prop::option::of(prop_oneof![Just(true), Just(false)]);
    (category, price(), price(), in_stock, search, sort, 1..60_u32, 1..30_u32).prop_map(
        |(category, one, other, in_stock, search, sort, page, page_size)| {
            // Either bound may be the lower one, or the only one.
            let (min_price, max_price) = match (one, other) {
                (Some(one), Some(other)) => (Some(one.min(other)), Some(one.max(other))),
                bounds => bounds,
            };
            Query {
                categories: category.into_iter().collect(),
                min_price,
                max_price,
                in_stock,
                search,
                sort,
                page,
                page_size,
                ..Query::default()
            }
        },
    )
}

/// The products of the query's text, the best match first; without one all products by id. No filter takes part.
fn all(query: &Query) -> impl Iterator<Item = (u32, Product<'static>)> {
    let text = Query { search: query.search.clone(), page_size: PRODUCTS, ..Query::default() };
    let hits = CATALOG.search(&text);
    assert_eq!(hits.positions.len(), usize::try_from(hits.total).unwrap());
    hits.positions.into_iter().map(|position| (position, CATALOG.product_at(position).unwrap()))
}

fn in_category(query: &Query, product: &Product<'_>) -> bool {
    query.only_category().is_none_or(|category| category == product.category)
}

fn in_prices(query: &Query, product: &Product<'_>) -> bool {
    query.min_price.is_none_or(|min| product.price >= min) && query.max_price.is_none_or(|max| product.price <= max)
}

fn in_stock(query: &Query, product: &Product<'_>) -> bool {
    query.in_stock.is_none_or(|wanted| wanted == product.in_stock())
}

/// The rating as if twenty more reviewers had given four stars.
fn weighted(product: &Product<'_>) -> u64 {
    let reviews = u64::from(product.reviews);
    (u64::from(product.rating.hundredths()) * reviews + 400 * 20) * 100 / (reviews + 20)
}

/// Whether the first of two neighbours may stand before the second.
fn is_ordered(sort: Option<Sort>, left: &Product<'_>, right: &Product<'_>) -> bool {
    match sort {
        None | Some(Sort::Relevance) => true,
        Some(Sort::PriceAscending) => left.price <= right.price,
        Some(Sort::PriceDescending) => left.price >= right.price,
        Some(Sort::Rating) => weighted(left) >= weighted(right),
        // No product has a date or a price before: the last ids come first, and all discounts are the same.
        Some(Sort::Newest) => left.id.parse::<u32>().unwrap() > right.id.parse::<u32>().unwrap(),
        Some(Sort::Discount) => left.id.parse::<u32>().unwrap() < right.id.parse::<u32>().unwrap(),
        Some(Sort::Name) => catalog::fold(&left.name) <= catalog::fold(&right.name),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn all_pages_together_are_what_passes_every_filter_in_order(query in queries()) {
        let mut expect: Vec<u32> = all(&query)
            .filter(|(_, product)| in_category(&query, product) && in_prices(&query, product) && in_stock(&query, product))
            .map(|(position, _)| position)
            .collect();
        let pages = u32::try_from(expect.len()).unwrap().div_ceil(query.page_size);
        let mut found = Vec::new();
        for page in 1..=pages + 1 {
            let hits = CATALOG.search(&Query { page, ..query.clone() });
            prop_assert_eq!(usize::try_from(hits.total).unwrap(), expect.len());
            found.extend(hits.positions);
        }
        for pair in found.windows(2) {
            let (left, right) = (CATALOG.product_at(pair[0]).unwrap(), CATALOG.product_at(pair[1]).unwrap());
            proptest::prop_assert!(is_ordered(query.sort, &left, &right), "{} before {}", left.id, right.id);
        }
        if query.sort.is_some_and(|sort| sort != Sort::Relevance) {
            found.sort_unstable();
            expect.sort_unstable();
        }
        prop_assert_eq!(found, expect);
    }

    #[test]
    fn facets_count_what_the_other_filters_leave(query in queries()) {
        let mut categories: BTreeMap<&str, u32> = BTreeMap::new();
        let (mut prices, mut stocked) = (Vec::new(), 0);
        for (_, product) in all(&query) {
            if in_prices(&query, &product) && in_stock(&query, &product) {
                *categories.entry(product.category).or_default() += 1;
            }
            if in_category(&query, &product) && in_stock(&query, &product) {
                prices.push(product.price);
            }
            stocked += u32::from(in_category(&query, &product) && in_prices(&query, &product) && product.in_stock());
        }
        let Facets { categories: found, price, in_stock, .. } = CATALOG.facets(&query);
        let found: Vec<(&str, u32)> = found.into_iter().map(|category| (category.name, category.count)).collect();
        prop_assert_eq!(found, categories.into_iter().collect::<Vec<_>>());
        prop_assert_eq!(price.map(|range| (range.min, range.max)), prices.iter().min().copied().zip(prices.iter().max().copied()));
        prop_assert_eq!(in_stock, stocked);
    }
}
