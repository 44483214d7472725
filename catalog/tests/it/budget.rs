//! The products of a text with more words than are searched for, or more than the budget of a text has room for: none
//! counts as having all words without having them, and honest texts are found whole. `hostile.rs` limits the cost.

use catalog::build::{Options, Products};
use catalog::{Catalog, Hits, Query};

/// Names and descriptions; ids are numbers from 1 on.
fn shop(products: impl Iterator<Item = (String, String)>) -> Catalog {
    let records: Vec<serde_json::Value> = (1..)
        .zip(products)
        .map(|(number, (name, description))| {
            serde_json::json!({
                "id": number.to_string(), "name": name, "category": "Any", "description": description,
                "price": 10, "imageUrl": "/a.svg", "stock": 1, "rating": 4, "reviews": 3,
            })
        })
        .collect();
    let text = serde_json::to_vec(&records).unwrap();
    let products = Products::read(text.as_slice(), Options::default()).unwrap_or_else(|error| panic!("{error}"));
    Catalog::open(products.into_index().unwrap()).unwrap()
}

fn shop_of(products: &[(&str, &str)]) -> Catalog {
    shop(products.iter().map(|(name, description)| ((*name).to_owned(), (*description).to_owned())))
}

fn search(shop: &Catalog, text: &str, page_size: u32) -> Hits {
    shop.search(&Query { search: Some(text.to_owned()), page_size, ..Query::default() })
}

/// The ids that a text finds, best first; a `+` parts those that have all of its words from the others.
#[track_caller]
fn check(shop: &Catalog, text: &str, expect: &str) {
    let hits = search(shop, text, 100);
    let whole = usize::try_from(hits.total - hits.partial).unwrap();
    let mut ids: Vec<String> =
        hits.positions.iter().map(|position| shop.product_at(*position).unwrap().id.to_string()).collect();
    if hits.partial > 0 {
        ids.insert(whole, "+".to_owned());
    }
    assert_eq!(ids.join(" "), expect, "`{text}`");
}

/// As `word00` and so on, but of letters alone.
fn word(number: usize) -> String {
    let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).unwrap());
    format!("wor{}{}", letter(number / 26), letter(number))
}

#[test]
fn a_spent_budget_claims_no_words_and_keeps_the_product_of_all_first() {
    const PRODUCTS: usize = 3_000;
    const NAMED: usize = 1_234;
    const TYPED: usize = 16;
    let words = |missing: usize| (0..2 * TYPED).filter(|word| *word != missing).map(word).collect::<Vec<_>>().join(" ");
    let text = (0..TYPED).map(word).collect::<Vec<_>>().join(" ");
    // Each lacks one of 32 words, half of them one of the text; one has those of the text for its name.
    let shop = shop((0..PRODUCTS).map(|number| {
        let name = if number == NAMED { format!("{text} lamp") } else { "lamp".to_owned() };
        (name, words(if number == NAMED { 2 * TYPED } else { number % (2 * TYPED) }))
    }));
    let hits = search(&shop, &text, 100);
    let whole = usize::try_from(hits.total - hits.partial).unwrap();
    assert!(whole > 0, "the {} products that were found lack the one with all words", hits.total);
    for (rank, position) in hits.positions.iter().take(whole).enumerate() {
        let number = usize::try_from(*position).unwrap();
        assert!(
            number == NAMED || number % (2 * TYPED) >= TYPED,
            "number {rank} lacks a word and counts as having all"
        );
    }
    assert!(hits.partial > 0, "the budget has room for all sixteen words: make the test's catalog or text larger");
    assert_eq!(hits.positions.first().map(|first| usize::try_from(*first).unwrap()), Some(NAMED));
}

#[test]
fn a_word_that_is_typed_beside_one_of_nearly_all_products_is_never_dropped() {
    const PRODUCTS: usize = 10_000;
    const BOTH: u32 = 8_900;
    // Nearly all have `wine`, and most two words with `b`, of sixty.
    let shop = shop((0..PRODUCTS).map(|number| {
        let other = |place: usize| format!("b{}", word((number * 7 + place * 20) % 60));
        let name = if number % 100 == 0 { "cider" } else { "wine" };
        (name.to_owned(), if number % 10 == 5 { "still".to_owned() } else { [0, 1].map(other).join(" ") })
    }));
    for text in ["wine b", "b wine", "wine bw", "bwor wine"] {
        let hits = search(&shop, text, 12);
        assert_eq!((hits.total, hits.partial), (BOTH, 0), "`{text}`: all products with both words, and no other");
    }
}

#[test]
fn a_unit_that_no_product_has_stands_for_longer_words() {
    let shop = shop_of(&[
        ("Charger", "65 watt, for notebooks."),
        ("Charger", "A battery that holds 65 hours."),
        ("Kettle", "Holds 2 litres."),
    ]);
    check(&shop, "65w charger", "1 + 2");
    check(&shop, "2l kettle", "3");
    check(&shop, "65q charger", "+ 1 2");
}

#[test]
fn unknown_words_beyond_the_limit_do_not_keep_the_others_from_being_found() {
    let shop = shop_of(&[
        ("Bravo alpha charlie delta echos", "Of five words."),
        (
            "Thing",
            "Alpha, then bravo; charlie comes before delta, echos and a foxtrot to a hotel of juliet, worth kilos.",
        ),
    ]);
    check(&shop, "alpah brvao charlei detla ecohs foxtrto", "2 + 1");
    // Nine typing errors: eight are corrected, and no product is known to have the ninth.
    check(&shop, "alpah brvao charlei detla ecohs foxtrto hotle juleit kiols", "+ 2 1");
}
