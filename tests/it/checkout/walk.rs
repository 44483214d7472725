//! From the cart to a placed order, and what becomes of it.

use storefront_tests::client::Request;

use super::{Selling, Shopper, has, total};

/// The address of the order that a shopper was led to, which is a placed one.
fn placed(shopper: &mut Shopper<'_>, content: &str) -> String {
    let (location, page) = shopper.follows("/checkout/order", content);
    assert!(location.starts_with("/orders/"), "{location}");
    assert_eq!(page.status, 200, "{page}");
    has(&page, &["Thank you. Your order is placed.", "ada@example.com", "SW1Y 4JH"]);
    assert_eq!((shopper.cookie("cart"), shopper.cookie("cart-count"), shopper.cookie("checkout")), (None, None, None));
    location
}

#[test]
fn an_order_by_invoice_is_placed_seen_cancelled_and_never_made_twice() {
    let selling = Selling::start();
    let mut shopper = selling.shopper();
    let review = shopper.comes_to_review();
    has(&review, &["Buy now – $52.90", "ada@example.com", "SW1Y 4JH", "Café press", "incl. "]);
    let content = format!("total={}&way=invoice&card=", total(&review));
    // The button is pressed twice: one order.
    let again = shopper.cookies.clone();
    let first = shopper.posts("/checkout/order", &content);
    let address = placed(&mut shopper, &content);
    assert_eq!(first.header("location").as_deref(), Some(address.as_str()), "{first}");
    // Going back in the browser leads to the order, not to another one.
    let mut back = Shopper { shop: &selling.shop, cookies: again };
    assert_eq!(back.opens("/checkout/review").header("location").as_deref(), Some(address.as_str()));
    assert_eq!(shopper.opens("/checkout").header("location").as_deref(), Some("/cart"));
    // A guest opens it by its link, in any browser; another key opens nothing.
    assert_eq!(selling.shop.get(&address).status, 200);
    let end = address.len() - 4;
    assert_eq!(selling.shop.get(format!("{}0000", &address[..end])).status, 404);
    let (number, key) = address.trim_start_matches("/orders/").split_once("?key=").expect("an address with a key");
    let asked = shopper.opens(&format!("/orders/{number}/cancel?key={key}"));
    has(&asked, &["Confirm the cancellation", number]);
    let (_, page) = shopper.follows(&format!("/orders/{number}/cancel"), &format!("key={key}"));
    has(&page, &["Cancelled"]);
    let late = shopper.opens(&format!("/orders/{number}/cancel?key={key}"));
    assert_eq!(late.status, 409, "{late}");
}

#[test]
fn a_test_card_pays_is_declined_and_asks_the_bank() {
    let selling = Selling::start();
    let mut shopper = selling.shopper();
    let review = shopper.comes_to_review();
    let pay = |card: &str| format!("total={}&way=test-card&card={}", total(&review), card.replace(' ', "+"));
    let declined = shopper.posts("/checkout/order", &pay("4000 0000 0000 0002"));
    assert_eq!(declined.status, 409, "{declined}");
    has(&declined, &["The payment was declined", "Pay now – $52.90", "ada@example.com"]);
    // The bank asks, and its question is refused: back at review, everything kept.
    let (location, bank) = shopper.follows("/checkout/order", &pay("4000 0000 0000 3220"));
    assert_eq!((location.as_str(), bank.status), ("/checkout/authenticate", 200));
    has(&bank, &["Approve", "Refuse", "$52.90"]);
    let refused = shopper.posts("/checkout/authenticate", "answer=refuse");
    assert_eq!(refused.status, 409, "{refused}");
    has(&refused, &["The payment was declined"]);
    let (location, _) = shopper.follows("/checkout/order", &pay("4000 0000 0000 3220"));
    assert_eq!(location, "/checkout/authenticate");
    let (location, page) = shopper.follows("/checkout/authenticate", "answer=approve");
    assert!(location.starts_with("/orders/"), "{location}");
    has(&page, &["Thank you. Your order is placed.", "paid, $52.90"]);
    assert_eq!(shopper.cookie("cart"), None);
    // The next order of the same browser is another one.
    let review = shopper.comes_to_review();
    let other = placed(&mut shopper, &format!("total={}&way=test-card&card=4242424242424242", total(&review)));
    assert_ne!(other, location);
}

#[test]
fn a_cart_that_has_changed_since_is_not_emptied() {
    let selling = Selling::start();
    let mut shopper = selling.shopper();
    let review = shopper.comes_to_review();
    let sent = shopper.posts("/checkout/order", &format!("total={}&way=invoice", total(&review)));
    let address = sent.header("location").expect("an address").clone();
    shopper.adds("2");
    let seen = shopper.opens(&address);
    assert_eq!(seen.status, 200);
    assert!(shopper.cookie("cart").is_some_and(|cart| cart.contains("~2*1")), "{:?}", shopper.cookies);
    assert_eq!(shopper.cookie("checkout"), None);
    // A program that looks at the head alone, with the first shopper's cookies, changes nothing.
    let head = selling.shop.send(&Request::new("HEAD", &address).header("cookie", &shopper.field()));
    assert!(head.header("set-cookie").is_none());
}
