//! Responses to requests that the shop refuses: `problem.rs` has the documents for programs, `refusal.rs` picks the form and the status.
//! The API's own refusals come from the crate `catalog`.

pub mod problem;
pub mod refusal;
