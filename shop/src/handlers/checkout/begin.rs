//! The question that a request of the checkout leads to, before anything is known of the origin.

use commerce::checkout::{CartRequest, ContactForm, DeliveryRequest, OrderRequest, Way};
use commerce::{Cart, OrderNumber};
use pages::checkout::{Closed, Declined};
use pages::order::End;

use crate::answer::Plan;
use crate::cart::form::Form;
use crate::cart::page::CART;
use crate::forward::{After, Ask, Held, Key, Next, Shown, Wanted};
use crate::handlers::checkout::form::{contact, json};
use crate::handlers::checkout::respond::{now, see};
use crate::request::Incoming;
use crate::routes::{Handler, Matched};
use crate::shop::Shop;

/// The field that opens a checkout.
const CHECKOUT_KEY: &str = "x-checkout-key";

/// The field that opens an order.
const ORDER_KEY: &str = "x-order-key";

impl Shop {
    /// Finds the first question of a GET, or its response.
    pub(crate) fn checkout_begins(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> Plan {
        match self.first(matched, request) {
            Next::Ask(ask) => Plan::Forward(ask),
            Next::Now(response) => Plan::Now(response.answering(request.request())),
        }
    }

    fn first(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> Next {
        if self.source.is_none() {
            let is_order = matched.route.handler != Handler::Checkout;
            return now(self.closed(if is_order { Closed::Order } else { Closed::Checkout }));
        }
        let held = self.held(request);
        let cart = || self.cart_of(request);
        match (matched.route.handler, matched.parameter) {
            (Handler::Checkout, "") => match held {
                _ if cart().lines().is_empty() => now(see(CART)),
                Some(held) => show(held, Shown::Contact, &cart()),
                None => ask(Ask {
                    method: "GET",
                    path: "/health/ready".to_owned(),
                    key: None,
                    body: String::new(),
                    after: After::Blank,
                }),
            },
            // Forms are sent here; whoever opens the address wants the page that has the form.
            (Handler::Checkout, "contact") => now(see("/checkout")),
            (Handler::Checkout, "order") => now(see("/checkout/review")),
            (Handler::Checkout, step) => match (held, step) {
                (None, _) => now(see("/checkout")),
                (Some(held), "delivery") => show(held, Shown::Delivery { is_missing: false }, &cart()),
                (Some(held), "authenticate") => show(held, Shown::Bank, &cart()),
                (Some(held), _) => show(held, Shown::Review(None), &cart()),
            },
            (handler, number) => {
                let form = Form::read(request.query.as_bytes());
                match opened(number, &form) {
                    None => now(self.unknown_order()),
                    Some((number, key)) => find_order(match handler {
                        Handler::OrderEnd(end) => After::Ask(number, key, end),
                        _ => After::Found(number, key, None),
                    }),
                }
            }
        }
    }

    /// Finds the first question of a form, or its response.
    pub(crate) fn checkout_receives(&self, matched: &Matched<'_>, request: &Incoming<'_>, content: &[u8]) -> Next {
        if self.source.is_none() {
            return self.first(matched, request);
        }
        let form = Form::read(content);
        if let Handler::OrderEnd(end) = matched.route.handler {
            return match opened(matched.parameter, &form) {
                None => now(self.unknown_order()),
                Some((number, key)) => end_order(number, key, end),
            };
        }
        let (held, cart) = (self.held(request), self.cart_of(request));
        match (matched.parameter, held) {
            ("contact", held) => {
                let typed = contact(&form);
                match held {
                    _ if cart.lines().is_empty() => now(see(CART)),
                    _ if form.field("redraw").is_some() => now(self.contact_page(request, &typed, &[], false)),
                    Some(held) => send_contact(held, typed),
                    None => begin(&cart, typed),
                }
            }
            (_, None) => now(see("/checkout")),
            ("delivery", Some(held)) => match form.field("method") {
                None => show(held, Shown::Delivery { is_missing: true }, &cart),
                Some(method) => {
                    let method = method.chars().take(60).collect();
                    let (body, path) = (json(&DeliveryRequest { method }), format!("/checkouts/{}/delivery", held.id));
                    ask(Ask { method: "PUT", path, key: Some(opens(&held)), body, after: After::Delivery(held) })
                }
            },
            ("authenticate", Some(held)) => {
                let is_approved = form.field("answer") == Some("approve");
                let path = format!("/checkouts/{}/authentication", held.id);
                let body = format!("{{\"isApproved\":{is_approved}}}");
                ask(Ask { method: "POST", path, key: Some(opens(&held)), body, after: After::Authenticate(held) })
            }
            (_, Some(held)) => order(held, &form, &cart),
        }
    }

    /// The cart of a request.
    pub(super) fn cart_of(&self, request: &Incoming<'_>) -> Cart {
        self.cart_cookies.read(request.cookies()).cart
    }
}

/// A question, as what is to be done next.
fn ask(ask: Ask) -> Next {
    Next::Ask(Box::new(ask))
}

fn opens(held: &Held) -> (&'static str, Key) {
    (CHECKOUT_KEY, held.key.clone())
}

/// A checkout begins, for the form that was typed.
pub(super) fn begin(cart: &Cart, typed: ContactForm) -> Next {
    let body = json(&CartRequest { cart: cart.to_text() });
    ask(Ask { method: "POST", path: "/checkouts".to_owned(), key: None, body, after: After::Begin(typed) })
}

/// The form goes to its checkout.
pub(super) fn send_contact(held: Held, typed: ContactForm) -> Next {
    let (path, body) = (format!("/checkouts/{}/contact", held.id), json(&typed));
    ask(Ask { method: "PUT", path, key: Some(opens(&held)), body, after: After::Contact(held, typed) })
}

/// The checkout with the cart of this moment, for a page.
pub(super) fn show(held: Held, shown: Shown, cart: &Cart) -> Next {
    let (path, body) = (format!("/checkouts/{}/cart", held.id), json(&CartRequest { cart: cart.to_text() }));
    ask(Ask { method: "PUT", path, key: Some(opens(&held)), body, after: After::Show(held, shown) })
}

fn order(held: Held, form: &Form, cart: &Cart) -> Next {
    let Some(way) = form.field("way").and_then(Way::of) else {
        return show(held, Shown::Review(Some((Declined::NoWay, None))), cart);
    };
    // A total that cannot be read was not seen, and is confirmed again.
    let seen = form.field("total").and_then(|total| total.parse().ok()).unwrap_or_default();
    let is_carded = way == Way::TestCard;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).take(24).collect::<String>();
    let typed = form.field("card").filter(|_| is_carded).map(digits).unwrap_or_default();
    let body = json(&OrderRequest { cart: cart.to_text(), seen_total: seen, way, card: typed });
    let path = format!("/checkouts/{}/order", held.id);
    ask(Ask { method: "POST", path, key: Some(opens(&held)), body, after: After::Order(held, Wanted { seen, way }) })
}

/// The order that an address names, and the key that goes with it.
fn opened(number: &str, form: &Form) -> Option<(OrderNumber, Key)> {
    Some((number.parse().ok()?, form.field("key").and_then(Key::parse)?))
}

/// The order is asked for.
pub(super) fn find_order(after: After) -> Next {
    let (After::Found(number, key, _) | After::Ask(number, key, _) | After::Ended(number, key, _)) = &after else {
        return now(see("/"));
    };
    let (path, key) = (format!("/orders/{number}"), Some((ORDER_KEY, key.clone())));
    ask(Ask { method: "GET", path, key, body: String::new(), after })
}

fn end_order(number: OrderNumber, key: Key, end: End) -> Next {
    let path = format!("/orders/{number}/{}", end.name());
    let opens = Some((ORDER_KEY, key.clone()));
    ask(Ask { method: "POST", path, key: opens, body: "{}".to_owned(), after: After::Ended(number, key, end) })
}
