//! Webhooks of payment providers: `POST /hooks/stripe`. The signature is the only key. An event names a payment to look at; its facts are
//! fetched and applied, and the response is 200 once they are committed.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, Method, Request, Response};
use commerce::checkout::Way;
use web::{CacheControl, ProblemKind, Reply};

use crate::checkout::desk::{Desk, DeskError};
use crate::clock;
use crate::http::fields::response;
use crate::http::problem::Problem;
use crate::observe::metrics::Metrics;
use crate::pay::stripe::event::{Event, Subject};
use crate::pay::stripe::signature::{self, SignatureError};
use crate::pay::{PayError, Provider as _};

/// The largest event, in bytes. Stripe's have some 10 kB.
pub(crate) const BODY: usize = 256 * 1024;

/// The longest time for an event, all calls of the provider taken together. Work on the database has 15 s, so that the response is this one's.
const TIME: Duration = Duration::from_secs(12);

/// The name of the provider in the table of events.
const PROVIDER: &str = "stripe";

/// The parts that taking events requires.
pub(crate) struct Hooks {
    /// Without a database nothing is sold.
    pub(crate) desk: Option<Desk>,
    /// The secrets of signatures: one, or two while one is being replaced.
    pub(crate) secrets: Vec<String>,
    pub(crate) metrics: Arc<Metrics>,
}

/// Answers a request to `/hooks/stripe`.
pub(crate) async fn answer(State(hooks): State<Arc<Hooks>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Some(desk) = hooks.desk.clone().filter(|desk| desk.stripe.is_some()) else {
        return refused(ProblemKind::NotFound, "no payment provider is configured under this address", "not-found");
    };
    if head.method != Method::POST {
        let mut response = Problem::MethodNotAllowed.response();
        response.headers_mut().insert("allow", HeaderValue::from_static("POST"));
        return response;
    }
    let Ok(body) = axum::body::to_bytes(body, BODY).await else { return Problem::TooLarge { limit: BODY }.response() };
    let header = head.headers.get("stripe-signature").map(HeaderValue::as_bytes).unwrap_or_default();
    let event = match read(&hooks, header, &body) {
        Ok(event) => event,
        Err(response) => return *response,
    };
    let (work, metrics) = (desk.clone(), Arc::clone(&hooks.metrics));
    let done = desk.store.detached(async move {
        let done = tokio::time::timeout(TIME, work.heed(&event, &metrics)).await;
        Ok(done.unwrap_or(Err(PayError::Silent.into())))
    });
    match done.await.map_err(DeskError::from).flatten() {
        Ok(()) => response(Reply::new(200, "application/json", CacheControl::PrivateNoStore, b"{}".as_slice())),
        Err(error) => {
            tracing::error!(error = format!("{:#}", anyhow::Error::new(error)), "webhook failed");
            refused(ProblemKind::Unavailable, "the event was not applied; deliver it again", "not-applied")
        }
    }
}

fn read(hooks: &Hooks, header: &[u8], body: &Bytes) -> Result<Event, Box<Response<Body>>> {
    let now = u64::try_from(clock::now() / 1_000).unwrap_or_default();
    let refuse = |label: &'static str, detail: &str| {
        hooks.metrics.webhook_refused(label);
        Box::new(refused(ProblemKind::MalformedRequest, detail, label))
    };
    signature::check(header, body, &hooks.secrets, now)
        .map_err(|error: SignatureError| refuse(error.label(), &error.to_string()))?;
    serde_json::from_slice(body).map_err(|_| refuse("malformed", "the body is no event of Stripe's"))
}

impl Desk {
    /// Applies what has happened to the payment of an event. An event that is known changes nothing.
    async fn heed(&self, event: &Event, metrics: &Metrics) -> Result<(), DeskError> {
        let Some(stripe) = &self.stripe else { return Ok(()) };
        if self.store.knows_event(PROVIDER, &event.id).await? {
            return Ok(());
        }
        let found = match event.subject() {
            Subject::Session { session, payment } => Some((session, payment)),
            Subject::Intent(intent) => stripe.of_intent(&intent).await?.map(|found| (found.session, found.payment)),
            Subject::Other => None,
        };
        let Some((session, payment)) = found else {
            tracing::info!(event = event.id, "webhook of nothing that the shop sold");
            return Ok(());
        };
        let attempt = self.store.attempt(&payment).await?.filter(|attempt| attempt.way == Way::Stripe);
        let Some(mut attempt) = attempt else {
            if event.has_money() {
                // As after a restore of the database. docs/payments.md has the way on.
                tracing::error!(event = event.id, session, payment, "payment astray");
                metrics.payment_astray("unknown");
            } else {
                tracing::warn!(event = event.id, "webhook of an unknown payment");
            }
            return Ok(());
        };
        if attempt.provider_id.is_empty() {
            // The origin ended between the call and its answer. The session is believed once Stripe names this payment with it.
            attempt.provider_id = session;
            let facts = match stripe.fetch(&attempt).await {
                Err(PayError::Unknown { .. }) => return Ok(()),
                other => other?,
            };
            if self.store.name_attempt(&attempt.id, &attempt.provider_id, "", clock::now()).await? {
                self.store.apply(&attempt.id, &facts, clock::now()).await?;
            } else {
                // A call that ended meanwhile has named another one.
                note_second(event, &attempt.provider_id, &payment, metrics);
            }
        } else {
            if attempt.provider_id != session {
                note_second(event, &session, &payment, metrics);
            }
            let facts = stripe.fetch(&attempt).await?;
            self.store.apply(&attempt.id, &facts, clock::now()).await?;
        }
        Ok(self.store.note_event(PROVIDER, &event.id, clock::now()).await?)
    }
}

/// Notes a session of a payment that has another one.
fn note_second(event: &Event, session: &str, payment: &str, metrics: &Metrics) {
    tracing::error!(event = event.id, session, payment, "webhook of a second session of a payment");
    if event.has_money() {
        metrics.payment_astray("second-session");
    }
}

fn refused(kind: ProblemKind, detail: &str, code: &str) -> Response<Body> {
    response(web::Problem::new(kind, detail).with_code(code).reply())
}
