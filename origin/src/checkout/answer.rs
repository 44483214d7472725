//! Checkouts and orders over HTTP: `/checkouts…` and `/orders…`, for the edge and other programs that have the shared secret. JSON in and out.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, Response};
use commerce::checkout::{CartRequest, ContactForm, DeliveryRequest, OrderRequest, refusal};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use web::{CacheControl, ProblemKind, Reply};

use crate::checkout::desk::{Desk, DeskError};
use crate::http::fields::{is_json, response};
use crate::http::gate::{Entry, entry};
use crate::http::problem::{Guarded, Problem};
use crate::store::StoreError;
use crate::store::orders::OrderError;
use crate::store::orders::change::Change;

/// The largest body, in bytes: that of a full cart, and more than any form.
pub(crate) const BODY: usize = 32 * 1024;

/// The parts that answering takes.
pub(crate) struct Checkouts {
    /// Without a database nothing is sold.
    pub(crate) desk: Option<Desk>,
    pub(crate) secrets: Vec<String>,
}

/// The answer of a shopper to the question for authentication.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Authentication {
    is_approved: bool,
}

/// What is asked for, by path and method.
enum Asked {
    Begin(CartRequest),
    Cart(String, CartRequest),
    Contact(String, Box<ContactForm>),
    Delivery(String, DeliveryRequest),
    Order(String, OrderRequest),
    Authentication(String, Authentication),
    ShowOrder(String),
    ChangeOrder(String, Change),
}

/// Answers a request below `/checkouts` or `/orders`.
pub(crate) async fn answer(State(checkouts): State<Arc<Checkouts>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    match entry(&checkouts.secrets, &head) {
        Entry::Allowed => {}
        Entry::NoSecret => return Problem::NoSecret(Guarded::Checkout).response(),
        Entry::FromElsewhere => return Problem::FromElsewhere(Guarded::Checkout).response(),
    }
    let Some(desk) = checkouts.desk.clone() else {
        let detail = "this server has no database, so it sells nothing; `DATABASE_URL` names one";
        return refused(ProblemKind::NotFound, detail, "no-database");
    };
    let Ok(body) = axum::body::to_bytes(body, BODY).await else { return Problem::TooLarge { limit: BODY }.response() };
    let asked = match asked(&head, &body) {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let field =
        |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let keys = (field("x-checkout-key"), field("x-order-key"));
    let is_change = !matches!(head.method, Method::GET | Method::HEAD);
    let place = if is_change { desk.store.place_at_the_desk() } else { None };
    if is_change && place.is_none() {
        return busy();
    }
    let work = desk.clone();
    let done = desk.store.detached(async move { Ok(carry_out(&work, asked, &keys.0, &keys.1, place).await) });
    match done.await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => failed(error),
        Err(error) => failed(error.into()),
    }
}

/// Reads what is asked for.
fn asked(head: &Parts, body: &Bytes) -> Result<Asked, Box<Response<Body>>> {
    let path = head.uri.path();
    let mut parts = path.trim_start_matches('/').split('/');
    let (place, id, part) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let allowed = match (place, id, part, parts.next()) {
        ("checkouts", Some(_), Some("cart" | "contact" | "delivery"), None) => "PUT",
        ("checkouts", None, None, None)
        | ("checkouts", Some(_), Some("order" | "authentication"), None)
        | ("orders", Some(_), Some("cancel" | "withdrawal"), None) => "POST",
        ("orders", Some(_), None, None) => "GET",
        _ => return Err(Box::new(refused(ProblemKind::NotFound, "there is no such address", "not-found"))),
    };
    let is_read = allowed == "GET" && head.method == Method::HEAD;
    if head.method.as_str() != allowed && !is_read {
        let mut response = Problem::MethodNotAllowed.response();
        response.headers_mut().insert("allow", HeaderValue::from_static(allowed));
        return Err(Box::new(response));
    }
    if allowed != "GET" && !is_json(head) {
        let detail = "the body is of type application/json";
        return Err(Box::new(refused(ProblemKind::UnsupportedMediaType, detail, "not-json")));
    }
    let id = id.unwrap_or_default().to_owned();
    Ok(match (place, part) {
        ("checkouts", Some("cart")) => Asked::Cart(id, read(body)?),
        ("checkouts", Some("contact")) => Asked::Contact(id, read(body)?),
        ("checkouts", Some("delivery")) => Asked::Delivery(id, read(body)?),
        ("checkouts", Some("order")) => Asked::Order(id, read(body)?),
        ("checkouts", Some(_)) => Asked::Authentication(id, read(body)?),
        ("orders", Some("cancel")) => Asked::ChangeOrder(id, Change::Cancel),
        ("orders", Some(_)) => Asked::ChangeOrder(id, Change::Withdraw),
        ("orders", None) => Asked::ShowOrder(id),
        _ => Asked::Begin(read(body)?),
    })
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Box<Response<Body>>> {
    serde_json::from_slice(body).map_err(|error| {
        let detail = format!("the body is not what this address takes: {error}");
        Box::new(refused(ProblemKind::MalformedRequest, &detail, "malformed"))
    })
}

/// Does what is asked for. The place at the desk is kept while the database works, and is free while a provider is asked: one that is slow
/// keeps nobody else waiting.
async fn carry_out(
    desk: &Desk,
    asked: Asked,
    key: &str,
    order_key: &str,
    place: Option<OwnedSemaphorePermit>,
) -> Result<Response<Body>, DeskError> {
    Ok(match asked {
        Asked::Begin(request) => {
            let (view, key) = desk.begin(&request.cart).await?;
            document(201, &json!({ "data": view, "key": key }))
        }
        Asked::Cart(id, request) => data(&desk.take_cart(&id, key, &request.cart).await?),
        Asked::Contact(id, form) => data(&desk.take_contact(&id, key, &form).await?),
        Asked::Delivery(id, request) => data(&desk.take_method(&id, key, &request.method).await?),
        Asked::Order(id, request) => {
            let order = desk.place(&id, key, &request).await?;
            drop(place);
            data(&desk.pay(&order, request.way, &request.card).await?)
        }
        Asked::Authentication(id, answer) => data(&desk.authenticate(&id, key, answer.is_approved).await?),
        Asked::ShowOrder(number) => data(&desk.show_order(&number, order_key).await?),
        Asked::ChangeOrder(number, change) => data(&desk.change_order(&number, order_key, &change).await?),
    })
}

fn failed(error: DeskError) -> Response<Body> {
    let detail = error.to_string();
    let (kind, code) = match error {
        DeskError::Unknown | DeskError::Order(OrderError::Unknown { .. }) => (ProblemKind::NotFound, refusal::UNKNOWN),
        DeskError::Fields(errors) => {
            // The fields ride along, so that a program can say at each what is wrong.
            let (urn, title, status) = ProblemKind::UnprocessableContent.facts();
            let problem = json!({
                "type": urn, "title": title, "status": status, "detail": detail, "code": refusal::FIELDS, "errors": errors,
            });
            let body = serde_json::to_vec(&problem).unwrap_or_default();
            return response(Reply::new(status, "application/problem+json", CacheControl::PrivateNoStore, body));
        }
        DeskError::NotReady { .. } => (ProblemKind::Conflict, refusal::NOT_READY),
        DeskError::TotalRose { .. } => (ProblemKind::Conflict, refusal::TOTAL_ROSE),
        DeskError::Declined => (ProblemKind::Conflict, refusal::DECLINED),
        DeskError::Expired => (ProblemKind::Conflict, refusal::EXPIRED),
        DeskError::Order(_) => (ProblemKind::Conflict, refusal::ORDERED),
        DeskError::NoProvider(_) => {
            tracing::error!(error = format!("{:#}", anyhow::Error::new(error)), "payment provider failed");
            (ProblemKind::Unavailable, refusal::NO_PROVIDER)
        }
        DeskError::Randomness(_) | DeskError::Store(StoreError::Damaged { .. }) => {
            tracing::error!(error = format!("{:#}", anyhow::Error::new(error)), "checkout failed");
            (ProblemKind::InternalError, "failed")
        }
        DeskError::Store(_) => {
            tracing::error!(error = format!("{:#}", anyhow::Error::new(error)), "database failed");
            let detail = "the database does not answer now; ordering again gives the same order";
            return refused(ProblemKind::Unavailable, detail, "database");
        }
    };
    refused(kind, &detail, code)
}

fn data(view: &impl Serialize) -> Response<Body> {
    document(200, &json!({ "data": view }))
}

/// A structure of texts and numbers has no value that JSON lacks.
fn document(status: u16, document: &serde_json::Value) -> Response<Body> {
    let body = serde_json::to_vec(document).unwrap_or_default();
    response(Reply::new(status, "application/json", CacheControl::PrivateNoStore, body))
}

/// Refuses before anything is begun.
fn busy() -> Response<Body> {
    let detail =
        "more is ordered at this moment than the database can write; nothing was begun, so ask again in a second";
    let problem = web::Problem::new(ProblemKind::Unavailable, detail).with_code(refusal::BUSY);
    response(problem.reply().with("retry-after", "1"))
}

fn refused(kind: ProblemKind, detail: &str, code: &str) -> Response<Body> {
    response(web::Problem::new(kind, detail).with_code(code).reply())
}
