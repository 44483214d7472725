//! Rules as documents: what is accepted, what is refused and where.

use catalog::Currency;
use commerce::{Country, Rules, RulesError};

use crate::shelf::{FULL, rules};

#[test]
fn json_says_the_same_as_toml() {
    let read = rules(FULL);
    let again = Rules::from_json(&read.to_json(), read.currency()).unwrap();
    assert_eq!((&again, again.to_json()), (&read, read.to_json()));
}

#[test]
fn other_sections_of_the_file_belong_to_others() {
    let read = rules("[shop]\nname = \"x\"\n[tax]\nincluded = false\n");
    assert!(!read.is_tax_included(Country::parse("DE").unwrap()));
    assert_eq!(read.default_destination().country.code(), "US");
}

#[test]
fn the_shop_delivers_to_the_countries_of_its_zones() {
    assert_eq!(rules(FULL).countries().len(), 249);
    let some = rules(
        "[[shipping.zone]]\nname = \"A\"\ncountries = [\"fr\", \"BE\"]\nmethod = [{ name = \"Post\", cost = \"1\" }]\n",
    );
    let names: Vec<&str> = some.countries().iter().map(|country| country.name()).collect();
    assert_eq!((names.as_slice(), some.default_destination().country.code()), (["Belgium", "France"].as_slice(), "FR"));
}

#[test]
fn a_mistake_is_named_with_its_line() {
    #[track_caller]
    fn check(toml: &str, expect: &str) {
        let error = Rules::from_toml(toml, Currency::parse("EUR").unwrap()).unwrap_err();
        assert_eq!(error.to_string(), expect, "{toml}");
    }
    let rate = |row: &str| format!("[[tax.rate]]\ncountries = [\"DE\"]\n{row}\n");
    let method = |row: &str| format!("[[shipping.zone]]\nname = \"A\"\ncountries = [\"DE\"]\nmethod = [\n{row}\n]\n");
    let discount = |row: &str| format!("[[discount]]\ncode = \"A\"\n{row}\n");
    check("[tax]\nincluded = 1", "line 2: invalid type: integer `1`, expected a boolean");
    check(
        "[tax]\nincluded = true\nrates = 1",
        "line 3: unknown field `rates`, expected one of `included`, `market`, `rate`",
    );
    check("[tax", "line 1: unclosed table, expected `]`");
    check(
        &rate("percent = \"7,5\""),
        "line 3: `tax.rate[0].percent`: `7,5` must be percents from 0 to 100, such as \"7.5\", with at most 3 places",
    );
    check(
        "[[tax.rate]]\ncountries = [\"FR\", \"EU\"]\npercent = \"7\"",
        "line 2: `tax.rate[0].countries[1]`: `EU` must be a country code of ISO 3166-1, such as DE",
    );
    check(
        &format!("{}{}", rate("percent = \"7\""), rate("percent = \"19\"")),
        "line 4: `tax.rate[1]`: `19` must be the only rate of its class, place and day",
    );
    check(
        &rate("percent = \"7\"\nfrom = \"2026-02-30\""),
        "line 4: `tax.rate[0].from`: `2026-02-30` must be a date such as 2026-11-28",
    );
    check(
        &rate("percent = \"7\"\nfrom = \"2026-02-03\"\nuntil = \"2026-02-02\""),
        "line 5: `tax.rate[0].until`: `2026-02-02` must be no day before `from`",
    );
    check(
        "[[tax.rate]]\ncountries = [\"DE\", \"AT\"]\nregions = [\"BY\"]\npercent = \"7\"",
        "line 3: `tax.rate[0].regions`: `BY` must be regions of one country",
    );
    check(&method(""), "line 4: `shipping.zone[0].method`: `0` must be 1 to 50 methods");
    check(
        &method("{ name = \"Post\" }"),
        "line 5: `shipping.zone[0].method[0]`: `Post` must be given one of `cost`, `by-value` and `by-weight`",
    );
    check(
        &method("{ name = \"Post\", cost = \"4.905\" }"),
        "line 5: `shipping.zone[0].method[0].cost`: `4.905` must be an amount in the shop's currency, such as \"4.90\", with no more \
         places than it has",
    );
    check(
        &method("{ name = \"Post\", by-weight = [{ from = 5, cost = \"1\" }] }"),
        "line 5: `shipping.zone[0].method[0]`: `Post` must be given bands that begin at 0 and ascend",
    );
    check(
        &method("{ name = \"Post\", cost = \"1\" }, { name = \"Post\", cost = \"2\" }"),
        "line 5: `shipping.zone[0].method[1].name`: `Post` must be another name than that of an earlier method",
    );
    check(
        "[shipping]\ndefault = \"Germany\"",
        "line 2: `shipping.default`: `Germany` must be a country code of ISO 3166-1, such as DE",
    );
    check(
        &discount("percent = \"10\"\namount = \"5\""),
        "line 1: `discount[0]`: `A` must be given one of `percent`, `amount` and `free-shipping = true`",
    );
    check(&discount("percent = \"0\""), "line 3: `discount[0].percent`: `0` must be above 0");
    check(&discount("amount = \"5\"\nuses = 0"), "line 4: `discount[0].uses`: `0` must be above 0");
    check(
        &format!("{}{}", discount("percent = \"1\""), discount("percent = \"2\"").replace("\"A\"", "\"a\"")),
        "line 5: `discount[1].code`: `a` must be another code than that of an earlier discount",
    );
    check(
        "[[tax.market]]\ncountries = [\"US\"]\nincluded = false\n[[tax.market]]\ncountries = [\"US\"]\nincluded = true",
        "line 5: `tax.market[1].countries`: `US` must be in one market",
    );
}

#[test]
fn json_of_another_shape_is_refused() {
    let of = |json: &[u8]| Rules::from_json(json, Currency::default()).map(|_| ()).map_err(|error| error.to_string());
    assert_eq!(of(b"{}"), Ok(()));
    for wrong in ["", "[]", "null", "{", "{}x", "{\"tax\":{\"included\":1}}", "{\"taxes\":{}}", "{\"discount\":[{}]}"] {
        assert!(of(wrong.as_bytes()).is_err(), "{wrong}");
    }
    assert_eq!(
        of(br#"{"tax":{"rate":[{"countries":"DE"}]}}"#).unwrap_err().split(": ").next(),
        Some("`tax.rate[0].countries`")
    );
    let long = vec![b' '; Rules::MAX_LENGTH + 1];
    assert_eq!(Rules::from_json(&long, Currency::default()), Err(RulesError::Length { length: Rules::MAX_LENGTH + 1 }));
}

#[test]
fn names_in_discounts_can_be_checked_against_a_catalog() {
    let text =
        "[[discount]]\ncode = \"A\"\npercent = \"5\"\nproducts = [\"1\",\n  \"404\"]\ncategories = [\"Kitchen\"]\n";
    let read = rules(text);
    let named: Vec<(String, &str)> = read.named_products().chain(read.named_categories()).collect();
    let at = |at: &str, name| (at.to_owned(), name);
    assert_eq!(
        named,
        [
            at("discount[0].products[0]", "1"),
            at("discount[0].products[1]", "404"),
            at("discount[0].categories[0]", "Kitchen")
        ]
    );
    assert_eq!(Rules::line_in_toml(text, &named[1].0), Some(5));
}

/// The Worker gets the rules as JSON and refuses more than it may hold; the build must refuse them before.
#[test]
fn rules_that_no_worker_reads_are_refused_by_name() {
    let products: Vec<String> =
        (0..2_000).map(|number| format!("\"product-{number:06}-{}\"", "x".repeat(40))).collect();
    let discount = |code: u32| {
        format!("[[discount]]\ncode = \"C{code}\"\npercent = \"1\"\nproducts = [{}]\n", products.join(", "))
    };
    let euro = Currency::parse("EUR").unwrap();
    let fits = Rules::from_toml(&(0..2).map(discount).collect::<String>(), euro).unwrap().to_json();
    assert!(Rules::from_json(&fits, euro).is_ok() && fits.len() < Rules::MAX_LENGTH);
    let text: String = (0..3).map(discount).collect();
    let error = Rules::from_toml(&text, euro).unwrap_err();
    let RulesError::Length { length } = error else { panic!("{error}") };
    assert!(length > Rules::MAX_LENGTH && length < text.len());
    assert_eq!(
        error.to_string(),
        format!("the rules of tax, shipping and discounts have at most 262144 bytes as JSON, not {length}")
    );
}

#[test]
fn methods_that_weigh_the_goods_are_named() {
    let of = |rules: &Rules| rules.weighing_methods().collect::<Vec<_>>();
    assert_eq!(of(&rules(FULL)), ["shipping.zone[0].method[1]", "shipping.zone[1].method[0]"]);
    assert_eq!(of(&rules("")), [""; 0]);
}
