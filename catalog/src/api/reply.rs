//! A reply as values: status, header fields and body, with validators, caching and cross-origin rules applied.
//! A host sends `status`, `headers()` and `body` as they are; there is nothing left to decide.

use std::borrow::Cow;

use crate::api::etag::ETag;
use crate::api::problem::{Problem, ProblemKind};
use crate::api::{ALLOW, Method, Request};

/// The answer to a request.
///
/// For `HEAD` the body is empty already, while `content_length` and the tag are those that `GET` would have had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The media type of the content, if there is content.
    pub content_type: Option<&'static str>,
    /// The length of the content that `GET` would have; absent from a 204 and a 304.
    pub content_length: Option<usize>,
    /// Always there: a shared cache keeps answers without one for hours.
    pub cache_control: Cow<'static, str>,
    /// The validator of a 200 and a 304.
    pub etag: Option<ETag>,
    /// The methods, on a 405 and on the answer to `OPTIONS`.
    pub allow: Option<&'static str>,
    /// Set when origins are configured, whether or not this request names one of them.
    pub vary: Option<&'static str>,
    /// Set when the request comes from a configured origin.
    pub cors: Option<Cors>,
    /// The content.
    pub body: Cow<'static, [u8]>,
}

/// What a browser needs to let a page of another origin read the reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cors {
    /// The configured origin that asked.
    pub allow_origin: String,
    /// Whether this is the 204 that browsers ask for ahead of a request.
    pub is_preflight: bool,
}

/// How long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CachePolicy {
    /// Products: used for a while, then used once more while it is asked for again.
    Fresh {
        /// Seconds for which it is fresh.
        max_age: u32,
    },
    /// The description, which changes with a deployment only.
    Description,
    /// Health, and every refusal.
    NoStore,
}

/// The content of a 200.
pub(super) struct Content {
    body: Cow<'static, [u8]>,
    cache: CachePolicy,
}

const JSON: &str = "application/json";
const PROBLEM_JSON: &str = "application/problem+json";

/// How many seconds a browser may remember a preflight: a day, which is more than any browser does.
const PREFLIGHT_MAX_AGE: &str = "86400";

impl Reply {
    /// The header fields in a fixed order, names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        let cors = self.cors.as_ref();
        let preflight = cors.filter(|cors| cors.is_preflight);
        [
            self.content_type.map(|value| ("content-type", Cow::Borrowed(value))),
            self.content_length.map(|length| ("content-length", Cow::Owned(length.to_string()))),
            Some(("cache-control", Cow::Borrowed(self.cache_control.as_ref()))),
            self.etag.as_ref().map(|etag| ("etag", Cow::Borrowed(etag.as_str()))),
            self.allow.map(|value| ("allow", Cow::Borrowed(value))),
            self.vary.map(|value| ("vary", Cow::Borrowed(value))),
            cors.map(|cors| ("access-control-allow-origin", Cow::Borrowed(cors.allow_origin.as_str()))),
            // A page may read the tag, and send it back, only if told so.
            cors.map(|_| ("access-control-expose-headers", Cow::Borrowed("etag"))),
            preflight.map(|_| ("access-control-allow-methods", Cow::Borrowed(ALLOW))),
            preflight.map(|_| ("access-control-allow-headers", Cow::Borrowed("if-none-match"))),
            preflight.map(|_| ("access-control-max-age", Cow::Borrowed(PREFLIGHT_MAX_AGE))),
        ]
        .into_iter()
        .flatten()
    }

    /// 200 with the content, or 304 if the client has it already.
    pub(super) fn content(content: Content, request: &Request<'_>) -> Reply {
        let etag = ETag::of(&content.body);
        let is_known = request.if_none_match.is_some_and(|header| etag.matches(header));
        let mut reply = Reply::empty(if is_known { 304 } else { 200 }, content.cache, request);
        // A 304 repeats what a cache stores with the answer (RFC 9110, section 15.4.5): tag, caching and `vary`.
        reply.etag = Some(etag);
        if !is_known {
            reply.fill(JSON, content.body, request);
        }
        reply
    }

    /// 204 with the methods, for `OPTIONS`.
    pub(super) fn options(request: &Request<'_>) -> Reply {
        let mut reply = Reply::empty(204, CachePolicy::NoStore, request);
        reply.allow = Some(ALLOW);
        reply
    }

    /// A problem document.
    pub(super) fn problem(problem: &Problem<'_>, request: &Request<'_>) -> Reply {
        let (_, _, status) = problem.kind.facts();
        let mut reply = Reply::empty(status, CachePolicy::NoStore, request);
        reply.allow = (problem.kind == ProblemKind::MethodNotAllowed).then_some(ALLOW);
        reply.fill(PROBLEM_JSON, Cow::Owned(problem.to_json()), request);
        reply
    }

    fn empty(status: u16, cache: CachePolicy, request: &Request<'_>) -> Reply {
        let origins = &request.settings.cors_origins;
        let origin = request.origin.filter(|origin| origins.iter().any(|allowed| allowed == origin));
        Reply {
            status,
            content_type: None,
            content_length: None,
            cache_control: cache.header(),
            etag: None,
            allow: None,
            vary: (!origins.is_empty()).then_some("Origin"),
            cors: origin.map(|origin| Cors { allow_origin: origin.to_owned(), is_preflight: status == 204 }),
            body: Cow::Borrowed(&[]),
        }
    }

    fn fill(&mut self, content_type: &'static str, body: Cow<'static, [u8]>, request: &Request<'_>) {
        self.content_type = Some(content_type);
        self.content_length = Some(body.len());
        if request.method != Method::Head {
            self.body = body;
        }
    }
}

impl CachePolicy {
    fn header(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            // The default is spelled out, so that the usual answer formats nothing.
            CachePolicy::Fresh { max_age: 60 } => "public, max-age=60, stale-while-revalidate=600",
            CachePolicy::Fresh { max_age } => {
                return Cow::Owned(format!("public, max-age={max_age}, stale-while-revalidate=600"));
            }
            CachePolicy::Description => "public, max-age=300",
            CachePolicy::NoStore => "no-store",
        })
    }
}

impl Content {
    pub(super) fn json(body: impl Into<Cow<'static, [u8]>>, cache: CachePolicy) -> Content {
        Content { body: body.into(), cache }
    }
}
