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
    /// No secret of the edge, or another one.
    NoSecret(Guarded),
    /// There is no secret, and the request is from elsewhere.
    FromElsewhere(Guarded),
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

/// A part of the server that is not for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guarded {
    Feed,
    /// Checkouts and orders.
    Checkout,
    /// The mailbox of whoever tries the shop out.
    Mailbox,
}

impl Guarded {
    fn name(self) -> &'static str {
        match self {
            Guarded::Feed => "the feed",
            Guarded::Checkout => "the checkout",
            Guarded::Mailbox => "the mailbox",
        }
    }
}

impl Problem {
    fn facts(self) -> (ProblemKind, Cow<'static, str>) {
        let (kind, detail) = match self {
            Problem::MalformedRevision => {
                (ProblemKind::InvalidParameter, "`since` must be a revision: 16 lower-case hexadecimal digits")
            }
            Problem::NoSecret(guarded) => {
                let name = guarded.name();
                let detail = format!("{name} wants `Authorization: Bearer` with the secret that `ORIGIN_SECRET` names");
                return (ProblemKind::Unauthorized, detail.into());
            }
            Problem::FromElsewhere(guarded) => {
                let condition = if guarded == Guarded::Mailbox { "" } else { "without `ORIGIN_SECRET` " };
                let name = guarded.name();
                let detail = format!(
                    "{condition}{name} answers the machine that it runs on, asked by its loopback name and through no proxy"
                );
                return (ProblemKind::Forbidden, detail.into());
            }
            Problem::NoSnapshot => {
                (ProblemKind::NotFound, "there is a snapshot of the base alone, which `x-catalog-base` names")
            }
            Problem::NotFound => (
                ProblemKind::NotFound,
                "the feed has `/catalog/revision`, `/catalog/changes`, `/catalog/snapshot/<base>` and, with a database, `/catalog/rules`",
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
            Problem::NoSecret(_) => {
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
