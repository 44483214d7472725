//! Products that rules pin, boost and demote: the order of a search and of a collection, page by page, and that none is lost or shown twice.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use catalog::build::{Options, Products, RulesFault, SearchRules};
use catalog::{Catalog, Hits, Query, Sort};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

/// Twelve products, every second one in the collection `Summer Sale`, every third one red.
fn products() -> Products {
    let text = (1..=12).fold(String::new(), |mut out, id| {
        let record = serde_json::json!({
            "id": id.to_string(), "name": if id % 3 == 0 { "Red chair" } else { "Blue chair" }, "category": "Seats",
            "description": if id % 4 == 0 { "A gift." } else { "" }, "price": 10 * (20 - id), "imageUrl": "/a.svg", "stock": id % 5,
            "rating": 4, "reviews": id, "collections": if id % 2 == 0 { vec!["Summer Sale"] } else { vec!["New"] },
        });
        let _ = writeln!(out, "{record}");
        out
    });
    Products::read(text.as_bytes(), Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn shop(rules: &str) -> Catalog {
    let rules = SearchRules::parse(rules).unwrap_or_else(|error| panic!("{error}\n{rules}"));
    Catalog::open(products().with_rules(rules).into_index().unwrap()).unwrap()
}

/// The ids of all pages, and the hits of the first one.
fn all(catalog: &Catalog, query: &Query) -> (Vec<String>, Hits) {
    let pages = catalog.search(query).total_pages(query.page_size).max(1);
    let mut ids = Vec::new();
    for page in 1..=pages {
        let hits = catalog.search(&Query { page, ..query.clone() });
        ids.extend(hits.positions.iter().map(|position| catalog.product_at(*position).unwrap().id.to_owned()));
    }
    assert!(catalog.search(&Query { page: pages + 1, ..query.clone() }).positions.is_empty(), "{query:?}");
    (ids, catalog.search(query))
}

#[track_caller]
fn check(rules: &str, parameters: &str, expect: &str) {
    for page_size in [1, 2, 5, 12] {
        let query = Query::parse(parameters, catalog::Currency::default()).unwrap();
        let (ids, _) = all(&shop(rules), &Query { page_size, ..query });
        assert_eq!(ids.join(" "), expect, "{parameters} with {page_size} on a page");
    }
}

const SALE: &str =
    "[[rule]]\ncollection = \"summer-sale\"\npin = [\"8\", \"3\", \"4\"]\nboost = [\"12\", \"10\"]\ndemote = [\"2\"]\n";

#[test]
fn a_collection_is_led_by_its_pins() {
    check("", "collection=summer-sale", "2 4 6 8 10 12");
    check(SALE, "collection=summer-sale", "8 4 10 12 6 2");
    check(SALE, "collection=SUMMER+Sale&sort=relevance", "8 4 10 12 6 2");
    check(SALE, "collection=summer-sale&inStock=false", "10");
    check(SALE, "collection=summer-sale&maxPrice=130", "8 10 12");
}

#[test]
fn rules_of_a_collection_are_for_its_default_order_alone() {
    check(SALE, "collection=summer-sale&sort=price-asc", "12 10 8 6 4 2");
    check(SALE, "collection=summer-sale&collection=new", "1 2 3 4 5 6 7 8 9 10 11 12");
    check(SALE, "collection=new", "1 3 5 7 9 11");
    check(SALE, "", "1 2 3 4 5 6 7 8 9 10 11 12");
    check(SALE, "collection=summer-sale&search=gift", "12 8 4");
}

#[test]
fn names_that_nothing_has_are_refused_where_a_shop_is_built() {
    let of = |rules: &str| products().with_rules(SearchRules::parse(rules).unwrap());
    assert_eq!(of(SALE).check_rules(), Ok(()));
    assert_eq!(products().check_rules(), Ok(()));
    let error = of("[[rule]]\nquery = \"a\"\npin = [\"1\"]\nboost = [\"2\", \"gone\"]\n").check_rules().unwrap_err();
    assert_eq!(error.to_string(), "line 4, column 15, `rule[1].boost[2]`: the catalog has no product `gone`");
    let error = of("[[rule]]\ncollection = \"winter\"\npin = [\"1\"]\n").check_rules().unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 2, column 14, `rule[1].collection`: no product belongs to the collection `winter`"
    );
    let rules =
        SearchRules::parse("[redirects]\nhelp = \"/pages/help?a#b\"\nlamps = \"/products?category=Lamps\"\n").unwrap();
    assert_eq!(rules.check_pages(|name| name == "help"), Ok(()));
    let error = rules.check_pages(|name| name == "returns").unwrap_err();
    assert_eq!(error.fault, RulesFault::UnknownPage { path: "/pages/help?a#b".to_owned() });
    assert_eq!(
        error.to_string(),
        "line 2, column 8, `redirects.help`: the shop has no page `/pages/help?a#b`: it would be a file in the folder `pages`"
    );
}

#[test]
fn a_redirect_leads_to_no_other_redirect() {
    for (rules, is_right) in [
        ("[redirects]\nreturns = \"/products?search=returns\"", false),
        ("[redirects]\nlamp = \"/products?search=light\"\nlight = \"/pages/lamps\"", false),
        ("[redirects]\nlamp = \"/products?page=1&search=Lights#a\"\nlight = \"/pages/lamps\"", false),
        ("[redirects]\nlamp = \"/products?search=light+bulb\"\nlight = \"/pages/lamps\"", true),
        ("[redirects]\nlamp = \"/pages/lamp?search=light\"\nlight = \"/pages/lamps\"", true),
    ] {
        let found = SearchRules::parse(rules);
        assert_eq!(found.is_ok(), is_right, "{rules}: {found:?}");
        assert!(found.err().is_none_or(|error| matches!(error.fault, RulesFault::Onward { .. })), "{rules}");
    }
}

/// Three lists of ids, none of them twice, some of which no product has.
fn placings() -> impl Strategy<Value = [Vec<u32>; 3]> {
    let ids = Just((1..=15).collect::<Vec<u32>>()).prop_shuffle();
    (ids, 0_usize..6, 0_usize..6, 0_usize..5).prop_map(|(ids, first, second, third)| {
        let part = |from: usize, count: usize| ids[from..(from + count).min(ids.len())].to_vec();
        [part(0, first), part(first, second), part(first + second, third)]
    })
}

fn rule(target: &str, [pin, boost, demote]: &[Vec<u32>; 3]) -> String {
    if [pin, boost, demote].iter().all(|list| list.is_empty()) {
        return String::new();
    }
    let list = |ids: &[u32]| ids.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ");
    format!("[[rule]]\n{target}\npin = [{}]\nboost = [{}]\ndemote = [{}]\n", list(pin), list(boost), list(demote))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn rules_order_products_and_lose_none(
        (of_query, of_collection) in (placings(), placings()),
        search in prop_oneof![Just(None), prop::sample::select(vec!["chair", "red chair", "gift", "nothing"]).prop_map(|text| Some(text.to_owned()))],
        collections in prop::sample::select(vec![vec![], vec!["summer-sale".to_owned()], vec!["new".to_owned(), "summer-sale".to_owned()]]),
        in_stock in any::<Option<bool>>(),
        sort in prop::option::of(prop::sample::select(Sort::ALL.to_vec())),
        page_size in 1_u32..14,
    ) {
        let query = Query { search: search.clone(), collections, in_stock, sort, page_size, facets: true, ..Query::default() };
        let text = search.as_deref().unwrap_or("chair");
        let rules = rule(&format!("query = \"{text}\""), &of_query) + &rule("collection = \"summer-sale\"", &of_collection);
        let (with, plain) = (shop(&rules), shop(""));
        let ((ids, hits), (expect, plain_hits)) = (all(&with, &query), all(&plain, &query));
        let set: BTreeSet<&String> = ids.iter().collect();
        prop_assert_eq!(set.len(), ids.len(), "none is there twice: {:?}", ids);
        prop_assert_eq!(usize::try_from(hits.total).unwrap(), ids.len());
        // A pinned product is found though no word finds it, if it keeps the filters.
        let filtered = all(&plain, &Query { search: None, page_size: 100, ..query.clone() }).0;
        let pinned = of_query[0].iter().map(u32::to_string).filter(|id| search.is_some() && filtered.contains(id));
        let pinned: Vec<String> = pinned.collect();
        prop_assert_eq!(set, expect.iter().chain(&pinned).collect::<BTreeSet<_>>());
        // One that no word finds counts like any other that is found.
        let found = all(&plain, &Query { search: search.clone(), page_size: 100, ..Query::default() }).0;
        if of_query[0].iter().all(|id| *id > 12 || found.contains(&id.to_string())) {
            prop_assert_eq!(with.facets(&query), plain.facets(&query));
            prop_assert_eq!(hits.total, plain_hits.total);
        }
        if !matches!(sort, None | Some(Sort::Relevance)) {
            let others: Vec<&String> = ids.iter().filter(|id| expect.contains(id)).collect();
            prop_assert_eq!(others, expect.iter().collect::<Vec<_>>(), "an order of another kind is kept");
        } else if search.is_some() {
            prop_assert!(ids.starts_with(&pinned), "{:?} lead {:?}", pinned, ids);
        }
    }
}
