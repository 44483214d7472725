//! The problems of this server beside those of the API: the same form (RFC 9457), with kinds that only an origin of record has.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::json;

/// A reason to refuse a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    MalformedRevision,
    NoSecret,
    FromElsewhere,
    NoSnapshot,
    NotFound,
    MethodNotAllowed,
    Gone,
    TooLarge {
        /// The largest body that the route takes, in bytes.
        limit: usize,
    },
    HeadTooLarge,
    TooManySearches,
    Draining,
    TimedOut,
    Internal,
}

impl Problem {
    /// The media type of a problem.
    pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

    fn facts(self) -> (StatusCode, &'static str, &'static str, Cow<'static, str>) {
        let (status, kind, title, detail) = match self {
            Problem::MalformedRevision => (
                StatusCode::BAD_REQUEST,
                "invalid-parameter",
                "Invalid parameter",
                "`since` must be a revision: 16 lower-case hexadecimal digits",
            ),
            Problem::NoSecret => (
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "Unauthorized",
                "the feed wants `Authorization: Bearer` with the secret that `ORIGIN_SECRET` names",
            ),
            Problem::FromElsewhere => (
                StatusCode::FORBIDDEN,
                "forbidden",
                "Forbidden",
                "without `ORIGIN_SECRET` the feed answers the machine that it runs on, asked by its loopback name and through no proxy",
            ),
            Problem::NoSnapshot => (
                StatusCode::NOT_FOUND,
                "not-found",
                "Not found",
                "there is a snapshot of the base alone, which `x-catalog-base` names",
            ),
            Problem::NotFound => (
                StatusCode::NOT_FOUND,
                "not-found",
                "Not found",
                "the feed has `/catalog/revision`, `/catalog/changes` and `/catalog/snapshot/<base>`",
            ),
            Problem::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "Method not allowed",
                "the method must be GET or HEAD",
            ),
            Problem::Gone => (
                StatusCode::GONE,
                "gone",
                "Gone",
                "changes do not reach back to this revision; the base that `x-catalog-base` names has to be read first",
            ),
            Problem::TooLarge { limit } => {
                let detail = format!("a request has a body of at most {limit} bytes");
                return (StatusCode::PAYLOAD_TOO_LARGE, "content-too-large", "Content too large", detail.into());
            }
            Problem::HeadTooLarge => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "header-fields-too-large",
                "Header fields too large",
                "the head of a request, its target and its fields, has at most 32768 bytes",
            ),
            Problem::TooManySearches => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                "Too many requests",
                "an address may ask for so many searches (`search`, `q`) in a second and no more; `retry-after` says when it may again",
            ),
            Problem::Draining => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "Unavailable",
                "the server is about to end and takes no new traffic",
            ),
            Problem::TimedOut => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "Unavailable",
                "the response was not ready in the time that the server gives it",
            ),
            Problem::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal-error",
                "Internal error",
                "the server failed to answer this request",
            ),
        };
        (status, kind, title, Cow::Borrowed(detail))
    }

    pub(crate) fn response(self) -> Response<Body> {
        let (status, kind, title, detail) = self.facts();
        let document = json!({
            "type": format!("urn:problem:{kind}"),
            "title": title,
            "status": status.as_u16(),
            "detail": detail,
        });
        let mut response = Response::new(Body::from(document.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(Problem::MEDIA_TYPE));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Problem::NoSecret => {
                headers.insert("www-authenticate", HeaderValue::from_static("Bearer"));
            }
            Problem::MethodNotAllowed => {
                headers.insert("allow", HeaderValue::from_static("GET, HEAD"));
            }
            // The rest of the body would be taken for the next request.
            Problem::TooLarge { .. } | Problem::HeadTooLarge => {
                headers.insert("connection", HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}
