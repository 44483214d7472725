//! The routes of the origin: a row has patterns, a metric name, a body limit, a time limit and a handler, and everything else that requests
//! have in common is wrapped around it here. A new route is a row and a handler.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::MethodRouter;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::http::exchange::{Exchange, REVISION};
use crate::http::limits::Limits;
use crate::http::problem::Problem;
use crate::observe::ids::{RandomIds, check_request_id};

/// The largest body of a request to a route that reads none, in bytes: small ones are read past, so that the connection can go on.
pub(crate) const UNREAD_BODY: usize = 64 * 1024;

/// The longest time to a response of a route that nobody has to wait for.
pub(crate) const RESPONSE_TIME: Duration = Duration::from_secs(30);

/// A route.
#[derive(Debug)]
pub(crate) struct Row {
    /// The patterns of its paths, as `axum` reads them.
    pub(crate) patterns: &'static [&'static str],
    /// The label of its requests in metrics, log and traces. Routes may share one.
    pub(crate) name: &'static str,
    /// The largest body of a request, in bytes.
    pub(crate) body: usize,
    /// The longest time from the head of a request to the head of its response.
    pub(crate) time: Duration,
    /// The handler, by method.
    pub(crate) handler: MethodRouter,
}

/// What a response carries if its handler names no edition: the one that is served.
pub(crate) type CurrentRevision = Arc<dyn Fn() -> HeaderValue + Send + Sync>;

/// The router of these rows; a path that matches none goes to `other`, whose patterns are ignored.
pub(crate) fn router(rows: Vec<Row>, other: Row, exchange: &Exchange, revision: &CurrentRevision) -> Router {
    let router = rows.into_iter().fold(Router::new(), |router, row| {
        let patterns = row.patterns;
        let service = row.service(exchange, revision);
        patterns.iter().fold(router, |router, pattern| router.route(pattern, service.clone()))
    });
    router.fallback_service(other.service(exchange, revision))
}

impl Row {
    /// The handler with everything that requests have in common around it, the outermost first.
    fn service(self, exchange: &Exchange, revision: &CurrentRevision) -> MethodRouter {
        let revision = Arc::clone(revision);
        let current = move |_: &Response<_>| Some(revision());
        self.handler.layer(
            ServiceBuilder::new()
                .layer(exchange.layer(self.name))
                .layer(SetResponseHeaderLayer::overriding(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
                .layer(SetResponseHeaderLayer::if_not_present(REVISION, current))
                .map_request(check_request_id)
                .layer(SetRequestIdLayer::x_request_id(RandomIds))
                .layer(PropagateRequestIdLayer::x_request_id())
                .layer(CatchPanicLayer::custom(failed))
                .layer(Limits { body: self.body })
                .layer(RequestBodyLimitLayer::new(self.body))
                .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, self.time)),
        )
    }
}

/// The response in place of one whose handler panicked. The panic's own message is on standard error.
fn failed(_: Box<dyn Any + Send>) -> Response<Body> {
    tracing::error!("request failed");
    Problem::Internal.response()
}
