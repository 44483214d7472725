//! The living catalog: where it comes from, how it is exchanged, and the feed that the edge follows.

pub(crate) mod api;
pub(crate) mod book;
pub(crate) mod feed;
pub(crate) mod held;
pub(crate) mod reload;
pub(crate) mod source;
pub(crate) mod trouble;
