//! The crate from outside: accepted and refused input, messages, every change of a release, and the laws that hold for
//! all of them. Needs nothing but the crate; every test does the same on every run.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking; clippy's own exception ends at helper functions"
)]

mod back;
mod cohorts;
mod document;
mod fixture;
mod forward;
mod hostile;
mod limits;
mod manifest;
mod names;
mod paths;
mod previews;
mod refusals;
mod resolve;
mod share;
mod spelling;
mod texts;
mod walks;
