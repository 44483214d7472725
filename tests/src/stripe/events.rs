//! Events of the double: what they have, how they are signed and delivered.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::client::Request;

/// The bytes of a block of SHA-256.
const BLOCK: usize = 64;

/// The version of the API that its calls have to name: that of the official package.
pub const API_VERSION: &str = "2026-10-28.endive";

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its type, such as `checkout.session.completed`.
    pub kind: String,
    /// The bytes that are delivered.
    pub body: String,
}

impl Event {
    pub(super) fn new(number: usize, kind: &str, object: &Value) -> Event {
        let body = json!({
            "id": format!("evt_{number}"), "object": "event", "api_version": API_VERSION, "type": kind,
            "created": 1_790_000_000, "livemode": false, "pending_webhooks": 1, "data": { "object": object },
        });
        Event { kind: kind.to_owned(), body: body.to_string() }
    }

    /// The delivery of the event at a time in seconds since 1970.
    pub fn delivery(&self, secret: &str, time: u64) -> Request {
        let request = Request::new("POST", "/hooks/stripe").header("content-type", "application/json");
        request.header("stripe-signature", &sign(secret, time, self.body.as_bytes())).body(self.body.clone())
    }
}

/// The value of `Stripe-Signature`.
pub fn sign(secret: &str, time: u64, body: &[u8]) -> String {
    let message = [format!("{time}.").as_bytes(), body].concat();
    let code = hmac(secret.as_bytes(), &message).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    format!("t={time},v1={code}")
}

/// HMAC by RFC 2104, apart from the crate that the origin uses. Keys are shorter than a block.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let pad = |with: u8| (0..BLOCK).map(|at| key.get(at).copied().unwrap_or_default() ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36).as_slice(), message].concat());
    Sha256::digest([pad(0x5c).as_slice(), inner.as_slice()].concat()).to_vec()
}
