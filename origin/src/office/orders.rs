//! Orders for staff: one with its history, and what staff do to it. `list.rs` has the lists.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, Response};
use catalog::{Amount, Currency};
use commerce::OrderNumber;
use commerce::checkout::OrderView;
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::ProblemKind;

use crate::checkout::desk::{Desk, DeskError};
use crate::clock;
use crate::http::fields::is_json;
use crate::http::problem::Problem;
use crate::office::gate::{Office, document, refused};
use crate::office::list;
use crate::store::orders::OrderError;
use crate::store::orders::change::{By, Change, Changed};
use crate::store::orders::read::Event;
use crate::store::orders::refunds::RefundAsked;
use crate::store::{Store, StoreError};

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
    amount: Option<u64>,
    restock: bool,
}

/// An event as a response has it.
#[derive(Serialize)]
struct EventView {
    kind: String,
    detail: String,
    staff: String,
    at: i64,
}

/// Money that went back, or is due to.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefundView {
    amount: u64,
    reason: String,
    staff: String,
    state: String,
    asked_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    done_at: Option<i64>,
}

/// An order for staff.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    /// Whether a change was to be made, or the order was like that already; none where nothing was to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_changed: Option<bool>,
    order: OrderView,
    events: Vec<EventView>,
    refunds: Vec<RefundView>,
}

/// Answers a request for `/office/orders` or below.
pub(crate) async fn answer(State(orders): State<Arc<Orders>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let store = match orders.office.entered(&head) {
        Ok(store) => store,
        Err(closed) => return closed.response(),
    };
    let Some(desk) = orders.desk.clone() else {
        return refused(ProblemKind::NotFound, "this server sells nothing", "no-database");
    };
    let Some(path) = head.uri.path().strip_prefix("/office/orders/") else {
        return listed(store, &head).await;
    };
    let (number, action) = path.split_once('/').map_or((path, None), |(number, action)| (number, Some(action)));
    let Ok(number) = number.parse::<OrderNumber>() else {
        return refused(ProblemKind::InvalidParameter, "the number of an order is such as 7K3M-Q9XR", "number");
    };
    let allowed = if action.is_some() { "POST" } else { "GET" };
    if let Some(refusal) = wrong_method(&head.method, allowed) {
        return refusal;
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

/// The refusal of any other method than this one.
fn wrong_method(method: &Method, allowed: &'static str) -> Option<Response<Body>> {
    if method.as_str() == allowed || (allowed == "GET" && method == Method::HEAD) {
        return None;
    }
    let mut response = Problem::MethodNotAllowed.response();
    response.headers_mut().insert("allow", HeaderValue::from_static(allowed));
    Some(response)
}

async fn listed(store: Store, head: &Parts) -> Response<Body> {
    if let Some(refusal) = wrong_method(&head.method, "GET") {
        return refusal;
    }
    let part = match list::part(head.uri.query().unwrap_or_default()) {
        Ok(part) => part,
        Err(refusal) => return *refusal,
    };
    let read = store.detached({
        let store = store.clone();
        async move { list::answer(&store, part).await }
    });
    read.await.unwrap_or_else(|error| failed(error.into()))
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
    let Wanted { staff, reason, carrier, tracking, id, amount, restock } = wanted;
    let change = match (action, amount) {
        ("pack", _) => Change::Pack,
        ("ship", _) => Change::Ship { carrier, tracking },
        ("deliver", _) => Change::Deliver,
        ("return", _) => Change::Return { restock },
        ("paid", _) => Change::Pay,
        ("cancel", _) => Change::Cancel,
        ("refund", Some(amount)) => Change::Refund { id, amount },
        ("refund", None) => Change::RefundRest { id },
        _ => {
            let detail = "an order has `pack`, `ship`, `deliver`, `return`, `paid`, `cancel` and `refund`";
            return Err(refuse(ProblemKind::NotFound, detail, "action"));
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
    let mut is_changed = None;
    if let Some((change, by)) = change {
        let currency = order.summary.currency.clone();
        match desk.store.change_once(&order.id, &change, &by, clock::now()).await {
            Ok(Changed { order: after, is_new }) => (order, is_changed) = (after, Some(is_new)),
            Err(OrderError::TooMuch { most, asked }) => return Ok(too_much(&currency, most, asked)),
            Err(error) => return Err(error.into()),
        }
    }
    let events: Vec<EventView> = desk.store.events(&order.id).await?.into_iter().map(EventView::of).collect();
    let refunds: Vec<RefundView> = desk.store.refunds(&order.id).await?.into_iter().map(RefundView::of).collect();
    let order = desk.order_view(order).await?;
    Ok(document(&json!({ "data": Answer { is_changed, order, events, refunds } })))
}

/// The refusal of a refund of more than there is, in words of the order's currency.
fn too_much(currency: &str, most: u64, asked: u64) -> Response<Body> {
    let detail = match Currency::parse(currency) {
        _ if most == 0 => "nothing is left that could be refunded".to_owned(),
        Ok(known) => {
            let shown = |minor: u64| known.decimal(Amount::from_minor(minor)).to_string();
            format!("a refund is of more than 0 and at most {} {currency}, not {}", shown(most), shown(asked))
        }
        Err(_) => format!("a refund is of more than 0 and at most {most} minor units, not {asked}"),
    };
    refused(ProblemKind::UnprocessableContent, &detail, "too-much")
}

impl RefundView {
    fn of(refund: RefundAsked) -> RefundView {
        let RefundAsked { amount, reason, staff, state, asked_at, done_at } = refund;
        RefundView { amount, reason, staff, state, asked_at, done_at: (done_at > 0).then_some(done_at) }
    }
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
