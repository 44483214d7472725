//! Catalog files that break rules: every problem is reported, with the record's place, its id and the rule.

use catalog::Catalog;
use catalog::build::{Options, Products, index_from_json};
use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};
use serde_json::{Value, json};

/// A record that keeps every rule, with one field set to the given JSON text.
fn record(field: &str, value: &str) -> String {
    let members = [
        ("id", "\"mug\""),
        ("name", "\"Mug\""),
        ("description", "\"A mug.\""),
        ("price", "14.5"),
        ("imageUrl", "\"/mug.svg\""),
        ("category", "\"Kitchen\""),
        ("stock", "3"),
        ("rating", "4.4"),
        ("reviews", "12"),
    ];
    let members = members.map(|(name, usual)| format!("\"{name}\": {}", if name == field { value } else { usual }));
    format!("{{{}}}", members.join(", "))
}

fn problems(text: &str) -> String {
    index_from_json(text.as_bytes()).map_or_else(|error| error.to_string(), |_| "fine".to_owned())
}

#[test]
fn a_broken_rule_names_record_and_rule() {
    #[track_caller]
    fn check(field: &str, value: &str, expect: &str) {
        let found = problems(&format!("[{}]", record(field, value)));
        let prefix = "the catalog has 1 problem\n  record 1 (id `mug`, line 1): ";
        assert_eq!(found.strip_prefix(prefix).unwrap_or(&found), expect, "{field}: {value}");
    }
    check("name", "\"\"", "`name` must not be empty");
    check("name", "\" \\u2003\"", "`name` must not be empty");
    check("name", "\" Mug\"", "fine");
    check("name", "\"M\\u0000ug\"", "`name` must not have control characters");
    check("name", "\"M\\nug\"", "`name` must not have control characters");
    check("name", "12", "`name` must be a text, not `12`");
    check("name", "null", "`name` must be a text, not `null`");
    check("name", "\"\\ud800\"", "`name` must be a text, not `\"\\ud800\"`");
    check("name", &format!("\"{}\"", "é".repeat(200)), "fine");
    check("name", &format!("\"{}\"", "é".repeat(201)), "`name` must have at most 200 characters, not 201");
    check("category", "\"\"", "`category` must not be empty");
    check("category", &format!("\"{}\"", "c".repeat(201)), "`category` must have at most 200 characters, not 201");
    check("description", "\"\"", "fine");
    check("description", "\"One.\\nTwo.\\t\\r\"", "fine");
    check("description", "\"\\u001b[31m\"", "fine");
    check("description", "\"\\u0000\"", "`description` must not have control characters");
    check(
        "description",
        &format!("\"{}\"", "d".repeat(10_001)),
        "`description` must have at most 10000 characters, not 10001",
    );
    let price = |value| {
        format!(
            "`price` breaks a rule: a price is a number from 0 to 9999999.99 with at most two decimal places, not `{value}`"
        )
    };
    for refused in ["-1", "-0", "1.234", "1e2", "1E-2", "10000000", "129.990", "9999999.999", "0.1000000000000000055"] {
        check("price", refused, &price(refused));
    }
    check("price", "0", "fine");
    check("price", "9999999.99", "fine");
    check("price", "\"12\"", "`price` must be a number, not `\"12\"`");
    check("price", "true", "`price` must be a number, not `true`");
    let rating = |value| {
        format!(
            "`rating` breaks a rule: a rating is a number from 0 to 5 with at most two decimal places, not `{value}`"
        )
    };
    for refused in ["5.01", "6", "-1", "4.655", "1e0"] {
        check("rating", refused, &rating(refused));
    }
    check("rating", "5.00", "fine");
    check("rating", "0", "fine");
    check("stock", "-1", "`stock` must be a whole number from 0 to 999999999, not `-1`");
    check("stock", "1.0", "`stock` must be a whole number from 0 to 999999999, not `1.0`");
    check("stock", "999999999", "fine");
    check("stock", "1000000000", "`stock` must be a whole number from 0 to 999999999, not `1000000000`");
    check(
        "reviews",
        "99999999999999999999",
        "`reviews` must be a whole number from 0 to 999999999, not `99999999999999999999`",
    );
    check("reviews", "[]", "`reviews` must be a number, not `[]`");
}

#[test]
fn ids_are_checked() {
    #[track_caller]
    fn check(id: &str, expect: &str) {
        assert_eq!(
            problems(&format!("[{}]", record("id", &format!("\"{id}\"")))),
            format!("the catalog has 1 problem\n  {expect}")
        );
    }
    check("", "record 1 (id ``, line 1): `id` breaks a rule: an id has at least one character");
    check(
        "a b",
        "record 1 (id `a b`, line 1): `id` breaks a rule: an id consists of letters, digits, `.`, `_` and `-`, without ` `",
    );
    check("facets", "record 1 (id `facets`, line 1): `id` breaks a rule: `facets` is reserved for a path of the API");
    check("..", "record 1 (id `..`, line 1): `id` breaks a rule: `..` cannot be the last part of a URL");
    assert_eq!(
        problems(&format!("[{}]", record("id", "7"))),
        "the catalog has 1 problem\n  record 1 (line 1): `id` must be a text, not `7`"
    );
}

#[test]
fn pictures_are_local_paths_or_https_urls() {
    #[track_caller]
    fn check(url: &str, is_fine: bool) {
        let found = problems(&format!("[{}]", record("imageUrl", &Value::from(url).to_string())));
        assert_eq!(found == "fine", is_fine, "{url}: {found}");
    }
    for url in [
        "/mug.svg",
        "/assets/pictures/mug-AB12.svg#top",
        "https://cdn.example/mug.webp",
        "https://CDN.example:8443/a/b?c=d,e;f",
        "https://127.0.0.1/x",
        "https://cdn.example",
    ] {
        check(url, true);
    }
    for url in [
        "/",
        "mug.svg",
        "./mug.svg",
        "//cdn.example/mug.svg",
        "/\\cdn.example/x",
        "/a/../b.svg",
        "/a b.svg",
        "/\"onerror",
        "/é.svg",
        "HTTPS://cdn.example/x",
        "https://",
        "https:///x",
        "https://user@cdn.example/x",
        "https://cdn.example:0/x",
        "https://cdn.example:99999/x",
        "https://cdn.example:+80/x",
        "https://cdn.example:/x",
        "https://cdn..example/x",
        "https://-cdn.example/x",
        "https://cdn.example'/x",
        "https://*.example/x",
        "https://[::1]/x",
        "data:image/svg+xml,x",
        "javascript:alert(1)",
    ] {
        check(url, false);
    }
    check(&format!("/{}", "x".repeat(2_047)), true);
    check(&format!("/{}", "x".repeat(2_048)), false);
}

#[test]
fn all_problems_are_reported_at_once() {
    let text = format!(
        "[\n  {},\n  {},\n  7,\n  {{\"id\": \"bowl\", \"colour\": \"red\", \"price\": 1, \"price\": 2}},\n  {}\n]",
        record("", ""),
        record("price", "-3"),
        record("rating", "5.5"),
    );
    insta::assert_snapshot!(problems(&text));
}

#[test]
fn pictures_that_pages_cannot_show_are_left_out() {
    #[track_caller]
    fn check(url: &str, expect: &str) {
        let text = format!("[{}]", record("imageUrl", &Value::from(url).to_string()));
        let products = Products::read(text.as_bytes(), Options::default()).unwrap();
        let warnings: Vec<String> = products.report().warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings.join("\n"), expect, "{url}");
        let catalog = Catalog::open(products.into_index().unwrap()).unwrap();
        assert_eq!(catalog.product_at(0).unwrap().image_url, "", "{url}");
    }
    check("", "1 product without a picture, the first on line 1");
    check(
        "http://cdn.example/mug.svg",
        "1 picture that is neither `https` nor local is left out, the first on line 1: `http://cdn.example/mug.svg`",
    );
    check("HTTP:x", "1 picture that is neither `https` nor local is left out, the first on line 1: `HTTP:x`");
}

#[test]
fn what_cannot_be_seen_is_put_right_with_a_warning() {
    let text = format!("[{},\n{}]", record("name", "\" Mug\\u2003\""), record("description", "\"A\\u0099B\""))
        .replacen("\"mug\"", "\"cup\"", 1);
    let products = Products::read(text.as_bytes(), Options::default()).unwrap();
    let warnings: Vec<String> = products.report().warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings.join("\n"),
        "white space around `name` taken away from 1 product, the first on line 1\n\
         control characters in `description` of 1 product replaced by spaces, the first on line 2"
    );
    let catalog = Catalog::open(products.into_index().unwrap()).unwrap();
    assert_eq!(catalog.product_at(0).unwrap().name, "Mug");
    assert_eq!(catalog.product_at(1).unwrap().description, "A B");
}

#[test]
fn the_same_records_give_the_same_bytes() {
    let records: Vec<Value> = serde_json::from_str(crate::RECORDS).unwrap();
    let mut reversed = records;
    reversed.reverse();
    let reordered = serde_json::to_vec_pretty(&reversed).unwrap();
    assert_eq!(index_from_json(&reordered).unwrap(), *crate::INDEX);
    assert_eq!(crate::CATALOG.revision().len(), 16);
    let other = crate::RECORDS.replace("\"price\": 24,", "\"price\": 25,");
    let other = Catalog::open(index_from_json(other.as_bytes()).unwrap()).unwrap();
    assert_ne!(other.revision(), crate::CATALOG.revision());
}

#[test]
fn the_catalog_that_ships_is_valid() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/products.json");
    let index = index_from_json(&std::fs::read(path).unwrap()).unwrap_or_else(|error| panic!("{error}"));
    let catalog = Catalog::open(index).unwrap();
    assert_eq!(catalog.len(), 12);
    assert!(catalog.categories().len() >= 5);
    assert!(catalog.best_rated(12).iter().any(|position| !catalog.product_at(*position).unwrap().in_stock()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_text_survives_the_index(name in "\\PC{1,40}", description in any::<String>()) {
        let record = json!({
            "id": "x", "name": format!("x{name}x"), "description": description.replace(|character: char| character.is_control(), "\n"),
            "price": 1.5, "imageUrl": "/x", "category": "C", "stock": 1, "rating": 4.5, "reviews": 2,
        });
        let index = index_from_json(json!([record]).to_string().as_bytes());
        let catalog = Catalog::open(index.unwrap()).unwrap();
        let request = crate::request("GET", "/api/products/x");
        let found = &crate::json(&crate::answer(&catalog, &request))["data"];
        for (name, value) in record.as_object().unwrap() {
            prop_assert_eq!(&found[name], value);
        }
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in any::<Vec<u8>>()) {
        let _ = index_from_json(&bytes);
    }
}
