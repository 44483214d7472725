//! The resource that a path names. Paths are compared as they are sent: an escaped or doubled slash names nothing.
//! Finds no product: the catalog knows the ids that exist.

use web::{Problem, ProblemKind};

use crate::model::handle::Handle;
use crate::model::id::ProductId;

/// The path of the listing.
pub const PRODUCTS: &str = "/api/products";
/// The beginning of the path of one product; its id or its handle follows.
pub const PRODUCT_PREFIX: &str = "/api/products/";
/// The path of the categories.
pub const CATEGORIES: &str = "/api/products/categories";
/// The path of the suggestions.
pub const SUGGESTIONS: &str = "/api/products/suggest";
/// The path of the description.
pub const DESCRIPTION: &str = "/api/openapi.json";
/// The path of the host's state.
pub const HEALTH: &str = "/health";

/// A resource of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// The listing.
    Products,
    /// One product, by its id or its handle.
    Product(&'a str),
    /// The names of the categories.
    Categories,
    /// Search as you type.
    Suggestions,
    /// The description of the API.
    Description,
    /// Whether the host answers, and with which data.
    Health,
}

impl<'a> Route<'a> {
    pub(super) fn of(path: &'a str) -> Result<Route<'a>, Problem<'a>> {
        match path {
            PRODUCTS => Ok(Route::Products),
            CATEGORIES => Ok(Route::Categories),
            SUGGESTIONS => Ok(Route::Suggestions),
            DESCRIPTION => Ok(Route::Description),
            HEALTH => Ok(Route::Health),
            _ => match path.strip_prefix(PRODUCT_PREFIX) {
                Some(id) if !id.is_empty() && !id.contains('/') => match ProductId::new(id) {
                    Err(error) if Handle::new(id).is_err() => Err(Problem::new(
                        ProblemKind::ProductNotFound,
                        format!("no product can have the id asked for: {error}"),
                    )),
                    _ => Ok(Route::Product(id)),
                },
                _ => Err(Problem::new(
                    ProblemKind::NotFound,
                    "nothing is at this path; `/api/openapi.json` describes the API",
                )),
            },
        }
    }
}
