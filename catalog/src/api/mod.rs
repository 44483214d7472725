//! The product API: one function from a request to a reply, the same for every host.
//! Speaks no HTTP: hosts convert to and from it, and add what is theirs (security headers, dates, compression).

mod address;
mod body;
mod etag;
mod problem;
mod reply;
mod route;

pub use crate::api::address::{AddressError, TARGET_LIMIT, check_address};
pub use crate::api::etag::ETag;
pub use crate::api::problem::{Problem, ProblemKind, problem};
pub use crate::api::reply::{Cors, Reply};

use crate::api::reply::{CachePolicy, Content};
use crate::api::route::Route;
use crate::index::catalog::Catalog;
use crate::query::{Query, parse_suggestion};

/// The methods that every path of the API answers.
pub const ALLOW: &str = "GET, HEAD, OPTIONS";

/// The `OpenAPI` 3.1 description of all this, as it is served.
pub const OPENAPI: &str = include_str!("openapi.json");

/// What a host sets once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The version that `/health` names.
    pub version: String,
    /// The origins that may read the API from a browser, as `Origin` spells them; none by default.
    pub cors_origins: Vec<String>,
    /// For how many seconds a browser may use an answer without asking again.
    pub max_age: u32,
}

/// The method of a request, as far as the API tells methods apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `HEAD`: all of `GET` but the body.
    Head,
    /// `OPTIONS`.
    Options,
    /// Everything else, which is refused.
    Other,
}

/// What the API looks at in a request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: Method,
    /// The path as it was sent, percent-encoded.
    pub path: &'a str,
    /// The query string as it was sent, percent-encoded, without its `?`.
    pub query: &'a str,
    /// The field `If-None-Match`; several fields joined by commas.
    pub if_none_match: Option<&'a str>,
    /// The field `Origin`.
    pub origin: Option<&'a str>,
    /// What the host has set.
    pub settings: &'a Settings,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { version: String::new(), cors_origins: Vec::new(), max_age: Settings::DEFAULT_MAX_AGE }
    }
}

impl Settings {
    /// The seconds of [`Settings::max_age`] unless a host sets others.
    pub const DEFAULT_MAX_AGE: u32 = 60;
}

impl Method {
    /// Methods are case-sensitive (RFC 9110, section 9.1).
    pub fn parse(method: &str) -> Method {
        match method {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "OPTIONS" => Method::Options,
            _ => Method::Other,
        }
    }
}

/// Answers any request: for paths that the API does not own with a 404.
pub fn answer(catalog: &Catalog, request: &Request<'_>) -> Reply {
    match content(catalog, request) {
        Ok(Some(content)) => Reply::content(content, request),
        Ok(None) => Reply::options(request),
        Err(refusal) => problem(&refusal, request),
    }
}

/// Whether `answer` is the one to ask about this path.
pub fn owns(path: &str) -> bool {
    path == "/health" || path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The content asked for, or none for `OPTIONS`.
fn content<'a>(catalog: &Catalog, request: &Request<'a>) -> Result<Option<Content>, Problem<'a>> {
    check_address(request.path, request.query)?;
    if request.method == Method::Other {
        let detail = format!("the method must be one of {ALLOW}");
        return Err(Problem::new(ProblemKind::MethodNotAllowed, detail));
    }
    let route = Route::of(request.path)?;
    if request.method == Method::Options {
        return Ok(None);
    }
    let fresh = CachePolicy::Fresh { max_age: request.settings.max_age };
    Ok(Some(match route {
        Route::Products => Content::json(body::products(catalog, &Query::parse(request.query)?), fresh),
        Route::Product(id) => {
            let position = catalog.position(id.as_str());
            let body = position.and_then(|position| body::product(catalog, position));
            Content::json(body.ok_or_else(|| problem::no_product(id))?, fresh)
        }
        Route::Categories => Content::json(body::categories(catalog), fresh),
        Route::Suggestions => {
            let text = parse_suggestion(request.query)?;
            let positions = text.map(|text| catalog.suggest(&text)).unwrap_or_default();
            Content::json(body::suggestions(catalog, &positions), fresh)
        }
        Route::Description => Content::json(OPENAPI.as_bytes(), CachePolicy::Description),
        Route::Health => Content::json(body::health(catalog, &request.settings.version), CachePolicy::NoStore),
    }))
}
