//! Selling, through the origin's own API, on both engines: races, kills, and mails.
//!
//! | to test … | open |
//! | --- | --- |
//! | many buyers of a few pieces | `race.rs` |
//! | an origin that is killed while it sells | `chaos.rs`; Stripe beside it: `till.rs` |
//! | mails | `mails.rs` |
//! | a restore from a backup | `restore.rs` |
//! | more changes than the database takes | `busy.rs` |
//! | two replicas on one database | `replicas.rs` |

mod busy;
mod chaos;
mod mails;
mod race;
mod replicas;
mod restore;
mod till;

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use storefront_tests::client::{self, NoAnswer, Request, Response};

use crate::engines::SECRET;
use crate::office;

/// A shopper at the origin's API.
#[derive(Clone, Debug)]
struct Shopper {
    origin: SocketAddr,
    cart: String,
    checkout: String,
    key: String,
}

impl Shopper {
    /// Begins a checkout and says who gets it.
    fn begin(origin: SocketAddr, cart: &str, email: &str) -> Result<Shopper, NoAnswer> {
        let answer = send(origin, "POST", "/checkouts", "", &json!({ "cart": cart }))?;
        assert_eq!(answer.status, 201, "{answer:?}");
        let begun = answer.json();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let shopper =
            Shopper { origin, cart: cart.to_owned(), checkout: text(&begun["data"]["id"]), key: text(&begun["key"]) };
        let contact = json!({
            "email": email, "country": "DE", "name": "Ada", "line1": "Weg 1", "postcode": "10115", "city": "Berlin",
        });
        let answer = shopper.put("contact", &contact)?;
        assert_eq!(answer.status, 200, "{answer:?}");
        Ok(shopper)
    }

    fn put(&self, part: &str, body: &Value) -> Result<Response, NoAnswer> {
        send(self.origin, "PUT", &format!("/checkouts/{}/{part}", self.checkout), &self.key, body)
    }

    fn post(&self, part: &str, body: &Value) -> Result<Response, NoAnswer> {
        send(self.origin, "POST", &format!("/checkouts/{}/{part}", self.checkout), &self.key, body)
    }

    /// Presses the button.
    fn order(&self, way: &str, card: &str) -> Result<Response, NoAnswer> {
        self.post("order", &json!({ "cart": self.cart, "seenTotal": 1_000_000, "way": way, "card": card }))
    }

    /// Does something to an order that is placed.
    fn change(&self, number: &str, action: &str) -> Result<Response, NoAnswer> {
        let request = Request::new("POST", format!("/orders/{number}/{action}"))
            .header("authorization", &format!("Bearer {SECRET}"))
            .header("content-type", "application/json")
            .header("x-order-key", &self.key)
            .body("{}".to_owned());
        client::send(self.origin, &request)
    }

    /// The order's page.
    fn see(&self, number: &str) -> Result<Value, NoAnswer> {
        let request = Request::get(format!("/orders/{number}")).header("x-order-key", &self.key);
        let answer = client::send(self.origin, &request.header("authorization", &format!("Bearer {SECRET}")))?;
        assert_eq!(answer.status, 200, "{answer:?}");
        Ok(answer.json()["data"].clone())
    }
}

fn send(origin: SocketAddr, method: &str, path: &str, key: &str, body: &Value) -> Result<Response, NoAnswer> {
    let request = Request::new(method, path)
        .header("authorization", &format!("Bearer {SECRET}"))
        .header("content-type", "application/json")
        .header("x-checkout-key", key)
        .body(body.to_string());
    client::send(origin, &request)
}

/// On hand and reserved, as the office has it.
fn stock(origin: SocketAddr, sku: &str) -> (i64, i64) {
    let level = office::get(origin, &format!("stock/{sku}")).json()["data"].clone();
    (level["onHand"].as_i64().expect("a number"), level["reserved"].as_i64().expect("a number"))
}

/// Sets what is on hand.
fn count(origin: SocketAddr, sku: &str, on_hand: i64) {
    let body = json!({ "id": format!("count-{sku}-{on_hand}"), "to": on_hand, "reason": "counted", "staff": "ada" });
    let answer = office::post(origin, &format!("stock/{sku}"), &body);
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// The number of an order that was placed.
fn number(answer: &Response) -> String {
    answer.json()["data"]["number"].as_str().expect("a number").to_owned()
}

/// The code of a refusal.
fn code(answer: &Response) -> String {
    answer.json()["code"].as_str().unwrap_or_default().to_owned()
}

#[expect(clippy::disallowed_methods, reason = "signatures have an age")]
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs()
}
