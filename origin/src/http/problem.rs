//! The problems of this server beside those of the API. Types, titles and statuses are those of the one table, `web::problem`; a
//! reason here adds its detail and the fields that go with it.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderValue, Response};
use web::ProblemKind;

use crate::http::fields::response;
use crate::http::limits::HEAD_LIMIT;

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
    fn facts(self) -> (ProblemKind, Cow<'static, str>) {
        let (kind, detail) = match self {
            Problem::MalformedRevision => {
                (ProblemKind::InvalidParameter, "`since` must be a revision: 16 lower-case hexadecimal digits")
            }
            Problem::NoSecret => (
                ProblemKind::Unauthorized,
                "the feed wants `Authorization: Bearer` with the secret that `ORIGIN_SECRET` names",
            ),
            Problem::FromElsewhere => (
                ProblemKind::Forbidden,
                "without `ORIGIN_SECRET` the feed answers the machine that it runs on, asked by its loopback name and through no proxy",
            ),
            Problem::NoSnapshot => {
                (ProblemKind::NotFound, "there is a snapshot of the base alone, which `x-catalog-base` names")
            }
            Problem::NotFound => (
                ProblemKind::NotFound,
                "the feed has `/catalog/revision`, `/catalog/changes` and `/catalog/snapshot/<base>`",
            ),
            Problem::MethodNotAllowed => (ProblemKind::MethodNotAllowed, "the method must be GET or HEAD"),
            Problem::Gone => (
                ProblemKind::Gone,
                "changes do not reach back to this revision; the base that `x-catalog-base` names has to be read first",
            ),
            Problem::TooLarge { limit } => {
                let detail = format!("a request has a body of at most {limit} bytes");
                return (ProblemKind::ContentTooLarge, detail.into());
            }
            Problem::HeadTooLarge => {
                let detail =
                    format!("the head of a request, its target and its fields, has at most {HEAD_LIMIT} bytes");
                return (ProblemKind::HeaderFieldsTooLarge, detail.into());
            }
            Problem::TooManySearches => (
                ProblemKind::TooManyRequests,
                "an address may ask for so many searches (`search`, `q`) in a second and no more; `retry-after` says when it may again",
            ),
            Problem::Draining => (ProblemKind::Unavailable, "the server is about to end and takes no new traffic"),
            Problem::TimedOut => {
                (ProblemKind::Unavailable, "the response was not ready in the time that the server gives it")
            }
            Problem::Internal => (ProblemKind::InternalError, "the server failed to answer this request"),
        };
        (kind, Cow::Borrowed(detail))
    }

    pub(crate) fn response(self) -> Response<Body> {
        let (kind, detail) = self.facts();
        let mut response = response(web::Problem::new(kind, detail).reply());
        let headers = response.headers_mut();
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
