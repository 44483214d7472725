//! Payments at Stripe's own page, by Checkout Sessions (<https://docs.stripe.com/api/checkout/sessions>). The id of an attempt is the
//! idempotency key of its session, and the id of a refund that of the refund, so that every call can be repeated. Cards never come here.
//!
//! | to change | open |
//! | --- | --- |
//! | the calls over HTTP, their errors | `client.rs` |
//! | the beginning of a session, its keys | `start.rs` |
//! | refunds | `refund.rs` |
//! | facts from a session, units of currencies | `session.rs` |
//! | the signature of webhooks | `signature.rs` |
//! | the events of webhooks | `event.rs` |

pub(crate) mod client;
pub(crate) mod event;
mod refund;
mod session;
pub(crate) mod signature;
mod start;

use async_trait::async_trait;
use commerce::checkout::Way;
use commerce::{Facts, Standing};

use crate::clock;
use crate::pay::stripe::client::Client;
use crate::pay::stripe::session::Session;
pub(crate) use crate::pay::stripe::session::check_unit;
use crate::pay::stripe::start::LIFETIME;
use crate::pay::{PayError, Provider, Started};
use crate::store::Store;
use crate::store::orders::payments::Attempt;
use crate::store::orders::refunds::Refund;

/// Everything about a session that facts rest on.
const EXPANDED: &str = "expand[]=payment_intent.latest_charge";

/// Stripe, as one shop uses it.
#[derive(Clone, Debug)]
pub(crate) struct Stripe {
    pub(crate) store: Store,
    pub(crate) client: Client,
    /// The address of the shop, without a slash at its end: shoppers return there.
    pub(crate) shop: String,
}

/// The session of an attempt, found by an event.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) session: String,
    pub(crate) payment: String,
}

impl Stripe {
    /// The session that a payment intent belongs to, if it is of a session with a reference.
    pub(crate) async fn of_intent(&self, intent: &str) -> Result<Option<Found>, PayError> {
        let query = format!("/v1/checkout/sessions?payment_intent={}&limit=1", client::escaped(intent));
        let list = self.client.get(&query, intent).await?;
        let first = list.get("data").and_then(|data| data.get(0)).cloned();
        let session = first.map(Session::read).transpose()?;
        Ok(session.and_then(|session| Some(Found { payment: session.payment()?, session: session.id })))
    }

    /// The session of an attempt as it is now.
    async fn session(&self, attempt: &Attempt) -> Result<Session, PayError> {
        if attempt.provider_id.is_empty() {
            return Err(unknown(attempt));
        }
        let id = client::escaped(&attempt.provider_id);
        let session = self.client.get(&format!("/v1/checkout/sessions/{id}?{EXPANDED}"), &attempt.id).await?;
        let session = Session::read(session)?;
        // Another payment's session must never pay for this one.
        if session.payment().as_deref() == Some(attempt.id.as_str()) { Ok(session) } else { Err(unknown(attempt)) }
    }

    /// Ends the session of an attempt, which nobody can pay then.
    async fn end(&self, attempt: &Attempt) -> Result<Facts, PayError> {
        let mut attempt = attempt.clone();
        if attempt.provider_id.is_empty() {
            // The call may have been lost on its way or on its way back. Repeated, it names the session.
            // Half of the time is left for its end.
            let begun = tokio::time::timeout(client::TIME / 2, self.begin(&attempt)).await;
            match begun.unwrap_or(Err(PayError::Silent)) {
                Ok(session) => attempt.provider_id = session.id,
                Err(PayError::Refused { code }) => return Ok(refused(&attempt, &code).facts),
                // A session that has begun has ended by now. One that was paid unheard is named by its event.
                Err(_) if clock::now() > attempt.created_at + LIFETIME => {
                    return Ok(without_money(&attempt, Standing::Cancelled));
                }
                Err(error) => return Err(error),
            }
        }
        let path = format!("/v1/checkout/sessions/{}/expire", client::escaped(&attempt.provider_id));
        // Without a key, which a stored failure would use up: a session that is closed cannot be closed again.
        match self.client.post(&path, &[], None, &attempt.id).await {
            // One that is paid or expired cannot be closed. The facts follow.
            Ok(_) | Err(PayError::Refused { .. }) => self.fetch(&attempt).await,
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Provider for Stripe {
    fn way(&self) -> Way {
        Way::Stripe
    }

    async fn start(&self, attempt: &Attempt) -> Result<Started, PayError> {
        let both = async {
            let began = match self.begin(attempt).await {
                // It would be refused again, such as an amount below Stripe's least: the shopper chooses another way or card.
                Err(PayError::Refused { code }) => return Ok(refused(attempt, &code)),
                other => other?,
            };
            // The response to a repeated call is the first one again, so the session is read as it is now.
            let named = Attempt { provider_id: began.id.clone(), ..attempt.clone() };
            let session = self.session(&named).await?;
            let facts = session.facts(&named)?;
            Ok(Started { provider_id: began.id, next: session.url.or(began.url).unwrap_or_default(), facts })
        };
        // A shopper waits for all calls.
        tokio::time::timeout(client::TIME, both).await.map_err(|_| PayError::Silent)?
    }

    async fn fetch(&self, attempt: &Attempt) -> Result<Facts, PayError> {
        self.session(attempt).await?.facts(attempt)
    }

    async fn close(&self, attempt: &Attempt) -> Result<Facts, PayError> {
        // A shopper who would rather pay in another way waits for all calls.
        tokio::time::timeout(client::TIME, self.end(attempt)).await.map_err(|_| PayError::Silent)?
    }

    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Result<Facts, PayError> {
        self.send_back(attempt, refund).await?;
        self.fetch(attempt).await
    }
}

/// An attempt that Stripe refuses to begin: no session of it exists.
fn refused(attempt: &Attempt, code: &str) -> Started {
    tracing::warn!(payment = attempt.id, code, "payment refused by the provider");
    Started { provider_id: String::new(), next: String::new(), facts: without_money(attempt, Standing::Failed) }
}

fn without_money(attempt: &Attempt, standing: Standing) -> Facts {
    Facts { standing, ..Facts::none(attempt.payment.facts().currency) }
}

fn unknown(attempt: &Attempt) -> PayError {
    PayError::Unknown { id: attempt.id.clone() }
}
