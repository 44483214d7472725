//! From the content of an API response to the response: validators, caching, and the fields that let configured origins read it.

use std::borrow::Cow;

use web::problem::PROBLEM_JSON;
use web::{CacheControl, ETag, Method, Methods, Problem, ProblemKind, Reply, Request};

use crate::api::Settings;

/// The content of a 200.
pub(super) struct Content {
    body: Cow<'static, [u8]>,
    cache_control: CacheControl,
}

const JSON: &str = "application/json";

/// For how many seconds a browser may remember a preflight: a day, which is more than any browser does.
const PREFLIGHT_MAX_AGE: &str = "86400";

impl Content {
    pub(super) fn json(body: impl Into<Cow<'static, [u8]>>, cache_control: CacheControl) -> Content {
        Content { body: body.into(), cache_control }
    }
}

/// 200 with the content, or 304 if the client has it already.
pub(super) fn content(content: Content, settings: &Settings, request: &Request<'_>) -> Reply {
    let etag = ETag::of(&content.body);
    let reply = Reply::new(200, JSON, content.cache_control, content.body).with_etag(etag);
    sized(across_origins(reply, settings, request)).answering(request)
}

/// 204 with the methods, for `OPTIONS`.
pub(super) fn options(settings: &Settings, request: &Request<'_>) -> Reply {
    let reply = Reply::empty(204, CacheControl::NoStore).with("allow", Methods::Read.allow());
    across_origins(reply, settings, request)
}

/// A problem document.
pub(super) fn problem(problem: &Problem<'_>, settings: &Settings, request: &Request<'_>) -> Reply {
    let mut reply = Reply::new(problem.kind.status(), PROBLEM_JSON, CacheControl::NoStore, problem.to_json());
    if problem.kind == ProblemKind::MethodNotAllowed {
        reply = reply.with("allow", Methods::Read.allow());
    }
    sized(across_origins(reply, settings, request)).answering(request)
}

/// Names the length, which clients of the origin get from here.
fn sized(mut reply: Reply) -> Reply {
    reply.content_length = u64::try_from(reply.body.len()).ok();
    reply
}

/// Adds the fields that a browser needs to let a page of a configured origin read the response.
fn across_origins(reply: Reply, settings: &Settings, request: &Request<'_>) -> Reply {
    let origins = &settings.cors_origins;
    if origins.is_empty() {
        return reply;
    }
    // Whether or not this request names one of them: a cache must keep the two apart.
    let mut reply = reply.with("vary", "Origin");
    let origin = request.field("origin");
    let Some(origin) = origin.filter(|origin| origins.iter().any(|allowed| allowed == origin)) else { return reply };
    reply = reply.with("access-control-allow-origin", origin.into_owned());
    // A page may read the tag, and send it back, only where the response says so.
    reply = reply.with("access-control-expose-headers", "etag");
    if request.method == Method::Options && reply.status == 204 {
        reply = reply
            .with("access-control-allow-methods", Methods::Read.allow())
            .with("access-control-allow-headers", "if-none-match")
            .with("access-control-max-age", PREFLIGHT_MAX_AGE);
    }
    reply
}
