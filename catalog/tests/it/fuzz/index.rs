//! A damaged index under every kind of request: no panic, no answer without end, no body beyond all measure.

use std::sync::LazyLock;

use catalog::Catalog;
use catalog::build::{Options, Products, SearchRules};

use super::damage::damage;
use super::synthetic::{category, records, word};
use super::{Chance, run};
use crate::layout::{place_of, section};
use crate::{INDEX, answer, request};

/// How many cases each run has at least.
const CASES: u64 = 250;

/// The largest body: a hundred products with the longest texts there can be, all of it escapes.
const BODY_LIMIT: usize = 64 << 20;

static LARGE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let products = Products::read(records().as_bytes(), Options::default()).expect("the records are valid");
    products.with_rules(rules()).into_index().expect("they fit into an index")
});

/// Rules about the words that are asked for most.
fn rules() -> SearchRules {
    let [one, other, third, fourth] = [0, 1, 2, 3].map(word);
    let text = format!(
        "synonyms = [['{one}', '{other} {third}'], ['{other}', '{fourth}', 'mug']]\nstop_words = ['{fourth}']\n\
         [redirects]\n{one} = '/pages/{one}'\n[[rule]]\nquery = '{one}'\npin = ['7', '9', '1200']\nboost = ['12']\ndemote = ['8']\n\
         [[rule]]\ncollection = 'summer'\npin = ['3']\n"
    );
    SearchRules::parse(&text).expect("the rules are right")
}

#[test]
fn no_damage_gets_past_the_bounds() {
    run("no_damage_gets_past_the_bounds", CASES, |case| {
        let mut chance = Chance::of_case(case);
        if let Ok(catalog) = Catalog::open(damaged(&mut chance)) {
            exercise(&catalog, &mut chance);
        }
    });
}

#[test]
fn much_of_the_damage_is_not_refused() {
    let opened = (0..CASES).filter(|case| Catalog::open(damaged(&mut Chance::of_case(*case))).is_ok()).count();
    assert!(
        opened > 100,
        "only {opened} of {CASES} cases get past the opening\nhint: `damage.rs` aims at the header too often"
    );
}

#[test]
fn the_large_catalog_has_what_the_small_one_lacks() {
    let catalog = Catalog::open(LARGE.clone()).unwrap();
    assert_eq!(catalog.verify(), Ok(()));
    // Start and length of the dictionary of the records: there is one, so the texts are packed.
    assert!(!place_of(&LARGE, section::RECORD_DICTIONARY).is_empty());
    let reply = answer(&catalog, &request("GET", &format!("/api/products?search={}", word(0))));
    let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert!(body["total"].as_u64() > Some(200), "a list of several blocks: {}", body["total"]);
}

fn damaged(chance: &mut Chance) -> Vec<u8> {
    let mut index = if chance.once_in(3) { INDEX.clone() } else { LARGE.clone() };
    damage(&mut index, chance);
    index
}

/// Asks for everything that reads the index.
fn exercise(catalog: &Catalog, chance: &mut Chance) {
    for target in targets(chance) {
        let reply = answer(catalog, &request("GET", &target));
        assert!(matches!(reply.status, 200 | 404), "{target}: {}", reply.status);
        assert!(reply.body.len() <= BODY_LIMIT, "{target}: {} bytes", reply.body.len());
    }
    let count = u32::try_from(catalog.len()).unwrap_or(u32::MAX);
    for position in [0, 1, count / 2, count.wrapping_sub(1), u32::MAX, chance.word() % count.max(1)] {
        if let Some(product) = catalog.product_at(position) {
            let _ = (catalog.product(product.id), catalog.related(&product, 8));
        }
    }
    let origins: usize = catalog.image_origins().map(str::len).sum();
    for kind in [catalog::ShelfKind::Brand, catalog::ShelfKind::Collection] {
        for shelf in catalog.shelves(kind).into_iter().take(9) {
            let _ = (catalog.shelf_named(kind, &shelf.slug), catalog.shelf_slug(kind, shelf.name));
        }
    }
    let _ =
        (catalog.category_counts(), catalog.category_trail_at(chance.word() % count.max(1)), catalog.handle_at(count));
    let categories: usize = catalog.categories().map(|category| category.name.len()).sum();
    assert!(origins + categories <= BODY_LIMIT, "{origins} and {categories} bytes of origins and categories");
    let _ = (catalog.best_rated(9), catalog.category_counts(), catalog.verify(), catalog.redirect(&word(0)));
}

/// One request of each kind, about other words each time.
fn targets(chance: &mut Chance) -> Vec<String> {
    let mut rank = |limit: usize| word(chance.below(limit));
    let (common, other, rare) = (rank(10), rank(10), rank(3_000));
    let part: String = rare.chars().take(2).collect();
    let mistyped = format!("{rare}x{other}");
    let (category, page, id) =
        (category(chance.below(24)).replace('&', "%26").replace(' ', "+"), 1 + chance.below(240), chance.below(2_600));
    let sort = *chance.pick(&["relevance", "price-asc", "price-desc", "rating", "name"]);
    vec![
        format!("/api/products?include=facets&pageSize=100&page={page}"),
        format!("/api/products?sort={sort}&pageSize=100"),
        "/api/products?collection=summer".to_owned(),
        format!("/api/products?sort={sort}&inStock=true&page={page}&maxPrice=200"),
        format!("/api/products?category={category}&include=facets"),
        format!("/api/products?category={category}&sort={sort}&minPrice=20"),
        format!("/api/products?search={common}&include=facets&page={page}"),
        format!("/api/products?search={common}+{other}+{rare}&sort={sort}"),
        format!("/api/products?search={rare}+{mistyped}+mug&pageSize=100&category={category}"),
        format!("/api/products?search={mistyped}"),
        format!("/api/products?search={}&include=facets", word(0)),
        format!("/api/products?search={}+{common}", word(1)),
        format!("/api/products/suggest?q={part}"),
        format!("/api/products/suggest?q={common}+{part}"),
        format!("/api/products/{id}"),
        "/api/products/7".to_owned(),
        "/api/products/zeta".to_owned(),
        "/api/products/categories".to_owned(),
        "/health".to_owned(),
    ]
}
