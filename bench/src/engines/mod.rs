//! The engines that are compared: each one indexes the same products and ranks the same queries.

pub(crate) mod javascript;
pub(crate) mod storefront;
pub(crate) mod tantivy;

/// The first products of each query, by id, in the order of the queries.
pub(crate) type Rankings = Vec<Vec<String>>;

/// An engine as it was set up, and what it found.
pub(crate) struct Answers {
    pub(crate) engine: String,
    pub(crate) settings: String,
    pub(crate) rankings: Rankings,
}
