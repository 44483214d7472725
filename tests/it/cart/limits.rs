//! What a cart can hold, and what becomes of one that is damaged, too large, or of another version.

use storefront_tests::client::{self, Request};
use storefront_tests::server::shop;

use super::{cookie, form, page};
use crate::Faults;

#[test]
fn fifty_lines_with_long_skus_are_priced() {
    let lines: Vec<String> = (0..50).map(|number| format!("{number:036}*999*999999999999")).collect();
    let text = format!("1~{}", lines.join("~"));
    let response = page(&text);
    assert_eq!((response.status, response.text().matches("class=\"cart-line\"").count()), (200, 50));
    let added =
        shop().send(&form("/cart/set", &format!("cart={text}"), "sku=000000000000000000000000000000000001&quantity=1"));
    assert_eq!(added.status, 303);
    assert!(cookie(&added, "cart").is_some_and(|cart| cart.contains("000000000000000000000000000000000001*1*")));
}

#[test]
fn beyond_the_limits_there_is_an_explanation_and_nothing_is_lost() {
    let mut faults = Faults::default();
    let fifty: Vec<String> = (0..50).map(|number| format!("s{number}*1")).collect();
    let full = format!("cart=1~{}", fifty.join("~"));
    for (name, cart, content, status, words) in [
        ("a 51st line", full.as_str(), "sku=1", 409, "The cart is full"),
        ("a quantity of 1,000", "cart=1~1*1*4800", "sku=1&quantity=1000", 422, "is no quantity"),
        ("more than there is", "cart=1~1*30*4800", "sku=1&quantity=30", 409, "Only 37 of"),
        ("a SKU of nothing", "cart=1~1*1*4800", "sku=404", 422, "This item is not in the shop"),
    ] {
        let response = shop().send(&form("/cart/add", cart, content));
        faults.equal(name, &(response.status, cookie(&response, "cart")), &(status, None));
        faults.expect(response.text().contains(words), || format!("{name}: `{words}` is missing"));
    }
    for (name, cart, words, kept) in [
        ("garbage", "%%%garbage", "saved by another version", "Your cart"),
        ("half a line", "1~1*2*4800~oops", "A part of your cart could not be read", "Café press"),
        ("another version", "2~1*2*4800", "saved by another version", "Café press"),
        ("a quantity too large", "1~1*1000", "the most that a line holds", "Café press"),
    ] {
        let response = page(cart);
        let html = response.text();
        faults.equal(name, &response.status, &200);
        faults
            .expect(html.contains(words) && html.contains(kept), || format!("{name}: `{words}` and `{kept}`: {html}"));
        faults.equal(format!("{name}: a GET sets nothing"), &cookie(&response, "cart"), &None);
    }
    faults.report("`Cart::salvage` keeps what is valid, `pages/src/cart/words.rs` says what was lost");
}

#[test]
fn content_beyond_the_limit_is_refused() {
    let response = shop().send(&form("/cart/add", "", &format!("sku={}", "1".repeat(20_000))));
    assert_eq!(response.status, 413);
    let chunked = Request::new("POST", "/cart/add").header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(shop().send(&chunked.chunked("sku=1&".repeat(4_000))).status, 413);
}

#[test]
fn a_cookie_of_a_megabyte_is_refused_or_explained() {
    let request = Request::get("/cart").header("cookie", &format!("cart=1~1*2*4800{}", "~x".repeat(500_000)));
    // A server may refuse such a head without an answer; one that reads it explains.
    if let Ok(response) = client::send(shop().address(), &request) {
        let is_explained = response.status == 200 && response.text().contains("Café press");
        assert!(is_explained || matches!(response.status, 400 | 413 | 431), "{}", response.status);
    }
}
