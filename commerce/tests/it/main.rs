//! The crate from outside: carts as text, rules as documents, totals. The shelf of goods and the rules are made up (`shelf.rs`).

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

mod cart;
mod contact;
mod properties;
mod rules;
mod shelf;
mod states;
mod totals;
mod views;
