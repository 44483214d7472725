//! The edge follows the origin's rules of tax, shipping and discounts: pages and carts change within seconds of the office's change, a checkout
//! keeps the rules that its shopper saw, and whatever an origin sends in their place changes nothing.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use storefront_tests::canned::{Answer, Canned};
use storefront_tests::client::Request;
use storefront_tests::server::Server;

use super::{Selling, has, total};
use crate::origin::followed::{FOLLOWS_WITHIN, follow_at, within};
use crate::{cart, office};

const PAGE: &str = "/products/cafe-press";

/// What the shop stands in for with the rules that ship, and with those of [`dearer`].
const SHIPPED: &str = "\"value\":\"4.90\"";
const DEARER: &str = "\"value\":\"5.90\"";

fn ready(shop: &Server) -> Value {
    shop.get("/health/ready").json()["rules"].clone()
}

/// The rules in force with another cost of a parcel within Great Britain.
fn dearer(selling: &Selling) -> Value {
    let mut rules = office::get(selling.record.address(), "rules").json()["data"]["rules"].clone();
    let zones = rules["shipping"]["zone"].as_array_mut().expect("zones");
    let band = &mut zones[0]["method"][0]["by-value"][0]["cost"];
    assert_eq!(*band, "4.90");
    *band = json!("5.90");
    rules
}

#[track_caller]
fn put(selling: &Selling, rules: &Value) -> String {
    let body = json!({ "rules": rules, "staff": "ada", "reason": "a test" });
    let answer = office::post(selling.record.address(), "rules", &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["data"]["revision"].as_str().expect("a revision").to_owned()
}

#[test]
fn pages_and_carts_follow_within_seconds_and_a_checkout_keeps_what_its_shopper_saw() {
    let mut selling = Selling::start();
    let mut shopper = selling.shopper();
    let before = selling.shop.get(PAGE);
    has(&before, &[SHIPPED]);
    let tag = before.header("etag").expect("a tag");
    within(FOLLOWS_WITHIN, "the origin's word about the rules", || ready(&selling.shop)["revision"].is_string());
    assert_eq!(ready(&selling.shop)["source"], "bundled", "the origin has the rules of the build");
    assert_eq!(selling.shop.get(PAGE).header("etag"), Some(tag.clone()), "equal rules, equal pages");
    let review = shopper.comes_to_review();
    let seen = total(&review);
    let ships = office::get(selling.record.address(), "rules").json()["data"]["rules"].clone();
    let revision = put(&selling, &dearer(&selling));
    within(FOLLOWS_WITHIN, "the new rules", || ready(&selling.shop)["revision"] == revision.as_str());
    assert_eq!(ready(&selling.shop)["source"], "origin");
    let known = selling.shop.send(&Request::get(PAGE).header("if-none-match", &tag));
    assert_eq!(known.status, 200, "the page of the former rules is no longer the page");
    has(&known, &[DEARER]);
    let page = selling.shop.send(&Request::get("/cart").header("cookie", &shopper.field()));
    has(&page, &["5.90"]);
    // The review that the shopper looks at was priced by the former rules, and so is the order.
    let ordered = shopper.posts("/checkout/order", &format!("total={seen}&way=invoice"));
    let address = ordered.header("location").expect("an address").clone();
    assert!(address.starts_with("/orders/"), "{address}: the total that was seen binds the shop");
    let placed = shopper.opens(&address);
    has(&placed, &["4.90"]);
    // The next checkout is priced by the new ones.
    let mut next = selling.shopper();
    let dearer = total(&next.comes_to_review()).parse::<u64>().expect("a total");
    assert_eq!(dearer, seen.parse::<u64>().expect("a total") + 100);
    // An origin that goes away leaves its rules in force, and those of the build come back with it.
    selling.record.kill();
    for _ in 0..10 {
        has(&selling.shop.get(PAGE), &[DEARER]);
    }
    selling.record.start_again();
    put(&selling, &ships);
    within(FOLLOWS_WITHIN, "the rules of the build", || ready(&selling.shop)["source"] == "bundled");
    has(&selling.shop.get(PAGE), &[SHIPPED]);
    selling.shop.expect_output("rules-followed");
}

#[test]
fn a_shop_without_an_origin_has_the_rules_of_its_build() {
    let page = storefront_tests::server::shop().get(PAGE);
    has(&page, &[SHIPPED]);
    let ready = ready(storefront_tests::server::shop());
    assert_eq!(ready, json!({ "revision": null, "source": "bundled", "error": null }));
}

fn revision_of(document: &[u8]) -> String {
    Sha256::digest(document).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

#[test]
fn whatever_is_not_what_it_says_changes_nothing() {
    let good = r#"{"shipping":{"default":"GB","zone":[{"name":"UK","countries":["GB"],"method":[{"name":"Post","cost":"5.90"}]}]}}"#;
    let now = Arc::new(Mutex::new((String::new(), 200, String::new())));
    let held = Arc::clone(&now);
    let origin = Canned::start(move |line: &str| {
        let (revision, status, body) = held.lock().expect("no test has failed").clone();
        let headers = vec![("x-rules-revision", revision)];
        if line == "GET /catalog/rules" {
            return Answer { status, headers, ..Answer::json(body) };
        }
        Answer { status: 500, headers, ..Answer::json("{}") }
    });
    let shop = follow_at(&origin.url(), &[("ORIGIN_EVERY_MS", "200")]);
    let of = |document: &str| (revision_of(document.as_bytes()), 200, document.to_owned());
    let unknown = r#"{"shiping":{}}"#;
    let wrong = good.replace("5.90", "5,90");
    let long = format!("{{{}}}", " ".repeat(300_000));
    let hostile = [
        of(""),
        of("[]"),
        of("<html>"),
        of(unknown),
        of(&wrong),
        of(&long),
        // A digit that changed on the way, half of the document, and none at all.
        ("0011223344556677".to_owned(), 200, good.replace("5.90", "0.90")),
        ("1122334455667788".to_owned(), 200, good[..40].to_owned()),
        ("2233445566778899".to_owned(), 404, "{}".to_owned()),
        ("33445566778899aa".to_owned(), 302, good.to_owned()),
    ];
    for answer in hostile {
        let what = format!("{answer:?}").chars().take(80).collect::<String>();
        shop.get("/");
        *now.lock().expect("no test has failed") = answer;
        let mut seen = Value::Null;
        within(FOLLOWS_WITHIN, &what, || {
            let error = ready(&shop)["error"].clone();
            let is_new = error.is_string() && shop.output().matches("rules-trouble").count() > 0;
            seen = error;
            is_new
        });
        has(&shop.get(PAGE), &[SHIPPED]);
        assert_eq!(
            (ready(&shop)["source"].as_str(), &ready(&shop)["revision"]),
            (Some("bundled"), &Value::Null),
            "{what}"
        );
    }
    // A revision that is none is not followed at all.
    *now.lock().expect("no test has failed") = ("../../etc".to_owned(), 200, good.to_owned());
    shop.get("/");
    *now.lock().expect("no test has failed") = of(good);
    within(FOLLOWS_WITHIN, "good rules", || ready(&shop)["source"] == "origin");
    has(&shop.get(PAGE), &[DEARER]);
    assert!(ready(&shop)["error"].is_null());
    let cart = shop.send(&cart::form("/cart/add", "", "sku=1"));
    assert_eq!(cart.status, 303);
}
