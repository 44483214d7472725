//! The session of an attempt: begun once, whatever Stripe answers to the call, and found again. An idempotency key that Stripe answers with a
//! stored error is used up; before the next one is used, the session that the failed call may have begun is looked for.

use std::time::Duration;

use serde_json::Value;

use crate::pay::PayError;
use crate::pay::stripe::client::{self, Field};
use crate::pay::stripe::session::Session;
use crate::pay::stripe::{Stripe, unknown};
use crate::store::orders::payments::Attempt;

/// The lifetime of a session from the creation of its attempt, in milliseconds: 2 hours. Stripe accepts 30 minutes to 24 hours from the
/// call, and a call may be repeated for as long as the order awaits its payment. The sweeper closes the session long before.
pub(super) const LIFETIME: i64 = 2 * 60 * 60 * 1_000;

/// The pauses before a call is repeated whose key is in use, by the first of two presses: the edge waits 2.5 s in all.
const PAUSES: [Duration; 3] = [Duration::from_millis(100), Duration::from_millis(250), Duration::from_millis(500)];

/// The failures after which a key counts as used up, where no response says that it repeats one.
const FAILURES: i64 = 3;

/// The keys that one call of this program tries.
const TURNS: usize = 2;

/// How far Stripe's clock may differ, in seconds.
const SKEW: i64 = 60;

/// Sessions of a page of Stripe's list, which is its most, and the pages that are read: more than a busy shop begins in the time of an order.
const PAGE: usize = 100;
const PAGES: usize = 10;

impl Stripe {
    /// Begins the session of an attempt; repeated, it finds the first one.
    pub(super) async fn begin(&self, attempt: &Attempt) -> Result<Session, PayError> {
        let mut turn = attempt.turn;
        for _ in 0..TURNS {
            let refusal = match self.create(attempt, turn).await {
                // Nobody pays in another way before it is certain that no earlier call has begun one.
                Err(error @ PayError::Refused { .. }) => Some(error),
                Err(PayError::Spent) => None,
                Err(PayError::Failing) if self.store.note_failure(&attempt.id, turn).await? >= FAILURES => None,
                other => return other,
            };
            if let Some(session) = self.find(attempt).await? {
                return Ok(session);
            }
            if let Some(refusal) = refusal {
                return Err(refusal);
            }
            turn = self.store.next_turn(&attempt.id, turn).await?;
        }
        Err(PayError::Silent)
    }

    async fn create(&self, attempt: &Attempt, turn: i64) -> Result<Session, PayError> {
        let order = self.store.order(&attempt.order).await?.ok_or_else(|| unknown(attempt))?;
        let currency = attempt.payment.facts().currency.code().to_ascii_lowercase();
        let (amount, expires) = (attempt.payment.amount().minor(), (attempt.created_at + LIFETIME) / 1_000);
        let fields: [Field<'_>; 11] = [
            ("mode", "payment".into()),
            ("client_reference_id", attempt.id.clone()),
            ("customer_email", order.contact.email),
            ("expires_at", expires.to_string()),
            ("success_url", format!("{}/checkout/review", self.shop)),
            ("cancel_url", format!("{}/checkout/review", self.shop)),
            // One line of the total: discounts, shipping and tax are in it to the minor unit, as the shopper saw it.
            ("line_items[0][quantity]", "1".into()),
            ("line_items[0][price_data][currency]", currency),
            ("line_items[0][price_data][unit_amount]", amount.to_string()),
            ("line_items[0][price_data][product_data][name]", format!("Order {}", order.number)),
            ("payment_intent_data[metadata][payment]", attempt.id.clone()),
        ];
        let key = client::key(&format!("{}-start", attempt.id), turn);
        let mut pauses = PAUSES.iter();
        loop {
            match self.client.post("/v1/checkout/sessions", &fields, Some(&key), &attempt.id).await {
                Err(PayError::Busy) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(*pause).await,
                    None => return Err(PayError::Busy),
                },
                other => return Session::read(other?),
            }
        }
    }

    /// The session that an earlier call has begun; where there are several, nobody can pay in the others afterwards.
    async fn find(&self, attempt: &Attempt) -> Result<Option<Session>, PayError> {
        let mut own = self.sessions_of(attempt).await?;
        // The one that was paid counts, then the one that can be.
        own.sort_by_key(|session| (session.is_paid(), session.is_open()));
        let found = own.pop();
        for other in own.iter().filter(|other| other.is_open()) {
            let path = format!("/v1/checkout/sessions/{}/expire", client::escaped(&other.id));
            match self.client.post(&path, &[], None, &attempt.id).await {
                // It was paid or has expired meanwhile; its event says so.
                Ok(_) | Err(PayError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// The sessions of an attempt. Stripe's list cannot be asked for a reference, so those since the attempt are read.
    async fn sessions_of(&self, attempt: &Attempt) -> Result<Vec<Session>, PayError> {
        let since = attempt.created_at / 1_000 - SKEW;
        let (mut own, mut after) = (Vec::new(), String::new());
        for _ in 0..PAGES {
            let path = format!("/v1/checkout/sessions?created%5Bgte%5D={since}&limit={PAGE}{after}");
            let page = self.client.get(&path, &attempt.id).await?;
            let unreadable = PayError::Foreign { code: "unreadable_list" };
            let data = page.get("data").and_then(Value::as_array).ok_or(unreadable)?;
            let is_own =
                |session: &&Value| session.get("client_reference_id").and_then(Value::as_str) == Some(&attempt.id);
            for session in data.iter().filter(is_own) {
                own.push(Session::read(session.clone())?);
            }
            let last = data.last().and_then(|session| session.get("id")).and_then(Value::as_str);
            let has_more = page.get("has_more").and_then(Value::as_bool).unwrap_or_default();
            match last.filter(|_| has_more) {
                Some(last) => after = format!("&starting_after={}", client::escaped(last)),
                None => return Ok(own),
            }
        }
        // One may be on a page that was not read, so none may be begun.
        if own.is_empty() { Err(PayError::Silent) } else { Ok(own) }
    }
}
