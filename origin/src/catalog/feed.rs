//! The feed that the edge follows: the revision in force, the changes over the base, the base itself, and the merchant's rules. Open to holders of the secret
//! alone. `docs/origin.md` has the protocol.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, StatusCode};
use serde_json::json;

use crate::catalog::held::{Held, Holder};
use crate::http::exchange::REVISION;
use crate::http::fields::{joined, set};
use crate::http::gate::{Entry, entry};
use crate::http::problem::{Guarded, Problem};
use crate::observe::metrics::FeedRefused;
use crate::rules::{Edition, Rulebook};

const SNAPSHOTS: &str = "/catalog/snapshot/";

/// The state of the feed.
pub(crate) struct Feed {
    pub(crate) holder: Arc<Holder>,
    /// Without a database there are no rules to follow.
    pub(crate) rules: Option<Arc<Rulebook>>,
    pub(crate) secrets: Vec<String>,
    pub(crate) refused: FeedRefused,
}

/// Answers a request below `/catalog/`.
pub(crate) async fn answer(State(feed): State<Arc<Feed>>, request: Request) -> Response<Body> {
    // No body is read.
    let (request, _) = request.into_parts();
    let held = &feed.holder.get();
    let edition = feed.rules.as_ref().map(|rules| rules.current());
    let mut response = match entry(&feed.secrets, &request) {
        Entry::NoSecret => {
            feed.refused.secret.inc();
            return Problem::NoSecret(Guarded::Feed).response();
        }
        Entry::FromElsewhere => {
            feed.refused.elsewhere.inc();
            return Problem::FromElsewhere(Guarded::Feed).response();
        }
        Entry::Allowed if !matches!(request.method, Method::GET | Method::HEAD) => {
            return Problem::MethodNotAllowed.response();
        }
        Entry::Allowed => match request.uri.path() {
            "/catalog/revision" => revision(held),
            "/catalog/changes" => changes(held, request.uri.query().unwrap_or_default()),
            "/catalog/rules" => {
                edition.as_deref().map_or_else(|| Problem::NotFound.response(), |rules| document(rules, &request))
            }
            path => match path.strip_prefix(SNAPSHOTS) {
                Some(base) => snapshot(held, base, &request).await,
                None => Problem::NotFound.response(),
            },
        },
    };
    let headers = response.headers_mut();
    headers.insert(REVISION, held.field.clone());
    set(headers, "x-catalog-base", held.edition.base_revision());
    set(headers, "x-catalog-since", &held.since.to_string());
    if let Some(edition) = &edition {
        set(headers, "x-rules-revision", &edition.revision);
    }
    if request.method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}

fn revision(held: &Held) -> Response<Body> {
    let document = json!({
        "revision": held.revision(),
        "base": held.edition.base_revision(),
        "products": held.edition.catalog().len(),
        "changed": held.edition.changed(),
        "since": held.since,
    });
    content("application/json", "no-store", Body::from(document.to_string()))
}

fn changes(held: &Held, query: &str) -> Response<Body> {
    let mut since = None;
    for (name, value) in web::decode_form(query).flatten() {
        if name == "since" && since.replace(value.into_owned()).is_some() {
            return Problem::MalformedRevision.response();
        }
    }
    let Some(since) = since.filter(|since| is_revision(since)) else { return Problem::MalformedRevision.response() };
    if since == held.revision() {
        return empty(StatusCode::NOT_MODIFIED);
    }
    if !held.knows(&since) {
        return Problem::Gone.response();
    }
    match held.edition.changes() {
        Some(changes) => content("application/octet-stream", "no-store", Body::from(changes.to_vec())),
        None => empty(StatusCode::NO_CONTENT),
    }
}

/// The merchant's rules, which every response names by their revision.
fn document(edition: &Edition, request: &Parts) -> Response<Body> {
    let tag = web::ETag::of(edition.document.as_bytes());
    let is_known = joined(&request.headers, &IF_NONE_MATCH).is_some_and(|condition| tag.matches(&condition));
    let mut response = if is_known {
        empty(StatusCode::NOT_MODIFIED)
    } else {
        content("application/json", "no-store", Body::from(edition.document.clone()))
    };
    set(response.headers_mut(), "etag", tag.as_str());
    response
}

/// The base. Its name follows from its content, so nobody needs to request it twice.
async fn snapshot(held: &Arc<Held>, base: &str, request: &Parts) -> Response<Body> {
    if base != held.edition.base_revision() {
        return Problem::NoSnapshot.response();
    }
    let tag = web::ETag::of(base.as_bytes());
    let is_known = joined(&request.headers, &IF_NONE_MATCH).is_some_and(|condition| tag.matches(&condition));
    let mut response = if is_known {
        empty(StatusCode::NOT_MODIFIED)
    } else {
        let packing = Arc::clone(held);
        // Packing 20 MB takes a second, which the requests beside it should not wait for.
        let Ok(bytes) = tokio::task::spawn_blocking(move || packing.snapshot()).await else {
            return Problem::Internal.response();
        };
        let length = bytes.len();
        let mut response = content("application/octet-stream", "", Body::from(bytes));
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
        response
    };
    set(response.headers_mut(), "etag", tag.as_str());
    let forever = HeaderValue::from_static("private, max-age=31536000, immutable");
    response.headers_mut().insert(CACHE_CONTROL, forever);
    response
}

fn content(kind: &'static str, caching: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn is_revision(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}
