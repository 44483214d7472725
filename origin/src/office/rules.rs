//! The rules of tax, shipping and discounts for staff: those in force with their last changes, and others in their place.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, Method, Request, Response};
use commerce::Rules;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use web::ProblemKind;

use crate::clock;
use crate::http::fields::is_json;
use crate::http::problem::Problem;
use crate::office::gate::{Office, document, refused};
use crate::rules::Rulebook;
use crate::store::rules::{NewRules, Put, RulesChange};
use crate::store::{Store, StoreError};

/// The largest body, in bytes: a document with its blanks, and who sends it why.
pub(crate) const BODY: usize = Rules::MAX_LENGTH + 64 * 1024;

/// The longest reason and name of staff, in characters.
const LONGEST: usize = 200;

/// How many changes a response shows.
const SHOWN: u32 = 20;

/// The parts that answering takes.
pub(crate) struct Ruling {
    pub(crate) office: Arc<Office>,
    /// None without a database.
    pub(crate) rules: Option<Arc<Rulebook>>,
}

/// Rules as staff send them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    rules: Value,
    /// The revision that they are to follow.
    #[serde(default)]
    base: Option<String>,
    staff: String,
    reason: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RulesView {
    /// Whether a change was made; none where nothing was to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_changed: Option<bool>,
    revision: String,
    rules: Value,
    changes: Vec<ChangeView>,
}

#[derive(Serialize)]
struct ChangeView {
    revision: String,
    staff: String,
    reason: String,
    at: i64,
}

/// Answers `GET /office/rules`, and `POST /office/rules` with others.
pub(crate) async fn answer(State(ruling): State<Arc<Ruling>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let store = match ruling.office.entered(&head) {
        Ok(store) => store,
        Err(closed) => return closed.response(),
    };
    let Some(rules) = ruling.rules.clone() else {
        return refused(ProblemKind::NotFound, "this server sells nothing", "no-database");
    };
    match head.method {
        Method::GET | Method::HEAD => shown(store, rules, None).await,
        Method::POST if !is_json(&head) => {
            refused(ProblemKind::UnsupportedMediaType, "rules are of type application/json", "not-json")
        }
        Method::POST => match axum::body::to_bytes(body, BODY).await {
            Ok(body) => put(store, rules, &body).await,
            Err(_) => Problem::TooLarge { limit: BODY }.response(),
        },
        _ => {
            let mut response = Problem::MethodNotAllowed.response();
            response.headers_mut().insert("allow", HeaderValue::from_static("GET, HEAD, POST"));
            response
        }
    }
}

async fn put(store: Store, rules: Arc<Rulebook>, body: &Bytes) -> Response<Body> {
    let Wanted { rules: wanted, base, staff, reason } = match serde_json::from_slice(body) {
        Ok(wanted) => wanted,
        Err(error) => {
            return refused(ProblemKind::MalformedRequest, &format!("the body has no rules: {error}"), "malformed");
        }
    };
    for (name, text) in [("staff", &staff), ("reason", &reason)] {
        let is_plain = text.trim() == text.as_str() && !text.chars().any(char::is_control);
        if !(1..=LONGEST).contains(&text.chars().count()) || !is_plain {
            let detail = format!("`{name}` has 1 to {LONGEST} characters in one line, and no space around them");
            return refused(ProblemKind::UnprocessableContent, &detail, "refused");
        }
    }
    let edition = match rules.read(wanted.to_string().as_bytes()) {
        Ok(edition) => edition,
        Err(error) => return refused(ProblemKind::UnprocessableContent, &error.to_string(), "refused"),
    };
    let new = NewRules {
        revision: edition.revision.clone(),
        document: edition.document.clone(),
        base: base.filter(|base| !base.is_empty()),
        staff,
        reason,
    };
    let work = Arc::clone(&rules);
    match store.detached(async move { work.put(edition, &new, clock::now()).await }).await {
        Ok(Put::Conflict) => {
            let detail = "the rules have changed since the revision that `base` names; read them again";
            refused(ProblemKind::Conflict, detail, "changed")
        }
        Ok(put) => shown(store, rules, Some(put == Put::Changed)).await,
        Err(error) => failed(error),
    }
}

async fn shown(store: Store, rules: Arc<Rulebook>, is_changed: Option<bool>) -> Response<Body> {
    let read = store.detached({
        let store = store.clone();
        async move { store.rules_changes(SHOWN).await }
    });
    let changes = match read.await {
        Ok(changes) => changes.into_iter().map(ChangeView::of).collect(),
        Err(error) => return failed(error),
    };
    let edition = rules.current();
    let revision = edition.revision.clone();
    // The program wrote it.
    let rules = serde_json::from_str(&edition.document).unwrap_or_default();
    document(&json!({ "data": RulesView { is_changed, revision, rules, changes } }))
}

impl ChangeView {
    fn of(change: RulesChange) -> ChangeView {
        let RulesChange { revision, staff, reason, at, .. } = change;
        ChangeView { revision, staff, reason, at }
    }
}

fn failed(error: StoreError) -> Response<Body> {
    tracing::error!(error = format!("{:#}", anyhow::Error::new(error)), "database failed");
    let detail = "the database does not answer now; the same rules are put in force once, so they can be sent again";
    refused(ProblemKind::Unavailable, detail, "database")
}
