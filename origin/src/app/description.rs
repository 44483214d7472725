//! `GET /openapi.json`: the description of checkout, orders and office (`OpenAPI` 3.1). It holds no secret, so it is open to everybody, as that of
//! the product API is.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::IF_NONE_MATCH;
use axum::http::{Method, Response};
use web::{CacheControl, ETag, Reply};

use crate::http::fields::{joined, response};
use crate::http::problem::Problem;

/// The document.
const OPENAPI: &str = include_str!("openapi.json");

/// Answers a request to `/openapi.json`.
pub(crate) async fn answer(request: Request) -> Response<Body> {
    let (head, _) = request.into_parts();
    if !matches!(head.method, Method::GET | Method::HEAD) {
        return Problem::MethodNotAllowed.response();
    }
    let tag = ETag::of(OPENAPI.as_bytes());
    let is_known = joined(&head.headers, &IF_NONE_MATCH).is_some_and(|condition| tag.matches(&condition));
    let mut reply = if is_known {
        Reply::empty(304, CacheControl::Minutes)
    } else {
        Reply::new(200, "application/json", CacheControl::Minutes, OPENAPI.as_bytes())
    };
    reply.etag = Some(tag);
    response(reply)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::OPENAPI;
    use crate::app::table::DESCRIBED;

    /// Whether a path of the description has the shape of a pattern: as many parts, each the same or a parameter of the pattern.
    fn fits(pattern: &str, path: &str) -> bool {
        let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
        let is_one = |(pattern, path): (&&str, &&str)| pattern == path || pattern.starts_with('{');
        pattern.len() == path.len() && pattern.iter().zip(&path).all(is_one)
    }

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let description: Value = serde_json::from_str(OPENAPI).unwrap();
        let paths: Vec<&String> = description["paths"].as_object().unwrap().keys().collect();
        let patterns: Vec<&str> = DESCRIBED.iter().flat_map(|(_, patterns)| patterns.iter().copied()).collect();
        for path in &paths {
            assert!(patterns.iter().any(|pattern| fits(pattern, path)), "`{path}` is no route of the origin");
        }
        for pattern in patterns {
            assert!(paths.iter().any(|path| fits(pattern, path)), "the route `{pattern}` is not described");
        }
    }
}
