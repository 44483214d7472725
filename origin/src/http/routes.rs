//! The routes of the origin: a row has patterns, a metric name, a body limit, a time limit and a handler, and everything else that requests
//! have in common is wrapped around it here. A new route is a row and a handler.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::{HeaderValue, Response};
use axum::routing::MethodRouter;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::http::exchange::{Exchange, REVISION};
use crate::http::limits::Limits;
use crate::http::problem::Problem;
use crate::observe::ids::{RandomIds, check_request_id};

/// The largest body of a request to a route that reads none, in bytes: small ones are read past, so that the connection can go on.
pub(crate) const UNREAD_BODY: usize = 64 * 1024;

/// The longest time to a response of a route that waits for no other service.
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

/// Gives the revision that is served, for responses whose handler names none.
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
                .layer(Limits { body: self.body, time: self.time })
                .layer(CatchPanicLayer::custom(failed))
                .layer(RequestBodyLimitLayer::new(self.body)),
        )
    }
}

/// The response in place of one whose handler panicked. The panic's own message is on standard error.
fn failed(_: Box<dyn Any + Send>) -> Response<Body> {
    tracing::error!("request failed");
    Problem::Internal.response()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use axum::Router;
    use axum::body::{Body, Bytes, to_bytes};
    use axum::http::{HeaderValue, Request, Response};
    use axum::routing::{any, get, post};
    use serde_json::Value;
    use tower::ServiceExt as _;

    use super::{CurrentRevision, RESPONSE_TIME, Row, router};
    use crate::http::exchange::Exchange;
    use crate::observe::metrics::Metrics;

    const REVISION: &str = "0123456789abcdef";

    fn row(name: &'static str, patterns: &'static [&'static str], handler: axum::routing::MethodRouter) -> Row {
        Row { patterns, name, body: 8, time: RESPONSE_TIME, handler }
    }

    async fn broken() -> &'static str {
        panic!("a fault of the handler")
    }

    fn routes(metrics: &Arc<Metrics>) -> Router {
        let exchange = Exchange { metrics: Arc::clone(metrics), is_draining: Arc::new(AtomicBool::new(false)) };
        let revision: CurrentRevision = Arc::new(|| HeaderValue::from_static(REVISION));
        let length = |body: Bytes| async move { body.len().to_string() };
        let rows = vec![
            row("order", &["/orders"], post(length)),
            row("broken", &["/broken"], get(broken)),
            Row { time: Duration::ZERO, ..row("slow", &["/slow"], get(std::future::pending::<String>)) },
        ];
        router(rows, row("other", &[], any(async || "other")), &exchange, &revision)
    }

    fn ask(routes: Router, request: Request<Body>) -> (Response<()>, String) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let (head, body) = routes.oneshot(request).await.unwrap().into_parts();
            let text = String::from_utf8(to_bytes(body, 4_096).await.unwrap().to_vec()).unwrap();
            (Response::from_parts(head, ()), text)
        })
    }

    #[test]
    fn a_route_has_its_limits_and_refuses_in_problems() {
        #[track_caller]
        fn check(method: &str, path: &str, body: Body, expect: (u16, &str), detail: &str) {
            let request = Request::builder().method(method).uri(path).body(body).unwrap();
            let (response, text) = ask(routes(&Arc::new(Metrics::new())), request);
            let problem: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{method} {path}: {text}"));
            let found = (response.status().as_u16(), problem["type"].as_str().unwrap_or_default());
            assert_eq!(found, expect, "{method} {path}: {text}");
            assert!(problem["detail"].as_str().unwrap_or_default().contains(detail), "{text}");
            let field = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
            assert_eq!(field("content-type"), Some("application/problem+json"));
            assert_eq!(
                (field("x-content-type-options"), field("x-catalog-revision")),
                (Some("nosniff"), Some(REVISION))
            );
            assert!(field("x-request-id").is_some() && field("server-timing").is_some(), "{response:?}");
        }
        // Its length is known before it is read, or is not: a stream of unknown length is cut while it is read.
        let stream = || Body::from_stream(futures_util::stream::iter([Ok::<_, std::io::Error>("123456"), Ok("789")]));
        let declared = Body::from("123456789");
        let too_large = (413, "urn:problem:content-too-large");
        check("POST", "/orders", stream(), too_large, "at most 8 bytes");
        let request = Request::post("/orders").header("content-length", "9").body(declared).unwrap();
        assert_eq!(ask(routes(&Arc::new(Metrics::new())), request).0.status(), 413);
        check("GET", "/orders", Body::empty(), (405, "urn:problem:method-not-allowed"), "");
        check("GET", "/broken", Body::empty(), (500, "urn:problem:internal-error"), "failed to answer");
        check("GET", "/slow", Body::empty(), (503, "urn:problem:unavailable"), "in the time");
    }

    #[test]
    fn a_method_that_a_route_lacks_is_refused_with_those_it_has() {
        let (response, _) =
            ask(routes(&Arc::new(Metrics::new())), Request::get("/orders").body(Body::empty()).unwrap());
        assert_eq!(response.headers().get("allow").unwrap(), "POST");
    }

    #[test]
    fn a_route_is_counted_under_its_name() {
        let metrics = Arc::new(Metrics::new());
        let routes = routes(&metrics);
        let order = Request::post("/orders").body(Body::from("12345678")).unwrap();
        assert_eq!(ask(routes.clone(), order).1, "8");
        assert_eq!(ask(routes.clone(), Request::get("/nowhere").body(Body::empty()).unwrap()).1, "other");
        ask(routes, Request::get("/broken").body(Body::empty()).unwrap());
        let text = metrics.text();
        for line in [
            r#"origin_requests_total{route="order",status="200"} 1"#,
            r#"origin_requests_total{route="other",status="200"} 1"#,
            r#"origin_requests_total{route="broken",status="500"} 1"#,
            "origin_requests_in_flight 0",
        ] {
            assert!(text.contains(line), "`{line}` is not in:\n{text}");
        }
    }
}
