//! Payments at Stripe's own page, by Checkout Sessions (<https://docs.stripe.com/api/checkout/sessions>). The id of an attempt is the
//! idempotency key of its session, and the id of a refund that of the refund, so that every call can be repeated. Cards never come here.
//!
//! | to change | open |
//! | --- | --- |
//! | the calls over HTTP, their errors | `client.rs` |
//! | facts from a session, units of currencies | `session.rs` |
//! | the signature of webhooks | `signature.rs` |
//! | the events of webhooks | `event.rs` |

pub(crate) mod client;
pub(crate) mod event;
mod session;
pub(crate) mod signature;

use async_trait::async_trait;
use commerce::checkout::Way;
use commerce::{Facts, Standing};

use crate::clock;
use crate::pay::stripe::client::{Client, Field};
use crate::pay::stripe::session::Session;
pub(crate) use crate::pay::stripe::session::check_unit;
use crate::pay::{PayError, Provider, Started};
use crate::store::Store;
use crate::store::orders::payments::{Attempt, Refund};

/// The lifetime of a session from the creation of its attempt, in milliseconds: 2 hours. Stripe accepts 30 minutes to 24 hours from the
/// call, and a call may be repeated for as long as the order awaits its payment. The sweeper closes the session long before.
const LIFETIME: i64 = 2 * 60 * 60 * 1_000;

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

    /// Begins the session of an attempt; repeated, Stripe returns the first one.
    async fn begin(&self, attempt: &Attempt) -> Result<Session, PayError> {
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
        let key = format!("{}-start", attempt.id);
        let session = self.client.post("/v1/checkout/sessions", &fields, &key, &attempt.id).await?;
        Session::read(session)
    }

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
}

#[async_trait]
impl Provider for Stripe {
    fn way(&self) -> Way {
        Way::Stripe
    }

    async fn start(&self, attempt: &Attempt) -> Result<Started, PayError> {
        let both = async {
            let began = self.begin(attempt).await?;
            // The response to a repeated call is the first one again, so the session is read as it is now.
            let named = Attempt { provider_id: began.id.clone(), ..attempt.clone() };
            let session = self.session(&named).await?;
            Ok::<_, PayError>((began, named, session))
        };
        // A shopper waits for both calls.
        let (began, named, session) =
            tokio::time::timeout(client::TIME, both).await.map_err(|_| PayError::Silent)??;
        let facts = session.facts(&named)?;
        let next = session.url.or(began.url).unwrap_or_default();
        Ok(Started { provider_id: began.id, next, facts })
    }

    async fn fetch(&self, attempt: &Attempt) -> Result<Facts, PayError> {
        self.session(attempt).await?.facts(attempt)
    }

    async fn close(&self, attempt: &Attempt) -> Result<Facts, PayError> {
        let mut attempt = attempt.clone();
        if attempt.provider_id.is_empty() {
            // The call may have been lost on its way or on its way back. Repeated, it names the session.
            match self.begin(&attempt).await {
                Ok(session) => attempt.provider_id = session.id,
                // A session that has begun has ended by now. One that was paid unheard is named by its event.
                Err(_) if clock::now() > attempt.created_at + LIFETIME => {
                    return Ok(Facts {
                        standing: Standing::Cancelled,
                        ..Facts::none(attempt.payment.facts().currency)
                    });
                }
                Err(error) => return Err(error),
            }
        }
        let path = format!("/v1/checkout/sessions/{}/expire", client::escaped(&attempt.provider_id));
        match self.client.post(&path, &[], &format!("{}-close", attempt.id), &attempt.id).await {
            // One that is paid or expired cannot be closed. The facts follow.
            Ok(_) | Err(PayError::Refused { .. }) => self.fetch(&attempt).await,
            Err(error) => Err(error),
        }
    }

    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Result<Facts, PayError> {
        let intent = self.session(attempt).await?.intent().ok_or_else(|| unknown(attempt))?;
        let fields: [Field<'_>; 3] = [
            ("payment_intent", intent),
            ("amount", refund.amount.to_string()),
            ("metadata[refund]", refund.id.clone()),
        ];
        self.client.post("/v1/refunds", &fields, &refund.id, &attempt.id).await?;
        self.fetch(attempt).await
    }
}

fn unknown(attempt: &Attempt) -> PayError {
    PayError::Unknown { id: attempt.id.clone() }
}
