//! The product API and every path that nothing else answers: `catalog::api::answer` over the edition that is served, packed for clients
//! that take gzip, with searches limited. The API's own rules, CORS among them, are those of the library, so that both hosts agree.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response};
use catalog::api::{self, Settings};
use web::Method;

use crate::catalog::held::Holder;
use crate::http::admission::Peer;
use crate::http::allowance::Allowance;
use crate::http::compression::{Packed, accepts_gzip, is_worth_it};
use crate::http::exchange::REVISION;
use crate::http::fields::{HeaderFields, response, set};
use crate::http::problem::Problem;
use crate::http::turn;

/// The state of the API.
pub(crate) struct Api {
    pub(crate) settings: Settings,
    pub(crate) holder: Arc<Holder>,
    pub(crate) packed: Packed,
    pub(crate) searches: Allowance,
}

/// Answers a request to the API.
pub(crate) async fn answer(State(app): State<Arc<Api>>, request: Request) -> Response<Body> {
    // No body is read.
    let (request, _) = request.into_parts();
    if is_search(&request) { search(&app, &request).await } else { from_api(&app, &request) }
}

/// Whether a request is a search, which takes a thousand times as long as others. Elsewhere the parameters are ignored.
fn is_search(request: &Parts) -> bool {
    let is_answered = matches!(request.method.as_str(), "GET" | "HEAD");
    if !is_answered || !matches!(request.uri.path(), api::PRODUCTS | api::SUGGESTIONS) {
        return false;
    }
    let query = request.uri.query().unwrap_or_default();
    let is_text = |name: &str| matches!(name, "search" | "q");
    web::decode_form(query).flatten().any(|(name, value)| is_text(&name) && !value.trim().is_empty())
}

/// A search: one of the allowance of its address, and one at a time on this thread.
async fn search(app: &Api, request: &Parts) -> Response<Body> {
    let peer = request.extensions.get::<Peer>().map(|peer| peer.0);
    if let Some(Err(wait)) = peer.map(|peer| app.searches.take(peer, Instant::now())) {
        let mut response = Problem::TooManySearches.response();
        set(response.headers_mut(), "retry-after", &wait.as_secs().max(1).to_string());
        return response;
    }
    turn::take(|| from_api(app, request)).await
}

fn from_api(app: &Api, request: &Parts) -> Response<Body> {
    let held = app.holder.get();
    let headers = &request.headers;
    let asked = web::Request {
        method: Method::parse(request.method.as_str()),
        path: request.uri.path(),
        query: request.uri.query().unwrap_or_default(),
        fields: &HeaderFields(headers),
        body: &[],
    };
    let mut reply = api::answer(held.edition.catalog(), &app.settings, &asked);
    let is_large = |length: u64| usize::try_from(length).is_ok_and(is_worth_it);
    // A packed body has a name of its own, so caches must tell clients that take gzip from others.
    let has_variants = reply.content_length.is_some_and(is_large) || reply.status == 304;
    let packed = reply.etag.as_ref().filter(|_| accepts(headers) && is_worth_it(reply.body.len()));
    let packed = packed.map(|tag| (format!("W/{}", tag.as_str()), app.packed.pack(tag.as_str(), &reply.body)));
    if packed.is_some() {
        reply.body = Cow::Borrowed(&[]);
    }
    let mut response = response(reply);
    let out = response.headers_mut();
    out.insert(REVISION, held.field.clone());
    if has_variants {
        out.append(VARY, HeaderValue::from_static("accept-encoding"));
    }
    if let Some((tag, body)) = packed {
        set(out, "etag", &tag);
        out.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        out.insert(CONTENT_LENGTH, body.len().into());
        *response.body_mut() = Body::from(body);
    }
    response
}

/// Whether a client takes gzip.
fn accepts(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT_ENCODING).iter().any(|value| value.to_str().is_ok_and(accepts_gzip))
}
