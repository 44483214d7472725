//! Requests to the origin about a checkout, as JSON. Values a shopper typed are in it as typed, and checked there.

use serde::{Deserialize, Serialize};

use crate::checkout::view::Way;

/// Begins a checkout, or gives it the cart as it is now: `POST /checkouts`, `PUT /checkouts/{id}/cart`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CartRequest {
    /// The text of the cart.
    pub cart: String,
}

/// Chooses how it is sent: `PUT /checkouts/{id}/delivery`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeliveryRequest {
    /// The name of a method of shipping.
    pub method: String,
}

/// Orders with an obligation to pay: `POST /checkouts/{id}/order`. Sent again, it gives the same order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderRequest {
    /// The text of the cart that the shopper saw.
    pub cart: String,
    /// The total that the shopper saw. A lower one is charged without asking, a higher one is confirmed first.
    pub seen_total: u64,
    /// How it is paid.
    pub way: Way,
    /// The number of a test card; nothing else has one, since real cards are typed at the provider.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub card: String,
}

/// The answer to [`OrderRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ordered {
    /// The number of the order.
    pub number: crate::OrderNumber,
    /// The address where the shopper pays or confirms; none where nothing is left to do. A path is the shop's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Names of refusals: the `code` of a problem that the origin answers with.
pub mod refusal {
    /// 404: no such checkout, or another key. Also one that was given up long ago.
    pub const UNKNOWN: &str = "unknown-checkout";
    /// 422: fields of the contact form; `errors` has them.
    pub const FIELDS: &str = "fields";
    /// 409: the checkout lacks contact or a way to send it, or its cart cannot be ordered as it stands: the view says what it lacks.
    pub const NOT_READY: &str = "not-ready";
    /// 409: it costs more than the shopper saw: the view has the new total.
    pub const TOTAL_ROSE: &str = "total-rose";
    /// 409: the payment was declined; the order waits for another one.
    pub const DECLINED: &str = "declined";
    /// 409: it was ordered, so that cart, contact and delivery stay as they are.
    pub const ORDERED: &str = "ordered";
    /// 409: the order's time for payment is over, and its goods are free again.
    pub const EXPIRED: &str = "expired";
    /// 503: the provider of the payment does not answer. The order waits; asking again charges once.
    pub const NO_PROVIDER: &str = "no-provider";
    /// 503 with `retry-after`: more is ordered than can be written now. Nothing was begun.
    pub const BUSY: &str = "busy";
}
