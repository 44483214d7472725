//! The products of a query and their order, against tables and against the plainest possible reading of the same records.

use catalog::{Catalog, Facets, Price, Product, Query, Sort};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};

use crate::{CATALOG, ids};

#[track_caller]
fn check(query_string: &str, expect: &str) {
    assert_eq!(ids(&format!("/api/products?pageSize=100&{query_string}")), expect, "{query_string}");
}

#[test]
fn ids_that_are_numbers_come_first_and_order_as_numbers() {
    check("", "1 2 3 4 5 6 007 7 8 9 10 11 12 98765432109876543210987654321 A a a.b_c-D zeta");
}

#[test]
fn filters_combine() {
    check("category=Kitchen", "1 6 11");
    check("category=Kitchen&maxPrice=48", "1 6");
    check("category=kitchen", "1 6 11");
    check("category=Kitchen&category=Garden&inStock=true", "1 4 6 10 11 zeta");
    check("category=Tea+%26+Coffee&inStock=true", "98765432109876543210987654321 A");
    check("inStock=false", "8 12 a.b_c-D");
    check("minPrice=42&maxPrice=54.95", "1 9 10 98765432109876543210987654321");
    check("minPrice=54.96&maxPrice=67.99", "");
    check("search=mug&inStock=true", "6");
}

#[test]
fn orders_break_ties_by_id() {
    check("sort=price-asc&minPrice=14.5&maxPrice=42", "6 a.b_c-D zeta 4 9 98765432109876543210987654321");
    check("sort=price-desc&minPrice=14.5&maxPrice=42", "9 98765432109876543210987654321 4 zeta 6 a.b_c-D");
    check("sort=rating&search=mug", "6 a.b_c-D");
    check("sort=rating&category=Garden", "4 10 zeta");
    check("sort=name&search=cafe", "1 A");
    check("sort=name", "12 5 8 1 A 7 a 6 98765432109876543210987654321 9 10 11 2 a.b_c-D 007 4 3 zeta");
    check("sort=relevance&category=Garden", "4 10 zeta");
}

#[test]
fn all_words_come_before_most_words() {
    // 6 is an enamel mug, the others have one of the words.
    check("search=enamel+mug", "6 a.b_c-D 98765432109876543210987654321");
    check("search=MUG+ena", "6 a.b_c-D 98765432109876543210987654321");
    check("search=mug+zzz", "6 a.b_c-D");
    check("search=mug+zzz&inStock=true", "6");
    let partial = |text: &str| {
        let hits = CATALOG.search(&Query { search: Some(text.to_owned()), ..Query::default() });
        (hits.total, hits.partial)
    };
    assert_eq!(partial("enamel mug"), (3, 2));
    assert_eq!(partial("mug zzz"), (2, 2));
    assert_eq!(partial("mug"), (2, 0));
}

#[test]
fn a_word_is_found_by_its_start_its_plural_and_with_a_typing_error() {
    check("search=ug", "");
    check("search=mugs", "6 a.b_c-D");
    check("search=enamle", "6 98765432109876543210987654321");
    check("search=borosilicat", "1");
    check("search=borsilicatte", "1");
    check("search=zug", "");
    check("search=long-spout", "10");
    check("search=...", "");
    check("search=%F0%9F%AB%96", "");
}

#[test]
fn case_and_accents_fold() {
    check("search=CAFE", "A 1");
    check("search=caf%C3%A9", "A 1");
    check("search=fjall", "3");
    check("search=oresund+malmo", "a.b_c-D");
    check("search=strasse+aero+oeuvre+filigree+grosse", "a");
    check("search=%E8%96%AC", "a");
    check("category=%C3%89criture", "a");
}

#[test]
fn relevance_prefers_name_to_category_to_description_and_whole_words_to_starts() {
    // 12 names a desk clock, 7 lies in the category Desk, 8 mentions a desk.
    check("search=desk", "12 7 8");
    // All three lie in the category Kitchen; 11 mentions a kitchen as well.
    check("search=kitchen", "11 1 6");
    check("search=table", "2 8 11");
    check("search=tea", "A 98765432109876543210987654321 a.b_c-D 6");
    check("search=mug", "6 a.b_c-D");
    check("search=lamp", "2 8");
}

#[test]
fn suggestions_are_at_most_eight() {
    assert_eq!(ids("/api/products/suggest?q=m"), "a 6 a.b_c-D 1 7");
    assert_eq!(ids("/api/products/suggest?q=a").split(' ').count(), 8);
    assert_eq!(ids("/api/products/suggest?q="), "");
    assert_eq!(ids("/api/products/suggest?q=+!+"), "");
    assert_eq!(CATALOG.suggest("").len(), 0);
}

#[test]
fn categories_are_sorted_and_counted() {
    let found: Vec<String> = CATALOG
        .categories()
        .map(|category| format!("{} {}/{}", category.name, category.in_stock, category.products))
        .collect();
    let expect = [
        "Audio 1/1",
        "Desk 1/2",
        "Écriture 1/1",
        "Garden 3/3",
        "Kitchen 3/3",
        "Lighting 2/3",
        "Tea & Coffee 2/3",
        "Textiles 2/2",
    ];
    assert_eq!(found, expect);
    assert_eq!(CATALOG.categories().len(), 8);
}

#[test]
fn pictures_from_elsewhere_are_gathered_by_origin() {
    assert_eq!(CATALOG.image_origins().collect::<Vec<_>>(), ["https://cdn.example:8443", "https://pictures.example"]);
}

#[test]
fn the_best_rated_are_in_stock_first() {
    let found = |limit| names_of(&CATALOG.best_rated(limit));
    assert_eq!(found(4), "A 3 2 1");
    assert_eq!(found(0), "");
    assert_eq!(found(100).split(' ').skip(15).collect::<Vec<_>>(), ["8", "a.b_c-D", "12"]);
}

#[test]
fn related_products_share_the_category_and_then_the_price() {
    let found = |id: &str, limit| names_of(&CATALOG.related(&CATALOG.product(id).expect("it is there"), limit));
    assert_eq!(found("1", 4), "11 6 98765432109876543210987654321 9");
    assert_eq!(found("5", 2), "8 3");
    assert_eq!(found("9", 0), "");
    assert_eq!(found("9", 100).split(' ').count(), CATALOG.len() - 1);
    assert!(!found("9", 100).split(' ').any(|id| id == "9"));
}

fn names_of(positions: &[u32]) -> String {
    positions.iter().map(|position| product(*position).id).collect::<Vec<_>>().join(" ")
}

#[test]
fn products_read_back_as_they_were_written() {
    let records: Vec<serde_json::Value> = serde_json::from_str(crate::RECORDS).unwrap();
    assert_eq!(records.len(), CATALOG.len());
    for record in records {
        let id = record["id"].as_str().unwrap();
        let product = CATALOG.product(id).expect("every record is found by its id");
        assert_eq!(*product.name, record["name"]);
        assert_eq!(*product.description, record["description"]);
        assert_eq!(product.category, record["category"]);
        assert_eq!(*product.image_url, record["imageUrl"]);
        assert_eq!(CATALOG.currency().decimal(product.price).to_string(), record["price"].to_string());
        assert_eq!(product.rating.to_string(), record["rating"].to_string());
        assert_eq!(product.stock, record["stock"]);
        assert_eq!(product.reviews, record["reviews"]);
        let reply = crate::get(&format!("/api/products/{id}"));
        let found = &crate::json(&reply)["data"];
        for (name, value) in record.as_object().unwrap() {
            assert_eq!(&found[name], value, "{id} {name}");
        }
        assert_eq!(found["variants"][0]["sku"], id);
        assert_eq!(found["handle"], *product.handle);
    }
    assert_eq!(CATALOG.product("absent"), None);
    assert_eq!(CATALOG.product(""), None);
    assert_eq!(CATALOG.product_at(u32::MAX), None);
}

#[test]
fn an_empty_catalog_answers() {
    let catalog = Catalog::open(catalog::build::index_from_json(b"[]").unwrap()).unwrap();
    assert!(catalog.is_empty());
    assert_eq!(catalog.search(&Query::default()).total, 0);
    assert_eq!(catalog.facets(&Query::default()), Facets::default());
    assert!(catalog.best_rated(3).is_empty());
    assert_eq!(catalog.categories().len(), 0);
    assert_eq!(catalog.product("1"), None);
}

fn product(position: u32) -> Product<'static> {
    CATALOG.product_at(position).expect("the position is one of the catalog's")
}

/// Queries that mostly find something in the fixture; words on whose folding the plain reading below has no opinion.
fn queries() -> impl Strategy<Value = Query> {
    let category = prop::option::of(prop::sample::select(vec!["Kitchen", "Lighting", "Garden", "Écriture", "Nothing"]));
    let words = vec!["mug", "lamp", "brass", "table", "desk", "k", "glass", "f", "t", "zzz"];
    let search = prop::option::of(prop::collection::vec(prop::sample::select(words), 1..3));
    let minor = prop::sample::select(vec![0_u64, 1, 950, 1_450, 2_800, 4_200, 4_800, 5_495, 12_999, 999_999_999]);
    let price = prop::option::of(minor.prop_map(|minor| Price::from_minor(minor).unwrap()));
    let sort = prop_oneof![Just(None), prop::sample::select(Sort::ALL.to_vec()).prop_map(Some)];
    (category, price.clone(), price, any::<Option<bool>>(), search, 1_u32..=8, sort).prop_map(
        |(category, min_price, max_price, in_stock, search, page_size, sort)| Query {
            categories: category.map(str::to_owned).into_iter().collect(),
            min_price,
            max_price,
            in_stock,
            search: search.map(|words| words.join(" ")),
            page_size,
            sort,
            ..Query::default()
        },
    )
}

/// What the text of a query finds, whatever else the query has: the tables above say what that has to be.
fn found_by_text(query: &Query) -> Vec<u32> {
    let all = Query { search: query.search.clone(), page_size: Query::MAX_PAGE_SIZE, ..Query::default() };
    let mut found = CATALOG.search(&all).positions;
    found.sort_unstable();
    found
}

/// Whether a product passes the filters, read off the rules word for word.
fn passes(query: &Query, product: &Product<'_>) -> bool {
    query.only_category().is_none_or(|category| category == product.category)
        && query.min_price.is_none_or(|price| product.price >= price)
        && query.max_price.is_none_or(|price| product.price <= price)
        && query.in_stock.is_none_or(|in_stock| product.in_stock() == in_stock)
}

fn matching(query: &Query) -> Vec<u32> {
    found_by_text(query).into_iter().filter(|position| passes(query, &product(*position))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_partition_what_matches(query in queries()) {
        let first = CATALOG.search(&query);
        let mut found = Vec::new();
        for page in 1..=first.total_pages(query.page_size) + 1 {
            let hits = CATALOG.search(&Query { page, ..query.clone() });
            prop_assert_eq!(hits.total, first.total);
            let is_full = page < first.total_pages(query.page_size);
            prop_assert_eq!(is_full, is_full && hits.positions.len() == usize::try_from(query.page_size).unwrap());
            found.extend(hits.positions);
        }
        prop_assert_eq!(found.len(), usize::try_from(first.total).unwrap());
        let key = |position: &u32| product(*position).price;
        match query.sort {
            Some(Sort::PriceAscending) => prop_assert_eq!(found.is_sorted_by_key(|position| (key(position), *position)), true),
            Some(Sort::PriceDescending) => {
                prop_assert_eq!(found.is_sorted_by_key(|position| (std::cmp::Reverse(key(position)), *position)), true);
            }
            Some(Sort::Rating) => {
                let weighted = |product: Product<'_>| {
                    let reviews = u64::from(product.reviews);
                    (u64::from(product.rating.hundredths()) * reviews + 8_000) * 100 / (reviews + 20)
                };
                let rating = |position: &u32| (std::cmp::Reverse(weighted(product(*position))), *position);
                prop_assert_eq!(found.is_sorted_by_key(rating), true);
            }
            None if query.search.is_none() => prop_assert_eq!(found.is_sorted(), true),
            _ => {}
        }
        found.sort_unstable();
        prop_assert_eq!(found, matching(&query));
    }

    #[test]
    fn each_facet_ignores_its_own_filter(query in queries()) {
        let facets = CATALOG.facets(&query);
        let without_category = matching(&Query { categories: Vec::new(), ..query.clone() });
        let mut counts: Vec<(&str, u32)> = CATALOG.categories().map(|category| (category.name, 0)).collect();
        for position in without_category {
            counts.iter_mut().filter(|(name, _)| *name == product(position).category).for_each(|(_, count)| *count += 1);
        }
        counts.retain(|(_, count)| *count > 0);
        let found: Vec<_> = facets.categories.iter().map(|category| (category.name, category.count)).collect();
        prop_assert_eq!(found, counts);
        let prices = matching(&Query { min_price: None, max_price: None, ..query.clone() });
        let prices = || prices.iter().map(|position| product(*position).price);
        prop_assert_eq!(facets.price.map(|range| (range.min, range.max)), prices().min().zip(prices().max()));
        let in_stock = matching(&Query { in_stock: Some(true), ..query.clone() }).len();
        prop_assert_eq!(usize::try_from(facets.in_stock).unwrap(), in_stock);
    }
}
