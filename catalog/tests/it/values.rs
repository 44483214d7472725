//! Prices, ratings and ids: their rules, their texts, their order.

use catalog::{Currency, Price, ProductId, Rating};
use proptest::prelude::{ProptestConfig, proptest};

#[test]
fn prices_are_read_exactly() {
    #[track_caller]
    fn check(text: &str, expect: Option<u64>) {
        assert_eq!(Currency::default().price(text).ok().map(Price::minor), expect, "{text}");
    }
    check("0", Some(0));
    check("48", Some(4_800));
    check("9.5", Some(950));
    check("9.05", Some(905));
    check("129.99", Some(12_999));
    check("0.29", Some(29));
    check("0000001", Some(100));
    check("9999999.99", Some(999_999_999));
    for refused in [
        "", ".", "1.", ".5", "-1", "+1", "1.234", "10000000", "00000001", "1e3", "1,5", " 1", "1 ", "0x1", "NaN", "١",
        "1.2.3", "1.-2", "1.+2",
    ] {
        check(refused, None);
    }
}

#[test]
fn prices_and_ratings_are_written_as_the_shortest_decimal() {
    let dollars = Currency::default();
    let price = |minor| dollars.price_of_minor(minor).map(|price| dollars.decimal(price).to_string());
    assert_eq!(price(0).as_deref(), Ok("0"));
    assert_eq!(price(1).as_deref(), Ok("0.01"));
    assert_eq!(price(4_800).as_deref(), Ok("48"));
    assert_eq!(price(950).as_deref(), Ok("9.5"));
    assert_eq!(price(12_999).as_deref(), Ok("129.99"));
    assert_eq!(price(999_999_999).as_deref(), Ok("9999999.99"));
    assert_eq!(
        price(1_000_000_000).unwrap_err().to_string(),
        "a price is at most 999999999 minor units, not `1000000000`"
    );
    let rating = |hundredths| Rating::new(hundredths).map(|rating| rating.to_string());
    assert_eq!(rating(470).as_deref(), Ok("4.7"));
    assert_eq!(rating(400).as_deref(), Ok("4"));
    assert_eq!(rating(465).as_deref(), Ok("4.65"));
    assert_eq!(rating(501).unwrap_err().to_string(), "a rating is at most 500 hundredths of a star, not `501`");
}

#[test]
fn ids_keep_their_rule() {
    #[track_caller]
    fn check(text: &str, expect: &str) {
        let found = ProductId::new(text).map_or_else(|error| error.to_string(), |id| format!("id {}", id.as_str()));
        assert_eq!(found, expect);
    }
    check("a.b_c-D9", "id a.b_c-D9");
    check("...", "id ...");
    check("Facets", "id Facets");
    check("", "an id has at least one character");
    check(&"x".repeat(64), &format!("id {}", "x".repeat(64)));
    check(&"x".repeat(65), "an id has at most 64 characters, not 65");
    check("a/b", "an id consists of letters, digits, `.`, `_` and `-`, without `/`");
    check("é", "an id consists of letters, digits, `.`, `_` and `-`, without `é`");
    check("facets", "`facets` is reserved for a path of the API");
    check("suggest", "`suggest` is reserved for a path of the API");
    check("categories", "`categories` is reserved for a path of the API");
    check(".", "`.` cannot be the last part of a URL");
    check("..", "`..` cannot be the last part of a URL");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_written_price_reads_back(minor in 0_u64..=999_999_999) {
        let price = Price::from_minor(minor).unwrap();
        let dollars = Currency::default();
        assert_eq!(dollars.price(&dollars.decimal(price).to_string()), Ok(price));
    }

    #[test]
    fn a_written_rating_reads_back(hundredths in 0_u16..=500) {
        let rating = Rating::new(hundredths).unwrap();
        assert_eq!(Rating::parse(&rating.to_string()), Ok(rating));
    }
}
