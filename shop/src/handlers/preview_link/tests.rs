//! Beginning and ending a preview: status, cookie and the address that it leads to.

use std::collections::BTreeMap;

use rollout::Preview;
use web::{CacheControl, Reply};

use crate::remotes::cause::Cause;
use crate::shop::Shop;
use crate::testing::{NOW, products, published, respond, shop, version};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

fn shop_with_a_version(production: bool) -> Shop {
    let shop = shop(production);
    shop.remotes.publish(published("1.3.0", 1));
    shop.remotes.publish(published("1.4.0", 99));
    shop
}

/// The answer, if it is no page of the shop.
fn answer(shop: &Shop, target: &str) -> Option<Reply> {
    answer_to(shop, target, &[])
}

fn answer_to(shop: &Shop, target: &str, headers: &[(&str, &str)]) -> Option<Reply> {
    respond(shop, target, headers).map(|response| response.reply)
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.field(name)
}

fn cookie(reply: &Reply) -> Option<String> {
    reply.cookies.first().map(ToString::to_string)
}

#[test]
fn a_link_becomes_a_cookie_and_leads_to_the_same_address_without_it() {
    #[track_caller]
    fn check(shop: &Shop, target: &str, location: &str) {
        let reply = answer(shop, target).expect("an answer");
        assert_eq!(reply.status, 303, "{target}");
        assert_eq!(header(&reply, "location"), Some(location), "{target}");
        let cookie = cookie(&reply).unwrap_or_default();
        assert!(cookie.starts_with("storefront-preview=remote.products=1.3.0;"), "{cookie}");
        assert_eq!(reply.cache_control, CacheControl::Private);
    }
    let shop = shop_with_a_version(false);
    check(&shop, "/products?remote.products=1.3.0", "/products");
    check(&shop, "/?remote.products=1.3.0", "/");
    check(&shop, "/products/1?a=b&remote.products=1.3.0&c=%20d", "/products/1?a=b&c=%20d");
}

#[test]
fn what_cannot_be_shown_is_refused_with_its_reason() {
    #[track_caller]
    fn check(shop: &Shop, query: &str, status: u16, why: &str) {
        let reply = answer(shop, &format!("/products?{query}")).expect("an answer");
        let body = String::from_utf8_lossy(&reply.body);
        assert_eq!(reply.status, status, "{query}");
        assert!(body.contains(why), "{query}: {body}");
        assert_eq!(cookie(&reply), None, "{query}");
    }
    let shop = shop_with_a_version(false);
    check(&shop, "remote.products=1.8.0", 503, "cannot be read: it was not read yet");
    shop.remotes.fail(&products(), &version("1.8.0"), Cause::Timeout(5_000), NOW);
    check(&shop, "remote.products=1.8.0", 504, "cannot be read: no answer within 5000 ms");
    shop.remotes.fail(&products(), &version("1.9.0"), Cause::Absent, NOW);
    check(&shop, "remote.products=1.9.0", 404, "Version 1.9.0 of products is not published.");
    check(&shop, "remote.other=1.0.0", 404, "There is no remote other.");
    check(&shop, "remote.products=1.4.0", 404, "built for contract 99");
    check(&shop, "remote.products=one", 400, "one");
    check(&shop, "remote.products=1.3.0&remote.products=1.4.0", 400, "products");
}

#[test]
fn production_demands_a_signature_that_holds_now() {
    let shop = shop_with_a_version(true);
    let preview = || Preview::new(BTreeMap::from([(products(), version("1.3.0"))])).unwrap();
    let status = |query: &str| answer(&shop, &format!("/products?{query}")).map(|reply| reply.status);
    let signed = |expires: u64| preview().signed(SECRET, expires).unwrap().to_string();
    assert_eq!(status("remote.products=1.3.0"), Some(403));
    assert_eq!(status(&signed(1_800_000_060)), Some(303));
    assert_eq!(status(&signed(1_799_999_999)), Some(403));
    assert_eq!(status(&signed(1_800_000_060).replace("1.3.0", "1.2.0")), Some(403));
    let other = preview().signed(b"ffffffffffffffffffffffffffffffff", 1_800_000_060).unwrap().to_string();
    assert_eq!(status(&other), Some(403));
}

#[test]
fn the_way_out_takes_the_cookie_away() {
    let shop = shop_with_a_version(false);
    let reply = answer(&shop, "/products?page=2&preview.end").expect("an answer");
    assert_eq!((reply.status, header(&reply, "location")), (303, Some("/products?page=2")));
    assert!(cookie(&reply).is_some_and(|cookie| cookie.contains("Max-Age=0")));
}

#[test]
fn other_parameters_begin_nothing() {
    let shop = shop_with_a_version(false);
    for target in ["/products?search=preview.end.", "/products?search=remote.products%3D1.3.0", "/products?search=a.b"]
    {
        assert!(answer(&shop, target).is_none(), "{target}");
    }
}

#[test]
fn only_a_visit_changes_a_cookie() {
    const BEGIN: &str = "/products?remote.products=1.3.0";
    const END: &str = "/products?preview.end";
    let shop = shop_with_a_version(false);
    for (target, headers, changes) in [
        (BEGIN, &[("sec-fetch-dest", "document"), ("sec-fetch-site", "cross-site")][..], true),
        (BEGIN, &[("sec-fetch-dest", "document"), ("sec-fetch-site", "none")], true),
        (BEGIN, &[("sec-fetch-dest", "image"), ("sec-fetch-site", "same-origin")], false),
        (BEGIN, &[("sec-fetch-dest", "iframe"), ("sec-fetch-site", "cross-site")], false),
        (BEGIN, &[("sec-fetch-dest", "empty"), ("sec-fetch-site", "same-origin")], false),
        (BEGIN, &[("sec-fetch-dest", "document"), ("sec-purpose", "prefetch;prerender")], false),
        (END, &[("sec-fetch-dest", "document"), ("sec-fetch-site", "same-origin")], true),
        (END, &[("sec-fetch-dest", "document"), ("sec-fetch-site", "none")], true),
        (END, &[("sec-fetch-dest", "document"), ("sec-fetch-site", "cross-site")], false),
        (END, &[("sec-fetch-dest", "image"), ("sec-fetch-site", "same-origin")], false),
        (END, &[("purpose", "Prefetch")], false),
        (END, &[], true),
    ] {
        let reply = answer_to(&shop, target, headers).expect("an answer");
        let expect = if changes { 303 } else { 403 };
        assert_eq!(reply.status, expect, "{target} {headers:?}");
        assert_eq!(cookie(&reply).is_some(), changes, "{target} {headers:?}");
    }
    let logged = shop.tally.borrow_mut().lines();
    assert_eq!(logged, [r#"{"event":"preview-refused","reason":"embedded","count":7}"#]);
}

#[test]
fn refusals_are_counted_by_their_reason() {
    let shop = shop_with_a_version(true);
    let ended =
        Preview::new([(products(), version("1.3.0"))]).unwrap().signed(SECRET, 1_799_999_999).unwrap().to_string();
    for query in ["remote.products=1.3.0", "remote.products=one", &ended, "remote.products=1.3.0"] {
        answer(&shop, &format!("/products?{query}")).expect("an answer");
    }
    assert_eq!(
        shop.tally.borrow_mut().lines(),
        [
            r#"{"event":"preview-refused","reason":"signature","count":2}"#,
            r#"{"event":"preview-refused","reason":"malformed","count":1}"#,
            r#"{"event":"preview-refused","reason":"ended","count":1}"#
        ]
    );
}
