//! The product API: one function from a request to a reply, the same for every host.
//! Speaks no HTTP: hosts convert to and from it, and add fields of their own (security headers, dates, compression).
//!
//! | to change … | open |
//! | --- | --- |
//! | a path of the API | `route.rs`; its row at the edge: `shop/src/routes.rs` |
//! | a body, the order of its members | `body.rs` |
//! | entity tags, caching, CORS of a response | `respond.rs` |
//! | the settings of a host | `Settings` here |
//! | the description of the API | `openapi.json`, which `tests/it/openapi.rs` compares with the code |

mod body;
mod respond;
mod route;

pub use crate::api::route::{CATEGORIES, DESCRIPTION, HEALTH, PRODUCT_PREFIX, PRODUCTS, SUGGESTIONS};

use web::{CacheControl, Method, Methods, Problem, ProblemKind, Reply, Request, check_address};

use crate::api::respond::Content;
use crate::api::route::Route;
use crate::index::catalog::Catalog;
use crate::index::lookup::HandleMatch;
use crate::query::error::ParameterError;
use crate::query::{Query, parse_suggestion};

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

impl Default for Settings {
    fn default() -> Settings {
        Settings { version: String::new(), cors_origins: Vec::new(), max_age: Settings::DEFAULT_MAX_AGE }
    }
}

impl Settings {
    /// The seconds of [`Settings::max_age`] unless a host sets others.
    pub const DEFAULT_MAX_AGE: u32 = 60;
}

/// The kinds of problem that the API reports. Hosts report others in front of it.
pub const PROBLEMS: [ProblemKind; 9] = [
    ProblemKind::InvalidParameter,
    ProblemKind::MalformedRequest,
    ProblemKind::ProductNotFound,
    ProblemKind::NotFound,
    ProblemKind::MethodNotAllowed,
    ProblemKind::UriTooLong,
    ProblemKind::TooManyRequests,
    ProblemKind::InternalError,
    ProblemKind::Unavailable,
];

/// Answers any request: for a path that the API does not own with a 404.
pub fn answer(catalog: &Catalog, settings: &Settings, request: &Request<'_>) -> Reply {
    match content(catalog, settings, request) {
        Ok(Some(content)) => respond::content(content, settings, request),
        Ok(None) => respond::options(settings, request),
        Err(refusal) => problem(&refusal, settings, request),
    }
}

/// The response that carries a problem; for hosts too, when they refuse a request before it reaches [`answer`].
pub fn problem(problem: &Problem<'_>, settings: &Settings, request: &Request<'_>) -> Reply {
    respond::problem(problem, settings, request)
}

/// Whether [`answer`] is the one to ask about this path.
pub fn owns(path: &str) -> bool {
    path == HEALTH || path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The content of the response, or none for `OPTIONS`.
fn content<'a>(catalog: &Catalog, settings: &Settings, request: &Request<'a>) -> Result<Option<Content>, Problem<'a>> {
    check_address(request.path, request.query)?;
    if !Methods::Read.contains(request.method) && request.method != Method::Options {
        let detail = format!("the method must be one of {}", Methods::Read.allow());
        return Err(Problem::new(ProblemKind::MethodNotAllowed, detail));
    }
    let route = Route::of(request.path)?;
    if request.method == Method::Options {
        return Ok(None);
    }
    let fresh = CacheControl::Fresh { max_age: settings.max_age };
    Ok(Some(match route {
        Route::Products => {
            let query = Query::parse(request.query, catalog.currency()).map_err(|error| refused(&error))?;
            Content::json(body::products(catalog, &query), fresh)
        }
        Route::Product(id) => {
            let by_handle = || match catalog.by_handle(id)? {
                HandleMatch::Current(position) | HandleMatch::Former(position) => Some(position),
            };
            let position = catalog.position(id).or_else(by_handle);
            let body = position.and_then(|position| body::product(catalog, position));
            let missing = || Problem::new(ProblemKind::ProductNotFound, format!("there is no product `{id}`"));
            Content::json(body.ok_or_else(missing)?, fresh)
        }
        Route::Categories => Content::json(body::categories(catalog), fresh),
        Route::Suggestions => {
            let text = parse_suggestion(request.query).map_err(|error| refused(&error))?;
            let positions = text.map(|text| catalog.suggest(&text)).unwrap_or_default();
            Content::json(body::suggestions(catalog, &positions), fresh)
        }
        Route::Description => Content::json(OPENAPI.as_bytes(), CacheControl::Minutes),
        Route::Health => Content::json(body::health(catalog, &settings.version), CacheControl::NoStore),
    }))
}

fn refused<'a>(error: &ParameterError) -> Problem<'a> {
    let parameter = Some(error.parameter());
    Problem { parameter, ..Problem::new(ProblemKind::InvalidParameter, error.to_string()) }
}
