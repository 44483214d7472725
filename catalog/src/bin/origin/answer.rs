//! One request and its answer: what every answer carries, which part of the server it comes from, and the API, which is
//! `catalog::api::answer` and nothing else.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, ETAG, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use catalog::api::{self, Settings};
use web::{Fields, Method, decode_form};

use crate::allowance::Allowance;
use crate::compression::{Packed, accepts_gzip, is_worth_it};
use crate::held::{Held, Holder};
use crate::log::{Answered, Log};
use crate::metrics::{Metrics, Route};
use crate::problem::Problem;
use crate::trace::Marks;
use crate::trouble::Trouble;
use crate::{feed, health, turn};

/// The largest body that a request may declare. None is read.
const BODY_LIMIT: u64 = 64 * 1024;

/// The longest head of a request, in bytes; the longest address that the shop takes has 8 KiB.
pub(crate) const HEAD_LIMIT: usize = 32 * 1024;

/// How much of a method and of a path a line of the log holds, in characters.
const METHOD_LOGGED: usize = 16;
const PATH_LOGGED: usize = 256;

/// Who sends a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Everything a request is answered with.
pub(crate) struct App {
    pub(crate) settings: Settings,
    pub(crate) secrets: Vec<String>,
    pub(crate) holder: Arc<Holder>,
    pub(crate) packed: Packed,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) log: Log,
    pub(crate) trouble: Arc<Trouble>,
    pub(crate) searches: Allowance,
    pub(crate) is_draining: AtomicBool,
}

/// A request that is being answered, or whose client goes away before that.
struct InFlight<'a>(&'a Metrics);

impl InFlight<'_> {
    fn new(metrics: &Metrics) -> InFlight<'_> {
        metrics.in_flight.inc();
        InFlight(metrics)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.dec();
    }
}

/// Answers any request.
pub(crate) async fn answer(State(app): State<Arc<App>>, request: Request<Body>) -> Response<Body> {
    // No body is ever read.
    let (request, _) = request.into_parts();
    let started = Instant::now();
    let in_flight = InFlight::new(&app.metrics);
    let marks = Marks::of(&request.headers, app.log.logs_requests());
    let held = app.holder.get();
    let route = route(request.uri.path());
    let mut response = match route {
        _ if head_length(&request) > HEAD_LIMIT => Problem::HeadTooLarge.response(),
        _ if is_too_large(&request.headers) => Problem::TooLarge.response(),
        Route::Feed => feed::answer(&app, &held, &request).await,
        Route::Health => health::answer(&app, &held, &request),
        Route::Api if is_search(&request) => search(&app, &held, &request).await,
        Route::Api | Route::Other => from_api(&app, &held, &request),
    };
    let elapsed = started.elapsed();
    let headers = response.headers_mut();
    set(headers, "server-timing", &format!("origin;dur={:.2}", elapsed.as_secs_f64() * 1e3));
    headers.insert("x-catalog-revision", held.field.clone());
    set(headers, "x-request-id", &marks.request);
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    if app.is_draining.load(Ordering::Relaxed) {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    drop(in_flight);
    app.metrics.answered(route, response.status().as_u16(), elapsed.as_secs_f64());
    let length = response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    app.log.request(&Answered {
        method: beginning(request.method.as_str(), METHOD_LOGGED),
        route: route.name(),
        path: beginning(request.uri.path(), PATH_LOGGED),
        status: response.status().as_u16(),
        bytes: length.unwrap_or_default(),
        microseconds: u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        revision: held.revision(),
        request: &marks.request,
        trace: &marks.trace,
        span: &marks.span,
    });
    response
}

/// Sets a field whose value this program made. One that no field can carry is left out.
pub(crate) fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// The first characters of a text. Cut by characters: a cut by bytes fails inside of one, and then the whole text would be logged.
fn beginning(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn route(path: &str) -> Route {
    match path {
        "/" | "/health/ready" => Route::Health,
        _ if path.starts_with("/catalog/") => Route::Feed,
        _ if api::owns(path) => Route::Api,
        _ => Route::Other,
    }
}

/// The bytes of a head as it is written, without what is optional. The connection's own limit is that of a buffer, which grows in steps.
fn head_length(request: &Parts) -> usize {
    let target = request.uri.path().len() + request.uri.query().map_or(0, |query| query.len() + 1);
    let fields = request.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    request.method.as_str().len() + target + "  HTTP/1.1\r\n\r\n".len() + fields.sum::<usize>()
}

/// Whether a request is one of those that take a thousand times as long as the others. Elsewhere the parameters are ignored.
fn is_search(request: &Parts) -> bool {
    let is_answered = matches!(request.method.as_str(), "GET" | "HEAD");
    if !is_answered || !matches!(request.uri.path(), "/api/products" | "/api/products/suggest") {
        return false;
    }
    let query = request.uri.query().unwrap_or_default();
    let is_text = |name: &str| matches!(name, "search" | "q");
    decode_form(query).flatten().any(|(name, value)| is_text(&name) && !value.trim().is_empty())
}

/// A search: if its address has one left, and one at a time on this thread.
async fn search(app: &App, held: &Held, request: &Parts) -> Response<Body> {
    let peer = request.extensions.get::<Peer>().map(|peer| peer.0);
    if let Some(Err(wait)) = peer.map(|peer| app.searches.take(peer, Instant::now())) {
        let mut response = Problem::TooManySearches.response();
        set(response.headers_mut(), "retry-after", &wait.as_secs().max(1).to_string());
        return response;
    }
    turn::take(|| from_api(app, held, request)).await
}

fn is_too_large(headers: &HeaderMap) -> bool {
    let Some(length) = headers.get(CONTENT_LENGTH) else { return false };
    length.to_str().ok().and_then(|length| length.parse::<u64>().ok()).is_none_or(|length| length > BODY_LIMIT)
}

fn from_api(app: &App, held: &Held, request: &Parts) -> Response<Body> {
    let headers = &request.headers;
    let asked = web::Request {
        method: Method::parse(request.method.as_str()),
        path: request.uri.path(),
        query: request.uri.query().unwrap_or_default(),
        fields: &HeaderFields(headers),
        body: &[],
    };
    let reply = api::answer(held.edition.catalog(), &app.settings, &asked);
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let out = response.headers_mut();
    for (name, value) in reply.headers() {
        set(out, name, &value);
    }
    let is_packed = accepts(headers) && reply.etag.is_some() && is_worth_it(reply.body.len());
    // What a client that takes gzip would be sent has a name of its own, packed or not.
    if reply.content_length.is_some_and(|length| is_worth_it(usize::try_from(length).unwrap_or(usize::MAX)))
        || reply.status == 304
    {
        out.append(VARY, HeaderValue::from_static("accept-encoding"));
    }
    match reply.etag.as_ref().filter(|_| is_packed) {
        Some(tag) => {
            let body = app.packed.pack(tag.as_str(), &reply.body);
            set(out, "etag", &format!("W/{}", tag.as_str()));
            debug_assert!(out.contains_key(ETAG), "a packed body has a tag");
            out.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            out.insert(CONTENT_LENGTH, body.len().into());
            *response.body_mut() = Body::from(body);
        }
        None if !reply.body.is_empty() => {
            *response.body_mut() = match reply.body {
                Cow::Borrowed(body) => Body::from(body),
                Cow::Owned(body) => Body::from(body),
            };
        }
        None => {}
    }
    response
}

/// Whether a client takes gzip.
fn accepts(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT_ENCODING).iter().any(|value| value.to_str().is_ok_and(accepts_gzip))
}

/// The fields of a request as the API reads them.
struct HeaderFields<'a>(&'a HeaderMap);

impl Fields for HeaderFields<'_> {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut values = self.0.get_all(name).iter().filter_map(|value| value.to_str().ok());
        let first = values.next()?;
        let rest: Vec<&str> = values.collect();
        Some(if rest.is_empty() { Cow::Borrowed(first) } else { Cow::Owned(format!("{first}, {}", rest.join(", "))) })
    }
}

/// The values of a field that is a list, as one.
pub(crate) fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_cut_counts_characters() {
        for (text, expect) in [("", ""), ("abc", "abc"), ("abcd", "abc"), ("éàü!", "éàü"), ("ab\u{9b}x", "ab\u{9b}")]
        {
            assert_eq!(beginning(text, 3), expect, "{text:?}");
        }
    }
}
