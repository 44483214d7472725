//! What is not ordered: wrong fields, a total that rose, goods that are gone, a checkout that nobody knows.

use std::time::Duration;

use storefront_tests::record::with_price;

use super::{Selling, TYPED, has, total};
use crate::origin::followed::within;

#[test]
fn what_is_wrong_with_the_form_stands_at_its_fields() {
    let selling = Selling::start();
    let mut shopper = selling.shopper();
    shopper.adds("1");
    let typed = TYPED.replace("%40example.com", "").replace("sw1y4jh", "12345").replace("name=Ada+Lovelace", "name=");
    let page = shopper.posts("/checkout/contact", &typed);
    assert_eq!(page.status, 422, "{page}");
    let parts = [
        "<title>Error: Contact and address",
        "<a href=\"#email\">An e-mail address needs an @, like name@example.com</a>",
        "<a href=\"#name\">Enter your full name</a>",
        "Enter a postcode of United Kingdom, like SW1A 1AA",
        "value=\"London\"",
        "id=\"email-error\"",
    ];
    has(&page, &parts);
    let (location, page) =
        shopper.follows("/checkout/contact", &TYPED.replace("country=GB", "country=DE").replace("sw1y4jh", "D-10115"));
    assert_eq!(location, "/checkout/review", "there is one way to Germany");
    has(&page, &["Germany", "10115", "$9.90"]);
    let page = shopper.opens("/checkout");
    has(&page, &["value=\"Ada Lovelace\"", "value=\"10115\"", "<option value=\"DE\" selected"]);
}

/// The price of the café press at the origin.
fn price(selling: &Selling) -> Option<f64> {
    selling.record.get("/api/products/1").json()["data"]["price"].as_f64()
}

#[test]
fn a_total_that_rose_is_confirmed_and_one_that_fell_is_not() {
    let selling = Selling::start();
    let mut shopper = selling.shopper();
    let review = shopper.comes_to_review();
    let seen = total(&review);
    selling.record.write(&with_price("1", 60.0));
    within(Duration::from_secs(10), "the new price at the origin", || price(&selling) == Some(60.0));
    let page = shopper.posts("/checkout/order", &format!("total={seen}&way=invoice"));
    assert_eq!(page.status, 409, "{page}");
    has(&page, &["The total was $52.90 when you saw it", "Buy now – $64.90", "value=\"invoice\" checked"]);
    let rose = total(&page);
    selling.record.write(&with_price("1", 50.0));
    within(Duration::from_secs(10), "the lower price at the origin", || price(&selling) == Some(50.0));
    let (_, page) = shopper.follows("/checkout/order", &format!("total={rose}&way=invoice"));
    has(&page, &["Thank you. Your order is placed.", "$54.90"]);
}

#[test]
fn a_checkout_that_nobody_knows_begins_anew() {
    let selling = Selling::start();
    let mut shopper = selling.shopper();
    shopper.adds("1");
    let unknown = "00112233445566778899aabbccddeeff.00112233445566778899aabbccddeeff";
    shopper.cookies.push(("checkout".to_owned(), unknown.to_owned()));
    assert_eq!(shopper.opens("/checkout/review").header("location").as_deref(), Some("/checkout"));
    assert_eq!(shopper.cookie("checkout"), None);
    shopper.cookies.push(("checkout".to_owned(), unknown.to_owned()));
    let (location, _) = shopper.follows("/checkout/contact", TYPED);
    assert_eq!(location, "/checkout/delivery");
    assert!(shopper.cookie("checkout").is_some_and(|cookie| cookie != unknown));
}
