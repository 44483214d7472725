//! Which resource a path names. Paths are compared as they are sent: an escaped or doubled slash names nothing.
//! Finds no product: whether an id exists is the catalog's business.

use web::{Problem, ProblemKind};

use crate::id::ProductId;

/// A resource of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// The listing.
    Products,
    /// One product.
    Product(ProductId<'a>),
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
            "/api/products" => Ok(Route::Products),
            "/api/products/categories" => Ok(Route::Categories),
            "/api/products/suggest" => Ok(Route::Suggestions),
            "/api/openapi.json" => Ok(Route::Description),
            "/health" => Ok(Route::Health),
            _ => match path.strip_prefix("/api/products/") {
                Some(id) if !id.is_empty() && !id.contains('/') => {
                    ProductId::new(id).map(Route::Product).map_err(|error| {
                        Problem::new(
                            ProblemKind::ProductNotFound,
                            format!("no product can have the id asked for: {error}"),
                        )
                    })
                }
                _ => Err(Problem::new(
                    ProblemKind::NotFound,
                    "nothing is at this path; `/api/openapi.json` describes the API",
                )),
            },
        }
    }
}
