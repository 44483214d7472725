//! Stock for staff: what is there of a SKU with its last moves, and moves with a reason.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Method, Request, Response};
use catalog::Sku;
use serde::{Deserialize, Serialize};
use web::ProblemKind;

use crate::clock;
use crate::http::fields::is_json;
use crate::http::problem::Problem;
use crate::office::gate::{Office, document, refused};
use crate::store::stock::{CATALOG, Change, Level, Move, MoveError, Moved, Reason};
use crate::store::{Store, StoreError};

/// The largest body of a move, in bytes.
pub(crate) const BODY: usize = 8 * 1024;

/// The longest id, note and name of staff, in characters.
const LONGEST: usize = 200;

/// How many moves a response shows.
const SHOWN: u32 = 20;

/// A move as it is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    id: String,
    #[serde(default)]
    by: Option<i64>,
    #[serde(default)]
    to: Option<i64>,
    reason: String,
    #[serde(default)]
    note: String,
    staff: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LevelView {
    sku: String,
    on_hand: i64,
    reserved: i64,
    backordered: i64,
    available: u32,
    changed_at: i64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    moves: Vec<MoveView>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MoveView {
    id: String,
    by: i64,
    on_hand: i64,
    reason: &'static str,
    note: String,
    staff: String,
    at: i64,
}

/// Answers `GET /office/stock/{sku}`, and `POST /office/stock/{sku}` with a move.
pub(crate) async fn answer(
    State(office): State<Arc<Office>>,
    sku: Result<Path<String>, PathRejection>,
    request: Request<Body>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let store = match office.entered(&head) {
        Ok(store) => store,
        Err(closed) => return closed.response(),
    };
    let sku = sku.map(|Path(sku)| sku).unwrap_or_default();
    if Sku::new(&sku).is_err() {
        return refused(ProblemKind::InvalidParameter, "a SKU is `[A-Za-z0-9._-]{1,64}`", "sku");
    }
    match head.method {
        Method::GET | Method::HEAD => show(store, sku).await,
        Method::POST if !is_json(&head) => {
            refused(ProblemKind::UnsupportedMediaType, "a move is of type application/json", "not-json")
        }
        Method::POST => match axum::body::to_bytes(body, BODY).await {
            Ok(body) => make(store, sku, &body).await,
            Err(_) => Problem::TooLarge { limit: BODY }.response(),
        },
        _ => {
            let mut response = Problem::MethodNotAllowed.response();
            response.headers_mut().insert("allow", HeaderValue::from_static("GET, HEAD, POST"));
            response
        }
    }
}

async fn show(store: Store, sku: String) -> Response<Body> {
    let read = store.detached({
        let store = store.clone();
        async move {
            let Some(level) = store.level(&sku).await? else { return Ok(Err(sku)) };
            let moves = store.moves(&sku, SHOWN).await?;
            Ok(Ok((level, moves)))
        }
    });
    match read.await {
        Ok(Ok((level, moves))) => shown(level, moves),
        Ok(Err(sku)) => unknown(&sku),
        Err(error) => failed(error),
    }
}

async fn make(store: Store, sku: String, body: &Bytes) -> Response<Body> {
    let wanted = match serde_json::from_slice::<Wanted>(body) {
        Ok(wanted) => wanted,
        Err(error) => {
            return refused(ProblemKind::MalformedRequest, &format!("the body is no move: {error}"), "malformed");
        }
    };
    let wanted = match wanted.checked(sku) {
        Ok(wanted) => wanted,
        Err(detail) => return refused(ProblemKind::UnprocessableContent, &detail, "refused"),
    };
    let moved = store.detached({
        let store = store.clone();
        async move { Ok(store.move_stock(&wanted, clock::now()).await) }
    });
    match moved.await {
        Ok(Ok(level)) => shown(level, Vec::new()),
        Ok(Err(MoveError::Unknown { sku })) => unknown(&sku),
        Ok(Err(MoveError::Store(error))) | Err(error) => failed(error),
        Ok(Err(error @ MoveError::Reserved { .. })) => refused(ProblemKind::Conflict, &error.to_string(), "reserved"),
        Ok(Err(error @ MoveError::IdInUse { .. })) => refused(ProblemKind::Conflict, &error.to_string(), "id-in-use"),
        Ok(Err(error @ MoveError::TooMany { .. })) => {
            refused(ProblemKind::UnprocessableContent, &error.to_string(), "refused")
        }
    }
}

impl Wanted {
    fn checked(self, sku: String) -> Result<Move, String> {
        let change = match (self.by, self.to) {
            (Some(by), None) => Change::By(by),
            (None, Some(to)) => Change::To(to),
            _ => return Err("a move has either `by` or `to`".to_owned()),
        };
        let reason = Reason::of(&self.reason).filter(|reason| reason.is_for_staff());
        let Some(reason) = reason else {
            return Err("`reason` is `received`, `counted`, `lost` or `returned`".to_owned());
        };
        for (name, text, least) in [("id", &self.id, 1), ("staff", &self.staff, 1), ("note", &self.note, 0)] {
            let length = text.chars().count();
            let is_plain = text.trim() == text.as_str() && !text.chars().any(char::is_control);
            if !(least..=LONGEST).contains(&length) || !is_plain {
                return Err(format!(
                    "`{name}` has {least} to {LONGEST} characters in one line, and no space around them"
                ));
            }
        }
        if self.id.starts_with(CATALOG) {
            return Err(format!("an `id` that begins with `{CATALOG}` is the catalog's"));
        }
        Ok(Move { id: self.id, sku, change, reason, note: self.note, staff: self.staff })
    }
}

fn shown(level: Level, moves: Vec<Moved>) -> Response<Body> {
    let available = level.available();
    let Level { sku, on_hand, reserved, backordered, changed_at } = level;
    let moves = moves.into_iter().map(MoveView::of).collect();
    let view = LevelView { sku, on_hand, reserved, backordered, available, changed_at, moves };
    document(&serde_json::json!({ "data": view }))
}

impl MoveView {
    fn of(moved: Moved) -> MoveView {
        let Moved { id, delta, on_hand, reason, note, staff, at } = moved;
        MoveView { id, by: delta, on_hand, reason: reason.name(), note, staff, at }
    }
}

fn unknown(sku: &str) -> Response<Body> {
    refused(ProblemKind::NotFound, &format!("no stock is counted of the SKU `{sku}`"), "unknown-sku")
}

fn failed(error: StoreError) -> Response<Body> {
    tracing::error!(error = format!("{:#}", anyhow::Error::new(error)), "database failed");
    refused(
        ProblemKind::Unavailable,
        "the database does not answer now; a move is made once for its id, so it can be asked for again",
        "database",
    )
}
