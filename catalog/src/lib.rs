//! The shop's facts: the product model, the query engine over an index that is read in place, and the API's answers.
//! Pure: no I/O, no clock, no randomness, no environment. Embeds no data; a host hands the index in.

pub mod api;
#[cfg(feature = "build")]
pub mod build;
mod changes;
mod index;
mod model;
mod query;
mod search;
mod text;

pub use crate::changes::{CHANGES_VERSION, ChangesError, MAX_CHANGES, MAX_CHANGES_BYTES};
pub use crate::index::catalog::{Catalog, Category};
pub use crate::index::format::OpenError;
pub use crate::model::id::{IdError, ProductId};
pub use crate::model::money::{Price, PriceError};
pub use crate::model::picture::MAX_PICTURE_HOSTS;
pub use crate::model::product::{Product, Rating, RatingError};
pub use crate::query::error::ParameterError;
pub use crate::query::{Query, Sort};
pub use crate::search::{CategoryCount, Facets, Hits, PriceRange};
pub use crate::text::fold::fold;
