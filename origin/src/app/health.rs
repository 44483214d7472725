//! Health for platforms and operators: the server runs (`/`), the server takes traffic (`/health/ready`). `/health` is the
//! API's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, Response};
use serde_json::json;

use crate::catalog::held::Holder;
use crate::catalog::trouble::Trouble;
use crate::http::exchange::REVISION;
use crate::http::gate::{Entry, entry};
use crate::http::problem::Problem;

/// The state that health follows from.
pub(crate) struct Health {
    pub(crate) version: &'static str,
    pub(crate) secrets: Vec<String>,
    pub(crate) holder: Arc<Holder>,
    pub(crate) trouble: Arc<Trouble>,
    pub(crate) is_draining: Arc<AtomicBool>,
}

/// Answers `/` and `/health/ready`.
pub(crate) async fn answer(State(app): State<Arc<Health>>, request: Request) -> Response<Body> {
    let (request, _) = request.into_parts();
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return Problem::MethodNotAllowed.response();
    }
    let is_ready = request.uri.path() == "/health/ready";
    if is_ready && app.is_draining.load(Ordering::Relaxed) {
        return Problem::Draining.response();
    }
    let held = app.holder.get();
    let document = if is_ready {
        let fault = app.trouble.get();
        let mut catalog = json!({
            "revision": held.revision(),
            "base": held.edition.base_revision(),
            "products": held.edition.catalog().len(),
            "changed": held.edition.changed(),
            "since": held.since,
            "loadedAt": held.loaded_at,
            "error": fault.as_ref().map(|fault| fault.code.name()),
        });
        // Paths and records are shown to holders of the secret, who can read the whole catalog anyway.
        let detail = fault.filter(|_| entry(&app.secrets, &request) == Entry::Allowed);
        if let (Some(fault), Some(members)) = (detail, catalog.as_object_mut()) {
            members.insert("detail".to_owned(), fault.text.into());
        }
        json!({ "status": "ready", "catalog": catalog })
    } else {
        json!({ "status": "healthy", "version": app.version })
    };
    let body = document.to_string();
    let length = body.len();
    let is_head = request.method == Method::HEAD;
    let mut response = Response::new(if is_head { Body::empty() } else { Body::from(body) });
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LENGTH, length.into());
    headers.insert(REVISION, held.field.clone());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
