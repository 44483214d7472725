//! Orders for staff: one with its history, and what staff do to it.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, Method, Request, Response};
use commerce::OrderNumber;
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::{CacheControl, ProblemKind, Reply};

use crate::checkout::desk::{Desk, DeskError};
use crate::clock;
use crate::http::fields::{is_json, response};
use crate::http::problem::Problem;
use crate::office::gate::{Office, refused};
use crate::store::StoreError;
use crate::store::orders::OrderError;
use crate::store::orders::change::{By, Change};
use crate::store::orders::read::Event;

/// The largest body, in bytes.
pub(crate) const BODY: usize = 8 * 1024;

/// The longest name, reason, carrier, tracking number and id, in characters.
const LONGEST: usize = 200;

/// The parts that answering takes.
pub(crate) struct Orders {
    pub(crate) office: Arc<Office>,
    pub(crate) desk: Option<Desk>,
}

/// What staff send with a change.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    staff: String,
    reason: String,
    carrier: String,
    tracking: String,
    id: String,
    amount: u64,
}

/// An event as a response has it.
#[derive(Serialize)]
struct EventView {
    kind: String,
    detail: String,
    staff: String,
    at: i64,
}

/// Answers a request below `/office/orders`.
pub(crate) async fn answer(State(orders): State<Arc<Orders>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let store = match orders.office.entered(&head) {
        Ok(store) => store,
        Err(closed) => return closed.response(),
    };
    let Some(desk) = orders.desk.clone() else {
        return refused(ProblemKind::NotFound, "this server sells nothing", "no-database");
    };
    let path = head.uri.path().trim_start_matches("/office/orders/");
    let (number, action) = path.split_once('/').map_or((path, None), |(number, action)| (number, Some(action)));
    let Ok(number) = number.parse::<OrderNumber>() else {
        return refused(ProblemKind::InvalidParameter, "the number of an order is such as 7K3M-Q9XR", "number");
    };
    let allowed = if action.is_some() { "POST" } else { "GET" };
    if head.method.as_str() != allowed && !(action.is_none() && head.method == Method::HEAD) {
        let mut response = Problem::MethodNotAllowed.response();
        response.headers_mut().insert("allow", HeaderValue::from_static(allowed));
        return response;
    }
    let change = match action {
        None => None,
        Some(_) if !is_json(&head) => {
            return refused(ProblemKind::UnsupportedMediaType, "a change is of type application/json", "not-json");
        }
        Some(action) => {
            let Ok(body) = axum::body::to_bytes(body, BODY).await else {
                return Problem::TooLarge { limit: BODY }.response();
            };
            match change(action, &body) {
                Ok(change) => Some(change),
                Err(refusal) => return *refusal,
            }
        }
    };
    let done = store.detached(async move { Ok(carry_out(&desk, number, change).await) }).await;
    match done {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => failed(error),
        Err(error) => failed(error.into()),
    }
}

/// Reads a change.
fn change(action: &str, body: &Bytes) -> Result<(Change, By), Box<Response<Body>>> {
    let refuse = |kind, detail: &str, code| Box::new(refused(kind, detail, code));
    let wanted = serde_json::from_slice::<Wanted>(body).map_err(|error| {
        refuse(ProblemKind::MalformedRequest, &format!("the body is no change of an order: {error}"), "malformed")
    })?;
    let texts = [
        ("staff", &wanted.staff, 1),
        ("reason", &wanted.reason, 0),
        ("carrier", &wanted.carrier, usize::from(action == "ship")),
        ("tracking", &wanted.tracking, 0),
        ("id", &wanted.id, usize::from(action == "refund")),
    ];
    for (name, text, least) in texts {
        let is_plain = text.trim() == text.as_str() && !text.chars().any(char::is_control);
        if !(least..=LONGEST).contains(&text.chars().count()) || !is_plain {
            let detail = format!("`{name}` has {least} to {LONGEST} characters in one line, and no space around them");
            return Err(refuse(ProblemKind::UnprocessableContent, &detail, "refused"));
        }
    }
    let Wanted { staff, reason, carrier, tracking, id, amount } = wanted;
    let change = match action {
        "pack" => Change::Pack,
        "ship" => Change::Ship { carrier, tracking },
        "deliver" => Change::Deliver,
        "cancel" => Change::Cancel,
        "refund" => Change::Refund { id, amount },
        _ => {
            return Err(refuse(
                ProblemKind::NotFound,
                "an order has `pack`, `ship`, `deliver`, `cancel` and `refund`",
                "action",
            ));
        }
    };
    Ok((change, By { staff, reason }))
}

async fn carry_out(
    desk: &Desk,
    number: OrderNumber,
    change: Option<(Change, By)>,
) -> Result<Response<Body>, DeskError> {
    let mut order = desk.store.order_numbered(number).await?.ok_or(DeskError::Unknown)?;
    if let Some((change, by)) = change {
        order = desk.store.change(&order.id, &change, &by, clock::now()).await?;
    }
    let events: Vec<EventView> = desk.store.events(&order.id).await?.into_iter().map(EventView::of).collect();
    let view = desk.order_view(order).await?;
    // A structure of texts and numbers has no value that JSON lacks.
    let body = serde_json::to_vec(&json!({ "data": { "order": view, "events": events } })).unwrap_or_default();
    Ok(response(Reply::new(200, "application/json", CacheControl::PrivateNoStore, body)))
}

impl EventView {
    fn of(event: Event) -> EventView {
        let Event { kind, detail, staff, at } = event;
        EventView { kind, detail, staff, at }
    }
}

fn failed(error: DeskError) -> Response<Body> {
    let detail = error.to_string();
    match error {
        DeskError::Unknown | DeskError::Order(OrderError::Unknown { .. }) => {
            refused(ProblemKind::NotFound, "there is no such order", "unknown-order")
        }
        DeskError::Order(OrderError::TooMuch { .. }) => refused(ProblemKind::UnprocessableContent, &detail, "too-much"),
        DeskError::Store(StoreError::Damaged { .. }) => {
            tracing::error!(error = format!("{:#}", anyhow::Error::new(error)), "an order cannot be read");
            refused(ProblemKind::InternalError, "the order cannot be read", "damaged")
        }
        DeskError::Store(_) => {
            tracing::error!(error = format!("{:#}", anyhow::Error::new(error)), "database failed");
            let detail = "the database does not answer now; a change is made once, so it can be asked for again";
            refused(ProblemKind::Unavailable, detail, "database")
        }
        _ => refused(ProblemKind::Conflict, &detail, "refused"),
    }
}
