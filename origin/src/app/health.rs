//! For those who watch the server: whether it is there (`/`), and whether it takes traffic (`/health/ready`). `/health` is the API's.

use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response};
use serde_json::json;

use crate::catalog::held::Held;
use crate::http::answer::App;
use crate::http::gate::{Entry, entry};
use crate::http::problem::Problem;

/// Answers `/` and `/health/ready`.
pub(crate) fn answer(app: &App, held: &Held, request: &Parts) -> Response<Body> {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return Problem::MethodNotAllowed.response();
    }
    let is_ready = request.uri.path() == "/health/ready";
    if is_ready && app.is_draining.load(Ordering::Relaxed) {
        return Problem::Draining.response();
    }
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
        // Paths and records are for those who may read the whole catalog anyway.
        let detail = fault.filter(|_| entry(&app.secrets, request) == Entry::Allowed);
        if let (Some(fault), Some(members)) = (detail, catalog.as_object_mut()) {
            members.insert("detail".to_owned(), fault.text.into());
        }
        json!({ "status": "ready", "catalog": catalog })
    } else {
        json!({ "status": "healthy", "version": app.settings.version })
    };
    let body = document.to_string();
    let length = body.len();
    let is_head = request.method == Method::HEAD;
    let mut response = Response::new(if is_head { Body::empty() } else { Body::from(body) });
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LENGTH, length.into());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
