//! One request and its response as operators see them: counted, timed, logged and traced under the metric name of its route.
//! The outermost layer of every route; decides nothing about the response.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::http::header::{CONNECTION, CONTENT_LENGTH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri};
use opentelemetry::trace::{SpanContext, TraceContextExt as _};
use tower::{Layer, Service};
use tracing::field::Empty;
use tracing::{Instrument as _, Level, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::http::fields::set;
use crate::observe::ids::{self, REQUEST_ID};
use crate::observe::log::REQUESTS;
use crate::observe::metrics::{Metrics, OfRoute};

/// The field that names the edition of the catalog that a response comes from.
pub(crate) const REVISION: HeaderName = HeaderName::from_static("x-catalog-revision");

/// How much of a method and of a path a line of the log holds, in characters.
const METHOD_LOGGED: usize = 16;
const PATH_LOGGED: usize = 256;

/// The state that all exchanges share.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) is_draining: Arc<AtomicBool>,
}

/// Wraps the service of a route.
#[derive(Clone, Debug)]
pub(crate) struct ExchangeLayer(Arc<Route>);

#[derive(Debug)]
struct Route {
    exchange: Exchange,
    counted: Arc<OfRoute>,
}

/// A service whose requests are observed.
#[derive(Clone, Debug)]
pub(crate) struct Observed<S> {
    inner: S,
    route: Arc<Route>,
}

/// A request that is being answered, or whose client goes away before that.
struct InFlight(Arc<Route>);

/// The parts of a request that its line of the log has.
struct Asked {
    method: Method,
    address: Uri,
    place: SpanContext,
}

impl Exchange {
    /// The layer of a route, which is counted under this name.
    pub(crate) fn layer(&self, name: &'static str) -> ExchangeLayer {
        ExchangeLayer(Arc::new(Route { exchange: self.clone(), counted: self.metrics.route(name) }))
    }
}

impl<S> Layer<S> for ExchangeLayer {
    type Service = Observed<S>;

    fn layer(&self, inner: S) -> Observed<S> {
        Observed { inner, route: Arc::clone(&self.0) }
    }
}

impl InFlight {
    fn new(route: &Arc<Route>) -> InFlight {
        route.exchange.metrics.in_flight.inc();
        InFlight(Arc::clone(route))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.exchange.metrics.in_flight.dec();
    }
}

impl<S, B> Service<Request<Body>> for Observed<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    S::Future: Send + 'static,
    B: axum::body::HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let started = Instant::now();
        let in_flight = InFlight::new(&self.route);
        let (span, asked) = begin(&request, &self.route.counted);
        // Within the span, so that everything logged or traced meanwhile belongs to it.
        let response = span.in_scope(|| self.inner.call(request)).instrument(span.clone());
        Box::pin(async move {
            let mut response = response.await?.map(Body::new);
            let elapsed = started.elapsed();
            set(response.headers_mut(), "server-timing", &format!("origin;dur={:.2}", elapsed.as_secs_f64() * 1e3));
            let Route { exchange, counted } = &*in_flight.0;
            if exchange.is_draining.load(Ordering::Relaxed) {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            let status = response.status().as_u16();
            counted.answered(status, elapsed);
            span.record("http.response.status_code", status);
            if response.status().is_server_error() {
                span.record("otel.status_code", "ERROR");
            }
            if let Some(asked) = asked {
                let microseconds = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
                asked.log(counted, status, microseconds, response.headers());
            }
            Ok(response)
        })
    }
}

/// The span of a request, which is none unless traces are exported, and what its line needs, if there will be one.
fn begin(request: &Request<Body>, route: &OfRoute) -> (Span, Option<Asked>) {
    let span = tracing::info_span!(
        target: REQUESTS,
        parent: None,
        "request",
        otel.name = route.name(),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = beginning(request.method().as_str(), METHOD_LOGGED),
        http.route = route.name(),
        http.response.status_code = Empty,
        // Without the query, which may hold what a person typed.
        url.path = beginning(request.uri().path(), PATH_LOGGED),
    );
    let is_logged = tracing::event_enabled!(target: REQUESTS, Level::INFO);
    if span.is_disabled() && !is_logged {
        return (span, None);
    }
    let parent = ids::parent(request.headers());
    let place = if span.is_disabled() {
        ids::place(&parent)
    } else {
        // It fails for a span that has started, and this one has not.
        let _ = span.set_parent(parent);
        span.context().span().span_context().clone()
    };
    let asked = is_logged.then(|| Asked { method: request.method().clone(), address: request.uri().clone(), place });
    (span, asked)
}

impl Asked {
    fn log(&self, route: &OfRoute, status: u16, microseconds: u64, headers: &HeaderMap) {
        let field = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        tracing::info!(
            target: REQUESTS,
            method = beginning(self.method.as_str(), METHOD_LOGGED),
            route = route.name(),
            path = beginning(self.address.path(), PATH_LOGGED),
            status,
            bytes = field(&CONTENT_LENGTH).parse::<u64>().unwrap_or_default(),
            microseconds,
            revision = field(&REVISION),
            request = field(&REQUEST_ID),
            trace = %self.place.trace_id(),
            span = %self.place.span_id(),
            "request"
        );
    }
}

/// The first characters of a text. A cut counts characters: one in bytes fails inside of a character, and the whole text would be logged.
fn beginning(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
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
