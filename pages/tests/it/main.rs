//! Whole pages of a small catalog: what a shopper, a search engine and a remote find in them.
//! Reads the bytes as they go out; what a browser makes of them is tested end to end.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails; clippy's own exception ends at helper functions"
)]

mod cards;
mod categories;
mod currency;
mod document;
mod failure;
mod fixture;
mod head;
mod hostile;
mod listing;
mod picture;
mod product;
mod security;
mod sitemap;
mod structure;
mod unconfirmed;
