//! The shop's facts: the product model, the query engine over an index that is read in place, and the API's answers.
//! Pure: no I/O, no clock, no randomness, no environment. Embeds no data; a host hands the index in.
//!
//! | to change … | open |
//! | --- | --- |
//! | a field of a product, a rule for its values | `model/`, then `build/record.rs` and `api/body.rs` |
//! | the words of a text, plurals, typing errors | `text/` |
//! | the layout of the index in memory | `index/`; for people: `docs/catalog-format.md` |
//! | a parameter of a listing | `query/` |
//! | filters, facets, orders, the ranking of a text | `search/` |
//! | changes over an index, and their form on the wire | `changes/` |
//! | an endpoint, a status, a field of the API | `api/`; its description: `api/openapi.json` |
//! | the formats of catalog files, exports of other shops | `build/` (native hosts) |
//!
//! Each folder imports from those before it alone, in this order: `model`, `text`, `index`, `query`, `search`, `changes`; then `api` and `build`,
//! which know nothing of each other. Each has a map in its `mod.rs`.

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
pub use crate::index::catalog::{Catalog, Category, MAX_CATEGORY_DEPTH};
pub use crate::index::format::OpenError;
pub use crate::index::lookup::{HandleMatch, Sold};
pub use crate::index::shelves::{Shelf, ShelfKind};
pub use crate::model::currency::{Currency, CurrencyError, Decimal};
pub use crate::model::details::{
    Attribute, Details, Image, MAX_ATTRIBUTES, MAX_FILTERABLE_ATTRIBUTES, MAX_FORMER_HANDLES, MAX_HTML_LENGTH,
    MAX_IMAGES, MAX_LABEL_LENGTH, MAX_LABELS, MAX_OPTIONS, MAX_VARIANTS, StockPolicy, Unit, Variant, VariantFacts,
};
pub use crate::model::handle::{Handle, HandleError};
pub use crate::model::id::{IdError, ProductId};
pub use crate::model::money::{Amount, Price, PriceError};
pub use crate::model::picture::MAX_PICTURE_HOSTS;
pub use crate::model::product::{Product, Rating, RatingError};
pub use crate::model::sku::{Sku, SkuError};
pub use crate::query::error::ParameterError;
pub use crate::query::{NamedFilter, Query, Sort, Wanted};
pub use crate::search::{CategoryCount, Facets, Hits, NamedCounts, PriceRange, Spelled, Unknown, ValueCount};
pub use crate::text::fold::fold;
