//! Orders at the office: lists, single orders with their history, and changes. Amounts are in the minor unit of the order's currency, times in
//! milliseconds since 1970. States stay texts, so that an origin that knows more of them is understood.

use anyhow::{Context as _, Result};
use commerce::OrderNumber;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::office::Office;

/// The advice for an order that does not exist.
const UNKNOWN: &str = "`storefront orders list --state all` shows the last orders";

/// A part of a list.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct List {
    /// The origin calls it as all of its data.
    #[serde(rename(deserialize = "data"))]
    pub(crate) orders: Vec<Listed>,
    /// The order after which the next part begins.
    #[serde(default)]
    pub(crate) next: Option<String>,
}

/// An order in a list.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    pub(crate) number: String,
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) parcel: Option<String>,
    pub(crate) way: String,
    pub(crate) payment: String,
    pub(crate) total: u64,
    pub(crate) currency: String,
    pub(crate) ordered_at: i64,
    #[serde(default)]
    pub(crate) withdrawn_at: Option<i64>,
    pub(crate) email: String,
}

/// Which part of a list is asked for.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) state: &'a str,
    pub(crate) since: Option<i64>,
    pub(crate) limit: u32,
    pub(crate) after: Option<OrderNumber>,
}

/// A change to be made.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Change<'a> {
    pub(crate) staff: &'a str,
    pub(crate) reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) carrier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tracking: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) restock: Option<bool>,
}

/// An order with its history.
#[derive(Debug)]
pub(crate) struct Answer {
    /// As the origin shows it, for programs.
    pub(crate) document: Value,
    pub(crate) known: Known,
}

/// The parts of an order that this program knows.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Known {
    /// Whether a change was to be made; none where nothing was to change.
    #[serde(default)]
    pub(crate) is_changed: Option<bool>,
    pub(crate) order: Order,
    pub(crate) events: Vec<Event>,
    pub(crate) refunds: Vec<Refund>,
}

/// An order.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    pub(crate) number: String,
    pub(crate) state: String,
    pub(crate) ordered_at: i64,
    pub(crate) contact: Contact,
    pub(crate) summary: Summary,
    pub(crate) payment: Payment,
    #[serde(default)]
    pub(crate) parcel: Option<Parcel>,
    #[serde(default)]
    pub(crate) withdrawn_at: Option<i64>,
}

/// Who gets it.
#[derive(Debug, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[derive(Default)]
pub(crate) struct Contact {
    pub(crate) email: String,
    pub(crate) country: String,
    pub(crate) name: String,
    pub(crate) line1: String,
    pub(crate) line2: String,
    pub(crate) postcode: String,
    pub(crate) city: String,
    pub(crate) region: String,
    pub(crate) phone: String,
    /// The address on the bill, where it is another one.
    pub(crate) billing: Option<Address>,
    /// When the shopper agreed to news by mail.
    pub(crate) news_at: Option<i64>,
}

/// An address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Address {
    pub(crate) country: String,
    pub(crate) name: String,
    pub(crate) line1: String,
    pub(crate) line2: String,
    pub(crate) postcode: String,
    pub(crate) city: String,
    pub(crate) region: String,
}

/// Goods and costs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    pub(crate) currency: String,
    pub(crate) is_tax_included: bool,
    pub(crate) lines: Vec<Line>,
    pub(crate) discount: u64,
    pub(crate) shipping: Shipping,
    pub(crate) tax: u64,
    pub(crate) total: u64,
}

/// A line.
#[derive(Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) sku: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) values: Vec<String>,
    pub(crate) quantity: u32,
    pub(crate) amount: u64,
}

/// How it is sent.
#[derive(Debug, Deserialize)]
pub(crate) struct Shipping {
    #[serde(default)]
    pub(crate) method: String,
    pub(crate) cost: u64,
}

/// How it is paid.
#[derive(Debug, Deserialize)]
pub(crate) struct Payment {
    pub(crate) way: String,
    pub(crate) state: String,
    pub(crate) captured: u64,
    pub(crate) refunded: u64,
}

/// Its parcel.
#[derive(Debug, Deserialize)]
pub(crate) struct Parcel {
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) carrier: String,
    #[serde(default)]
    pub(crate) tracking: String,
}

/// Something that happened to it.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    pub(crate) kind: String,
    pub(crate) detail: String,
    pub(crate) staff: String,
    pub(crate) at: i64,
}

/// Money that went back, or is due to.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Refund {
    pub(crate) amount: u64,
    pub(crate) reason: String,
    pub(crate) staff: String,
    pub(crate) state: String,
    pub(crate) asked_at: i64,
}

#[derive(Deserialize)]
struct Envelope {
    data: Value,
}

impl Office {
    /// A part of a list.
    pub(crate) async fn orders(&self, part: &Part<'_>) -> Result<List> {
        let Part { state, limit, .. } = part;
        // An empty parameter is none.
        let since = part.since.map(|since| since.to_string()).unwrap_or_default();
        let after = part.after.map(|after| after.to_string()).unwrap_or_default();
        let path = format!("orders?state={state}&limit={limit}&since={since}&after={after}");
        self.send("GET", &path, "", UNKNOWN).await
    }

    /// An order.
    pub(crate) async fn order(&self, number: OrderNumber) -> Result<Answer> {
        Answer::of(self.send("GET", &format!("orders/{number}"), "", UNKNOWN).await?)
    }

    /// Changes an order, and gives it as it is afterwards.
    pub(crate) async fn change(&self, number: OrderNumber, action: &str, change: &Change<'_>) -> Result<Answer> {
        let body = serde_json::to_string(change).context("the change cannot be written as JSON")?;
        Answer::of(self.send("POST", &format!("orders/{number}/{action}"), &body, UNKNOWN).await?)
    }
}

impl Answer {
    fn of(envelope: Envelope) -> Result<Answer> {
        let Envelope { data: document } = envelope;
        let known = Known::deserialize(&document).context("the order is not of the form that this program knows")?;
        Ok(Answer { document, known })
    }
}
