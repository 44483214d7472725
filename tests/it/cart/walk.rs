//! A shopper without scripts: adds, looks, changes, removes, undoes, types a code.

use storefront_tests::client::Request;
use storefront_tests::server::shop;

use super::{cookie, form, page};
use crate::Faults;

#[test]
fn a_cart_is_filled_changed_and_emptied_by_forms() {
    let mut faults = Faults::default();
    let mut cart = String::new();
    let mut step = |path: &str, content: &str, expect: &str, leads_to: &str| {
        let sent = shop().send(&form(path, &format!("cart={cart}"), content));
        faults.equal(format!("{path} {content}"), &sent.status, &303);
        faults.equal(format!("{path} {content}: location"), &sent.header("location").as_deref(), &Some(leads_to));
        faults.equal(format!("{path}: kept"), &sent.header("cache-control").as_deref(), &Some("private, no-store"));
        cart = cookie(&sent, "cart").unwrap_or_default();
        faults.equal(format!("{path} {content}: the cart"), &cart.as_str(), &expect);
        let page = page(&cart);
        faults.equal("the cart page", &page.status, &200);
        faults.equal("the page is kept", &page.header("cache-control").as_deref(), &Some("private, no-cache"));
        faults.equal("a GET sets nothing", &cookie(&page, "cart"), &None);
    };
    step("/cart/add", "sku=1&quantity=2", "1~1*2*4800", "/cart?added=1%2A2");
    step("/cart/add", "sku=2", "1~1*2*4800~2*1*12999", "/cart?added=2%2A1");
    step("/cart/set", "sku=1&quantity=3", "1~1*3*4800~2*1*12999", "/cart");
    step("/cart/remove", "sku=2", "1~1*3*4800", "/cart?removed=2%2A1");
    step("/cart/set", "sku=2&quantity=1", "1~1*3*4800~2*1*12999", "/cart");
    step("/cart/code", "code=welcome10", "1~1*3*4800~2*1*12999~!WELCOME10", "/cart");
    step("/cart/code", "remove=WELCOME10", "1~1*3*4800~2*1*12999", "/cart");
    step("/cart/set", "sku=1&quantity=0", "1~2*1*12999", "/cart?removed=1%2A3");
    step("/cart/remove", "sku=2", "", "/cart?removed=2%2A1");
    faults.report("`shop/src/cart/change.rs` makes the change, `handlers/cart/receive.rs` the response");
}

#[test]
fn the_page_names_what_was_done_and_offers_to_undo_it() {
    let page = shop().get("/cart?removed=1%2A2").text();
    assert!(page.contains("Café press") && page.contains("was removed") && page.contains("Undo"), "{page}");
    let page = shop().get("/cart?added=404%2A2").text();
    assert!(!page.contains("cart-notice"), "nothing is claimed of what the shop does not have");
}

#[test]
fn totals_are_those_of_the_merchants_rules() {
    let html = page("1~1*3*4800~!WELCOME10").text();
    for part in ["$144.00", "−$14.40", "Free", "$129.60", "incl. $21.60 tax", "Its limit of uses is checked"] {
        assert!(html.contains(part), "`{part}` is missing: {html}");
    }
    let abroad = shop().send(&Request::get("/cart?country=US&region=CA").header("cookie", "cart=1~1*1*4800")).text();
    for part in ["Delivery to United States", "$19.00", "$4.86", "$71.86"] {
        assert!(abroad.contains(part), "`{part}` is missing: {abroad}");
    }
}

#[test]
fn every_other_page_is_the_same_with_and_without_a_cart() {
    let mut faults = Faults::default();
    for target in ["/", "/products", "/products?search=lamp", "/categories", "/pages/delivery", "/api/products"] {
        let with = Request::get(target).header("cookie", "cart=1~1*2*4800; cart-count=2");
        let (with, without) = (shop().send(&with), shop().get(target));
        faults.expect(with.body == without.body, || format!("{target}: the page depends on the cart"));
        faults.equal(target, &with.header("cache-control"), &without.header("cache-control"));
    }
    faults.report("pages that everybody shares never change with a cart");
}

#[test]
fn a_link_fills_the_cart() {
    let sent = shop().get("/buy/1:2,2");
    assert_eq!((sent.status, cookie(&sent, "cart").as_deref()), (303, Some("1~1*2*4800~2*1*12999")));
}

#[test]
fn the_api_prices_a_text_and_takes_a_line() {
    let priced = shop().get("/api/cart?c=1~1*3*4800~!WELCOME10").json();
    assert_eq!(priced["data"]["total"].to_string(), "129.6");
    let request = Request::new("POST", "/api/cart/lines").header("content-type", "application/json");
    let sent = shop().send(&request.body(r#"{"sku":"1","quantity":2}"#));
    assert_eq!((sent.status, cookie(&sent, "cart").as_deref()), (200, Some("1~1*2*4800")));
}
