//! The walk of a shopper that is recorded and played: wrong fields, a card that is declined, a bank that asks, an order by invoice that is
//! cancelled, and one that is shipped and sent back.

use storefront_tests::server::Server;

use crate::checkout::{Shopper, TYPED, has, total};

/// Walks at an edge. `send_off` has staff ship an order, where its origin is a living one.
pub(super) fn walk(shop: &Server, send_off: impl Fn(&str)) {
    let mut shopper = Shopper { shop, cookies: Vec::new() };
    shopper.adds("1");
    assert_eq!(shopper.opens("/checkout").status, 200);
    let wrong = shopper.posts("/checkout/contact", &TYPED.replace("sw1y4jh", "12345"));
    assert_eq!(wrong.status, 422, "{wrong}");
    has(&wrong, &["Enter a postcode of United Kingdom, like SW1A 1AA"]);
    shopper.follows("/checkout/contact", TYPED);
    let (_, review) = shopper.follows("/checkout/delivery", "method=Standard");
    has(&review, &["ada@example.com", "Café press", "value=\"test-card\"", "value=\"invoice\""]);
    let pay = |card: &str| format!("total={}&way=test-card&card={card}", total(&review));
    let declined = shopper.posts("/checkout/order", &pay("4000000000000002"));
    assert_eq!(declined.status, 409, "{declined}");
    has(&declined, &["The payment was declined"]);
    let (location, bank) = shopper.follows("/checkout/order", &pay("4000000000003220"));
    assert_eq!((location.as_str(), bank.status), ("/checkout/authenticate", 200));
    let (_, page) = shopper.follows("/checkout/authenticate", "answer=approve");
    has(&page, &["Thank you. Your order is placed.", "ada@example.com"]);

    let (number, key) = by_invoice(&mut shopper);
    let (_, page) = shopper.follows(&format!("/orders/{number}/cancel"), &format!("key={key}"));
    has(&page, &["Cancelled"]);

    let (number, key) = by_invoice(&mut shopper);
    send_off(&number);
    let page = shopper.opens(&format!("/orders/{number}?key={key}"));
    has(&page, &["On its way", "00340434"]);
    let (_, page) = shopper.follows(&format!("/orders/{number}/withdrawal"), &format!("key={key}"));
    assert_eq!(page.status, 200, "{page}");
}

/// Orders by invoice. Gives number and key of the order.
fn by_invoice(shopper: &mut Shopper<'_>) -> (String, String) {
    let review = shopper.comes_to_review();
    let (location, page) = shopper.follows("/checkout/order", &format!("total={}&way=invoice", total(&review)));
    has(&page, &["Thank you. Your order is placed."]);
    let order = location.trim_start_matches("/orders/").split_once("?key=").expect("an address with a key");
    (order.0.to_owned(), order.1.to_owned())
}
