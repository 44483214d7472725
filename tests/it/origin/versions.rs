//! Edge and origin of different releases or configurations, as processes: feeds whose format the edge does not know, and prices in other
//! currencies. Whichever is deployed first, the shop goes on with its own catalog, and the log names both sides.

use catalog::CHANGES_VERSION;
use serde_json::Value;
use storefront_tests::faulty::Faulty;
use storefront_tests::record::{Record, run, with_price};
use storefront_tests::server::{Server, Setup};

use crate::origin::feed::another_base;
use crate::origin::followed::{FOLLOWS_WITHIN, SECRET, follow_at, price, ready, record, within};

/// Asks the origin often, so that tests need not wait.
const PACE: [(&str, &str); 1] = [("ORIGIN_EVERY_MS", "100")];

/// The shop serves what it was built with, all of it, and its log has this line once.
#[track_caller]
fn goes_on(shop: &Server, trouble: &str) {
    within(FOLLOWS_WITHIN, trouble, || ready(shop)["error"] == format!("invalid: {trouble}"));
    assert_eq!(ready(shop)["baseSource"], "bundled", "{}", ready(shop));
    for target in ["/", "/products", "/products/cafe-press", "/api/products?sort=name", "/api/openapi.json"] {
        assert_eq!(shop.get(target).status, 200, "{target}");
    }
    assert_eq!((price(shop).as_str(), shop.get("/api/products").json()["total"].as_u64()), ("48", Some(12)));
    shop.expect_output("catalog-trouble");
    shop.expect_output(trouble);
    assert_eq!(shop.output().matches("catalog-trouble").count(), 1, "one line when it begins:\n{}", shop.output());
}

#[test]
fn changes_of_a_later_format_are_refused_by_version_until_the_edge_is_deployed() {
    let mut record = record();
    record.serve(&with_price("1", 12.5));
    let later = Faulty::of_later_release(record.address());
    let shop = follow_at(&later.url(), &PACE);
    let (found, own) = (CHANGES_VERSION + 1, CHANGES_VERSION);
    goes_on(
        &shop,
        &format!(
            "the edition of the origin was refused: the changes have format version {found}, but this build reads version {own}"
        ),
    );
    later.be_of_this_release();
    within(FOLLOWS_WITHIN, "the price of the origin", || price(&shop) == "12.5");
    shop.expect_output("catalog-recovered");
}

#[test]
fn a_snapshot_of_a_later_format_is_refused_by_version_until_the_edge_is_deployed() {
    let mut record = record();
    // More new products than changes have, so that the edge has to read the index itself.
    let mut larger = another_base();
    larger[0]["price"] = 12.5.into();
    record.serve(&larger);
    let snapshot = record.get("/health").json()["catalog"]["revision"].clone();
    assert!(snapshot.is_string(), "the origin serves another base");
    let later = Faulty::of_later_release(record.address());
    let shop = follow_at(&later.url(), &PACE);
    let own = index_version();
    goes_on(
        &shop,
        &format!(
            "the edition of the origin was refused: the index has format version {}, but this build reads version {own}",
            own + 1
        ),
    );
    later.be_of_this_release();
    within(FOLLOWS_WITHIN, "the price of the origin", || price(&shop) == "12.5");
    assert_eq!(ready(&shop)["baseSource"], "origin");
}

/// The version in the ninth to twelfth byte of every index.
fn index_version() -> u32 {
    let index = storefront_tests::record::built(&storefront_tests::record::products()).into_index().expect("an index");
    index.get(8..12).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes).expect("a version")
}

#[test]
fn an_origin_whose_prices_are_in_another_currency_is_refused_by_both_codes() {
    let record = Record::start(&[("ORIGIN_SECRET", SECRET), ("CURRENCY", "EUR")]);
    let shop = follow_at(&record.url(), &PACE);
    goes_on(&shop, "the edition of the origin was refused: its prices are in EUR, those of this shop in USD");
    assert!(shop.get("/products/cafe-press").text().contains("$48.00"));
}

#[test]
fn a_host_whose_currency_is_not_that_of_its_index_does_not_start_and_names_both() {
    let shop = Server::start(&Setup { variables: &[("CURRENCY", "EUR")], ..Setup::default() });
    let shop = shop.unwrap_or_else(|reason| panic!("{reason}"));
    for target in ["/", "/products/cafe-press", "/api/products", "/health"] {
        let answer = shop.get(target);
        assert_eq!(answer.status, 500, "{target}: no price may stand in another currency than it was read in");
        assert!(!answer.text().contains("EUR"), "the cause is for the log: {answer}");
    }
    shop.expect_output("error: the Worker cannot start");
    shop.expect_output(
        "CURRENCY is EUR, but the catalog was built with prices in USD; build it with CURRENCY=EUR, or set CURRENCY to USD",
    );
}

#[test]
fn an_origin_reads_its_catalog_in_its_currency_or_does_not_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("products.json");
    let product = serde_json::json!([{
        "id": "1", "name": "Oud oil", "description": "", "price": 2.125, "imageUrl": "", "category": "Oils", "stock": 1,
        "rating": 0, "reviews": 0,
    }]);
    std::fs::write(&path, product.to_string()).expect("the catalog is written");
    let variables = |currency| {
        [("CATALOG", path.to_str().expect("a path")), ("PORT", "0"), ("METRICS_PORT", "0"), ("CURRENCY", currency)]
    };
    for (currency, rule) in
        [("USD", "a price is a number from 0 to 9999999.99 with at most two decimal places"), ("JPY", "a price is a")]
    {
        let ended = run(&[], &variables(currency));
        assert_eq!(ended.code, 2, "{currency}: {}", ended.err);
        assert!(ended.err.contains("`price` breaks a rule: ") && ended.err.contains(rule), "{currency}: {}", ended.err);
    }
    let unknown = run(&[], &variables("dinars"));
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.starts_with("error: CURRENCY was refused: `dinars` is no currency code of ISO 4217"),
        "{}",
        unknown.err
    );
    let mut record = Record::start(&[("CURRENCY", "KWD"), ("CATALOG_MIN_PRODUCTS", "1")]);
    record.serve(product.as_array().map(Vec::as_slice).unwrap_or_default());
    assert_eq!(record.get("/api/products/1").json()["data"]["price"], Value::from(2.125));
}
