//! Events of webhooks. An event only says which payment to look at: facts are fetched, so that neither its sequence nor its age matters.

use serde::Deserialize;

/// An event, as far as it is read.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Debug, Deserialize)]
struct Data {
    object: Object,
}

#[derive(Debug, Deserialize)]
struct Object {
    #[serde(default)]
    id: String,
    #[serde(default)]
    client_reference_id: Option<String>,
    #[serde(default)]
    payment_intent: Option<String>,
    #[serde(default)]
    payment_status: Option<String>,
}

/// The payment to look at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// That of a session.
    Session {
        /// The session's id.
        session: String,
        /// The payment's id.
        payment: String,
    },
    /// That of a payment intent, by its id.
    Intent(String),
    /// Nothing of the shop's.
    Other,
}

impl Event {
    /// Whether it says that money has come.
    pub(crate) fn has_money(&self) -> bool {
        self.kind.starts_with("charge.") || self.data.object.payment_status.as_deref() == Some("paid")
    }

    /// The payment to look at.
    pub(crate) fn subject(&self) -> Subject {
        let object = &self.data.object;
        let subject = match self.kind.as_str() {
            "checkout.session.completed"
            | "checkout.session.async_payment_succeeded"
            | "checkout.session.async_payment_failed"
            | "checkout.session.expired" => object
                .client_reference_id
                .clone()
                .map(|payment| Subject::Session { session: object.id.clone(), payment }),
            "charge.refunded" | "charge.dispute.created" => object.payment_intent.clone().map(Subject::Intent),
            _ => None,
        };
        subject.unwrap_or(Subject::Other)
    }
}
