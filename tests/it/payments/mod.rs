//! Payments with Stripe: the real origin on both engines, and a double of Stripe. The double counts charges and money, whatever the origin
//! believes.
//!
//! | to test … | open |
//! | --- | --- |
//! | an order that is paid, in time or late, and webhooks | `paying.rs` |
//! | a session that Stripe refuses or fails to begin | `beginning.rs` |
//! | money that goes back | `refunds.rs` |
//! | a kill at every step of a payment | `steps.rs` |
//! | the double itself | `double.rs` |

mod beginning;
mod double;
mod paying;
mod refunds;
mod steps;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use storefront_tests::client::{self, NoAnswer, Request, Response};
use storefront_tests::record::Record;
use storefront_tests::stripe::{Event, KEY, Stripe, WEBHOOK_SECRET};

use crate::engines::{OFFICE, SECRET};

const CART: &str = "1~1*2";

/// How long anything may take that is waited for.
const LIMIT: Duration = Duration::from_secs(30);

/// An origin that sells with the double.
struct Shop {
    record: Record,
    stripe: Stripe,
}

/// A shopper at the review page.
struct Shopper {
    cart: String,
    checkout: String,
    key: String,
    total: u64,
}

impl Shop {
    fn start(database: &str, variables: &[(&str, &str)]) -> Shop {
        Shop::start_beside(Stripe::start(), database, variables)
    }

    /// One that sells with a double that runs already.
    fn start_beside(stripe: Stripe, database: &str, variables: &[(&str, &str)]) -> Shop {
        let url = stripe.url();
        let base = [
            ("DATABASE_URL", database),
            ("ORIGIN_SECRET", SECRET),
            ("OFFICE_SECRET", OFFICE),
            ("PAYMENTS", "stripe,invoice"),
            ("STRIPE_SECRET_KEY", KEY),
            ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
            ("STRIPE_API", &url),
            ("SHOP_URL", "https://shop.example"),
        ];
        Shop { record: Record::start(&[&base, variables].concat()), stripe }
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, key: &str, body: &Value) -> Response {
        self.try_to_ask(method, path, key, body)
            .unwrap_or_else(|error| panic!("{path}: {error}\n{}", self.record.log()))
    }

    fn try_to_ask(&self, method: &str, path: &str, key: &str, body: &Value) -> Result<Response, NoAnswer> {
        let secret = if path.starts_with("/office/") { OFFICE } else { SECRET };
        let request = Request::new(method, path).header("authorization", &format!("Bearer {secret}"));
        let request = request.header("x-checkout-key", key).header("x-order-key", key);
        let request = if method == "GET" {
            request
        } else {
            request.header("content-type", "application/json").body(body.to_string())
        };
        client::send(self.record.address(), &request)
    }

    /// Staff change an order.
    #[track_caller]
    fn office(&self, number: &str, action: &str, body: &Value) {
        let answer = self.ask("POST", &format!("/office/orders/{number}/{action}"), "", body);
        assert_eq!(answer.status, 200, "{action}: {}", answer.text());
    }

    fn shopper(&self) -> Shopper {
        self.shopper_of(CART)
    }

    fn shopper_of(&self, cart: &str) -> Shopper {
        let begun = self.ask("POST", "/checkouts", "", &json!({ "cart": cart })).json();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let (checkout, key) = (text(&begun["data"]["id"]), text(&begun["key"]));
        let contact = json!({ "email": "ada@shop.example", "country": "US", "name": "Ada", "line1": "1 Way", "line2": "",
            "postcode": "94105", "city": "San Francisco", "region": "CA", "phone": "" });
        let answer = self.ask("PUT", &format!("/checkouts/{checkout}/contact"), &key, &contact);
        let method = answer.json()["data"]["summary"]["shipping"]["options"][0]["name"].clone();
        assert!(method.is_string(), "no way to send it: {}", answer.text());
        let answer = self.ask("PUT", &format!("/checkouts/{checkout}/delivery"), &key, &json!({ "method": method }));
        let total = answer.json()["data"]["summary"]["total"].as_u64().expect("a total");
        Shopper { cart: cart.to_owned(), checkout, key, total }
    }

    /// Presses the button.
    #[track_caller]
    fn press(&self, shopper: &Shopper) -> Response {
        self.press_for(shopper, "stripe")
    }

    /// Presses it for a way to pay.
    #[track_caller]
    fn press_for(&self, shopper: &Shopper, way: &str) -> Response {
        let order = json!({ "cart": shopper.cart, "seenTotal": shopper.total, "way": way, "card": "" });
        self.ask("POST", &format!("/checkouts/{}/order", shopper.checkout), &shopper.key, &order)
    }

    /// The number of the order of a checkout.
    #[track_caller]
    fn number(&self, shopper: &Shopper) -> String {
        let cart = json!({ "cart": shopper.cart });
        let view = self.ask("PUT", &format!("/checkouts/{}/cart", shopper.checkout), &shopper.key, &cart).json();
        view["data"]["order"]["number"].as_str().unwrap_or_else(|| panic!("no order in {view}")).to_owned()
    }

    /// Presses it, and gives the number of the order and the page of the payment.
    #[track_caller]
    fn order(&self, shopper: &Shopper) -> (String, Option<String>) {
        let answer = self.press(shopper);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let data = answer.json()["data"].clone();
        (data["number"].as_str().expect("a number").to_owned(), data["next"].as_str().map(str::to_owned))
    }

    fn deliver(&self, event: &Event) -> u16 {
        self.record.send(&event.delivery(WEBHOOK_SECRET, seconds())).status
    }

    /// The same of an origin that may have ended: none where nobody answers.
    fn try_to_deliver(&self, event: &Event) -> Option<u16> {
        client::send(self.record.address(), &event.delivery(WEBHOOK_SECRET, seconds())).ok().map(|answer| answer.status)
    }

    /// The states of the order and of its payment.
    fn states(&self, number: &str, shopper: &Shopper) -> (String, String) {
        let order = self.ask("GET", &format!("/orders/{number}"), &shopper.key, &Value::Null).json()["data"].clone();
        let state = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no state in {order}")).to_owned();
        (state(&order["state"]), state(&order["payment"]["state"]))
    }

    #[track_caller]
    fn expect_states(&self, number: &str, shopper: &Shopper, expect: (&str, &str)) {
        let started = now();
        loop {
            let found = self.states(number, shopper);
            if (found.0.as_str(), found.1.as_str()) == expect {
                return;
            }
            assert!(started.elapsed() < LIMIT, "found {found:?}, expected {expect:?}\n{}", self.record.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "signatures have an age")]
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs()
}

#[expect(clippy::disallowed_methods, reason = "a limit on waiting needs a clock")]
fn now() -> Instant {
    Instant::now()
}

fn pair(found: &(String, String)) -> (&str, &str) {
    (&found.0, &found.1)
}
