//! The shop's facts: the product model, the query engine over an index that is read in place, and the API's answers.
//! Pure: no I/O, no clock, no randomness, no environment. Embeds no data; a host hands the index in.

pub mod api;
#[cfg(feature = "build")]
pub mod build;
mod bytes;
mod catalog;
mod changes;
mod decimal;
mod dictionary;
mod fold;
mod format;
mod fuzzy;
mod id;
mod impact;
mod labels;
mod money;
mod occurrences;
mod order;
mod parameter;
mod postings;
mod product;
mod query;
mod ranking;
mod recommend;
mod records;
mod search;
mod terms;
mod tokens;

pub use crate::catalog::{Catalog, Category};
pub use crate::changes::{ChangesError, MAX_CHANGES, MAX_CHANGES_BYTES};
pub use crate::fold::fold;
pub use crate::format::OpenError;
pub use crate::id::{IdError, ProductId};
pub use crate::money::{Price, PriceError};
pub use crate::parameter::ParameterError;
pub use crate::product::{Product, Rating, RatingError};
pub use crate::query::{Query, Sort};
pub use crate::search::{CategoryCount, Facets, Hits, PriceRange};
