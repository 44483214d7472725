//! Searches for a brand, and for a code: a SKU of ours or of the merchant's books, a GTIN, a part number.

use std::fmt::Write as _;

use catalog::build::{Edition, Options, Products};
use catalog::{Catalog, Query};
use serde_json::{Value, json};

fn record(id: &str, name: &str, more: &Value) -> Value {
    let mut record = json!({
        "id": id, "name": name, "category": "Table", "description": "", "price": 10, "imageUrl": "/a.svg", "stock": 1, "rating": 4, "reviews": 3,
    });
    record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    record
}

fn products(records: &[Value]) -> Products {
    let text = records.iter().fold(String::new(), |mut out, record| {
        let _ = writeln!(out, "{record}");
        out
    });
    Products::read(text.as_bytes(), Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn shop() -> Vec<Value> {
    let variant = |sku: &str, size: &str, gtin: &str| json!({ "sku": sku, "options": [size], "price": 10, "stock": 1, "gtin": gtin });
    vec![
        record("1", "Vacuum jug EM77", &json!({ "brand": "Stelton", "mpn": "930-1", "gtin": "5709846009307" })),
        record("2", "Jug", &json!({ "brand": "Stelton" })),
        record("3", "Spare lid", &json!({ "brand": "Other", "description": "Fits the jugs of Stelton." })),
        record("4", "Stelton cup", &json!({ "brand": "Stelton" })),
        record("5", "Energy drink", &json!({ "brand": "AC/DC" })),
        record(
            "6",
            "T-shirt",
            &json!({
                "options": [{ "name": "Size" }],
                "variants": [variant("TEE-M", "M", "4006381333931"), variant("TEE-L", "L", ""), variant("Größe XL 7", "XL", "")],
            }),
        ),
        record("7", "Shirt of tee", &json!({})),
        record("Mug-1", "Mug", &json!({})),
        record("8", "Puzzle of 2000 pieces", &json!({})),
        record("2000", "Rug", &json!({})),
        record("9", "Sample", &json!({ "mpn": "N/A 1" })),
        record("10", "Sample", &json!({ "mpn": "N/A 1" })),
    ]
}

fn found(catalog: &Catalog, text: &str) -> String {
    let hits = catalog.search(&Query { search: Some(text.to_owned()), ..Query::default() });
    let ids = hits.positions.iter().map(|position| catalog.product_at(*position).unwrap().id);
    ids.collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(catalog: &Catalog, table: &[(&str, &str)]) {
    for (text, expect) in table {
        let found = found(catalog, text);
        let is_right = found.strip_prefix(expect).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        assert!(is_right, "`{text}` finds `{found}`, which does not begin with `{expect}`");
    }
}

const BRANDS: [(&str, &str); 5] =
    [("stelton", "4 1 2 3"), ("STELTON jug", "2 1"), ("stelt", "4 1 2 3"), ("stleton", "4 1 2 3"), ("acdc", "5")];

const CODES: [(&str, &str); 14] = [
    ("TEE-M", "6"),
    ("tee-l", "6"),
    ("TeE-L", "6"),
    ("Größe XL 7", "6"),
    ("4006381333931", "6"),
    ("5709846009307", "1"),
    ("930-1", "1"),
    ("mug-1", "Mug-1"),
    // Among other words.
    ("shirt 4006381333931", "6"),
    ("jug 930-1", "1"),
    // Figures of a few digits are no codes.
    ("puzzle 2000 pieces", "8"),
    ("2000", "2000"),
    ("n/a 1", "9 10"),
    ("rug", "2000"),
];

#[test]
fn a_brand_is_found_and_weighs_more_than_a_mention() {
    let catalog = Catalog::open(products(&shop()).into_index().unwrap()).unwrap();
    check(&catalog, &BRANDS);
    assert_eq!(found(&catalog, "other"), "3");
}

#[test]
fn a_code_finds_its_product_first_whatever_its_case() {
    let catalog = Catalog::open(products(&shop()).into_index().unwrap()).unwrap();
    check(&catalog, &CODES);
    for text in ["TEE-", "930", "TEE-MM", "4006381333932"] {
        assert!(!found(&catalog, text).starts_with("1 ") || text == "930", "{text}: {}", found(&catalog, text));
    }
    assert_eq!(catalog.suggest("tee-l").first().copied(), catalog.position_of("6"));
}

#[test]
fn a_text_that_is_a_code_is_not_looked_for_as_other_words() {
    let mut shop = shop();
    shop.push(record("13", "Jug insert 930-1", &json!({})));
    shop.push(record("14", "Tee of 1 piece", &json!({})));
    let catalog = Catalog::open(products(&shop).into_index().unwrap()).unwrap();
    // Beside its product those that have all of its words as they are.
    for (text, expect) in [("5709846009307", "1"), ("930-1", "1 13"), ("Mug-1", "Mug-1")] {
        assert_eq!(found(&catalog, text), expect, "{text}");
    }
}

#[test]
fn brands_and_codes_outlive_changes() {
    let shop = shop();
    // The brand of one product differs, another has one more variant, one with a shared part number is gone and a new one has it.
    let mut next = shop.clone();
    next[1]["brand"] = "Bodum".into();
    let variant = json!({ "sku": "TEE-S", "options": ["S"], "price": 10, "stock": 1 });
    next[5]["variants"].as_array_mut().unwrap().insert(0, variant);
    next.remove(10);
    next.push(record("11", "Sample", &json!({ "mpn": "N/A 1" })));
    next.insert(0, record("0", "Sample", &json!({ "mpn": "n/a 1", "brand": "Other" })));
    let edition = Edition::new(products(&shop)).unwrap().next(products(&next)).unwrap();
    assert!(edition.changes().is_some(), "they are changes of the base");
    let built = Edition::new(products(&next)).unwrap();
    assert_eq!(edition.catalog().revision(), built.catalog().revision());
    for catalog in [edition.catalog(), built.catalog()] {
        check(catalog, &[("stelton", "4 1"), ("bodum", "2"), ("tee-s", "6"), ("TEE-L", "6"), ("n/a 1", "0 10 11")]);
        assert!(!found(catalog, "stelton").split(' ').any(|id| id == "2"), "{}", found(catalog, "stelton"));
    }
}
