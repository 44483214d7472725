//! Whole pages of a small catalog, as shoppers, search engines and remotes read them.
//! Reads the bytes as they go out; browsers read them in the end-to-end tests.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails; clippy's own exception ends at helper functions"
)]

mod cards;
mod categories;
mod checkout;
mod currency;
mod document;
mod failure;
mod fixture;
mod head;
mod hostile;
mod listing;
mod mails;
mod merchant;
mod picture;
mod product;
mod security;
mod shelves;
mod sitemap;
mod structure;
mod unconfirmed;
mod variants;
