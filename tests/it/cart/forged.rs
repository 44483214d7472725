//! Requests that other sites have a browser send: none of them changes a cart.

use storefront_tests::client::Request;
use storefront_tests::server::shop;

use super::{bare_form, cookie, form};
use crate::Faults;

/// What a page of another site can have a browser send with the shopper's cookies, and what a program behind such a page could try.
fn forged() -> Vec<(&'static str, Request)> {
    let add = |path: &str| bare_form(path, "cart=1~1*2*4800", "sku=1&quantity=5");
    let site = |request: Request, site: &str| request.header("sec-fetch-site", site);
    let origin = |request: Request, origin: &str| request.header("origin", origin);
    let json = |kind: &str| {
        let request = Request::new("POST", "/api/cart/lines").header("content-type", kind);
        request.header("cookie", "cart=1~1*2*4800").body(r#"{"sku":"1","quantity":5}"#)
    };
    vec![
        ("a form of another site", site(add("/cart/add"), "cross-site")),
        ("a form of a sister host", site(add("/cart/add"), "same-site")),
        ("a form that sets", site(add("/cart/set"), "cross-site")),
        ("a form that removes", site(add("/cart/remove"), "cross-site")),
        ("a form with a code", site(bare_form("/cart/code", "cart=1~1*2*4800", "code=WELCOME10"), "cross-site")),
        ("an unknown word of the browser", site(add("/cart/add"), "somewhere")),
        ("an empty word of the browser", site(add("/cart/add"), " ")),
        ("another origin", origin(add("/cart/add"), "https://evil.example")),
        ("the origin of a sandboxed frame", origin(add("/cart/add"), "null")),
        ("the shop's name as a user name", origin(add("/cart/add"), "http://127.0.0.1@evil.example")),
        ("the shop's name as a part of another", origin(add("/cart/add"), "http://127.0.0.1.evil.example")),
        ("another port", origin(add("/cart/add"), "http://127.0.0.1:1")),
        ("an origin without a scheme", origin(add("/cart/add"), "127.0.0.1")),
        ("the right origin behind a wrong word", site(origin(add("/cart/add"), "http://127.0.0.1"), "cross-site")),
        ("JSON of another site", site(json("application/json"), "cross-site")),
        ("JSON as plain text", site(json("text/plain"), "cross-site")),
        ("JSON as plain text without a word", json("text/plain")),
        (
            "a form as multipart",
            Request::new("POST", "/cart/add")
                .header("content-type", "multipart/form-data; boundary=x")
                .header("cookie", "cart=1~1*2*4800")
                .body("--x--"),
        ),
        (
            "a form as plain text",
            Request::new("POST", "/cart/add")
                .header("content-type", "text/plain")
                .header("cookie", "cart=1~1*2*4800")
                .body("sku=1"),
        ),
        ("a GET where a POST belongs", Request::get("/cart/add?sku=1&quantity=5").header("cookie", "cart=1~1*2*4800")),
        ("a PUT", add("/cart/add").method("PUT")),
        ("a method by a field", Request::get("/cart/add?_method=POST&sku=1").header("x-http-method-override", "POST")),
    ]
}

#[test]
fn no_forged_request_changes_a_cart() {
    let mut faults = Faults::default();
    let forged = forged();
    assert!(forged.len() >= 20);
    for (name, request) in forged {
        let response = shop().send(&request);
        faults.expect((400..500).contains(&response.status), || format!("{name}: status {}", response.status));
        faults.equal(format!("{name}: the cart"), &cookie(&response, "cart"), &None);
    }
    faults.report("`is_foreign` in `shop/src/errors.rs` decides; types and methods are in the row of the route");
}

#[test]
fn the_shops_own_pages_and_programs_pass() {
    let mut faults = Faults::default();
    let own = format!("http://{}", shop().address());
    let plain = bare_form("/cart/add", "", "sku=1");
    for (name, request) in [
        ("a page of the shop", form("/cart/add", "", "sku=1")),
        ("a bookmark", plain.clone().header("sec-fetch-site", "none")),
        ("an older browser", plain.clone().header("origin", &own)),
        ("a program", plain),
    ] {
        let response = shop().send(&request);
        faults.equal(name, &(response.status, cookie(&response, "cart")), &(303, Some("1~1*1*4800".to_owned())));
    }
    faults.report("a request without `Sec-Fetch-Site` and `Origin` comes from no browser");
}
