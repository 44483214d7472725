//! An origin that is down, silent or never was: within 3 s a page says that no orders are taken; cart and shop go on.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use storefront_tests::client::Response;

use super::{Selling, Shopper, TYPED, has, total};
use crate::origin::followed::follow_at;

/// How long a shopper waits at most for the news.
const NEWS_WITHIN: Duration = Duration::from_secs(3);

#[expect(clippy::disallowed_methods, reason = "what is to happen within a time needs a clock")]
fn now() -> Instant {
    Instant::now()
}

/// A shopper is told in time. A machine that does much else may slow one request; three in a row are the shop's.
#[track_caller]
fn is_told(shopper: &mut Shopper<'_>, mut act: impl FnMut(&mut Shopper<'_>) -> Response) {
    let mut waited = Vec::new();
    for _ in 0..3 {
        let started = now();
        let page = act(shopper);
        waited.push(started.elapsed());
        assert_eq!(page.status, 503, "{page}");
        assert_eq!(page.header("cache-control").as_deref(), Some("private, no-store"));
        has(&page, &["right now"]);
        if waited.last().is_some_and(|last| *last < NEWS_WITHIN) {
            return;
        }
    }
    panic!("no news within {NEWS_WITHIN:?}, three times: {waited:?}");
}

#[test]
fn an_origin_that_goes_away_costs_no_cart_and_no_order() {
    let mut selling = Selling::start();
    let mut shopper = selling.shopper();
    let review = shopper.comes_to_review();
    let buy = format!("total={}&way=invoice", total(&review));
    let cookies = std::mem::take(&mut shopper.cookies);
    selling.record.kill();
    let mut shopper = Shopper { shop: &selling.shop, cookies };
    let before = shopper.field();
    for target in [
        "/checkout",
        "/checkout/delivery",
        "/checkout/review",
        "/orders/7K3M-Q9XR?key=00112233445566778899aabbccddeeff",
    ] {
        is_told(&mut shopper, |shopper| shopper.opens(target));
    }
    is_told(&mut shopper, |shopper| shopper.posts("/checkout/contact", TYPED));
    is_told(&mut shopper, |shopper| shopper.posts("/checkout/order", &buy));
    assert_eq!(shopper.field(), before, "the cart and the checkout are kept");
    for target in ["/", "/products", "/cart"] {
        assert_eq!(shopper.opens(target).status, 200, "{target}");
    }
    let cookies = std::mem::take(&mut shopper.cookies);
    selling.record.start_again();
    let mut shopper = Shopper { shop: &selling.shop, cookies };
    let (_, page) = shopper.follows("/checkout/order", &buy);
    has(&page, &["Thank you. Your order is placed."]);
}

#[test]
fn a_silent_origin_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let _silent = std::thread::spawn(move || listener.incoming().collect::<Vec<_>>());
    let shop = follow_at(&format!("http://{address}"), &[]);
    let mut shopper = Shopper { shop: &shop, cookies: Vec::new() };
    shopper.adds("1");
    is_told(&mut shopper, |shopper| shopper.opens("/checkout"));
    is_told(&mut shopper, |shopper| shopper.posts("/checkout/contact", TYPED));
    shopper.cookies.push(("checkout".to_owned(), "7c.00112233445566778899aabbccddeeff".to_owned()));
    is_told(&mut shopper, |shopper| shopper.posts("/checkout/order", "total=5290&way=invoice"));
    assert!(shopper.cookie("cart").is_some());
    assert_eq!(shopper.opens("/products").status, 200);
}
