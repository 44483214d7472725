//! Refunds. Stripe keeps idempotency keys for 24 hours at least and refunds may be repeated later, so an existing one is looked for first, by
//! its mark in `metadata`.

use serde_json::Value;

use crate::pay::PayError;
use crate::pay::stripe::client::{self, Field};
use crate::pay::stripe::{Stripe, unknown};
use crate::store::orders::payments::Attempt;
use crate::store::orders::refunds::Refund;

/// The refunds of a payment that are read. Stripe's list has no more on a page.
const PAGE: usize = 100;

impl Stripe {
    /// Sends money back, once for a refund.
    pub(super) async fn send_back(&self, attempt: &Attempt, refund: &Refund) -> Result<(), PayError> {
        let intent = self.session(attempt).await?.intent().ok_or_else(|| unknown(attempt))?;
        if self.is_sent(&intent, attempt, refund).await? {
            return Ok(());
        }
        let key = client::key(&refund.id, refund.turn);
        let fields: [Field<'_>; 3] = [
            ("payment_intent", intent),
            ("amount", refund.amount.to_string()),
            ("metadata[refund]", refund.id.clone()),
        ];
        match self.client.post("/v1/refunds", &fields, Some(&key), &attempt.id).await {
            Err(error) if matches!(error, PayError::Spent) || error.is_want_of_balance() => {
                // Stripe repeats what it answered to a key: the next try uses the next one, after another look.
                self.store.next_refund_turn(&refund.id, refund.turn).await?;
                Err(if matches!(error, PayError::Spent) { PayError::Failing } else { error })
            }
            other => other.map(|_| ()),
        }
    }

    /// Whether Stripe has the refund. One that failed at the bank afterwards is refused: a person has to look.
    async fn is_sent(&self, intent: &str, attempt: &Attempt, refund: &Refund) -> Result<bool, PayError> {
        let path = format!("/v1/refunds?payment_intent={}&limit={PAGE}", client::escaped(intent));
        let list = self.client.get(&path, &attempt.id).await?;
        let unreadable = PayError::Foreign { code: "unreadable_list" };
        let data = list.get("data").and_then(Value::as_array).ok_or(unreadable)?;
        let mark = |found: &Value| found.get("metadata")?.get("refund")?.as_str().map(str::to_owned);
        match data.iter().find(|found| mark(found).as_deref() == Some(&refund.id)) {
            Some(found) => match found.get("status").and_then(Value::as_str) {
                Some("failed" | "canceled") => Err(PayError::Refused { code: "refund_failed".to_owned() }),
                _ => Ok(true),
            },
            // More refunds than a page has: it may be among the others, so none may be made.
            None if list.get("has_more").and_then(Value::as_bool).unwrap_or_default() => {
                Err(PayError::Refused { code: "too_many_refunds".to_owned() })
            }
            None => Ok(false),
        }
    }
}
