//! Fuzzing without a fuzzer: seeded cases (`seeded.rs`) against the reader of the index (`index.rs`) and the parser of queries (`query.rs`).
//! `cargo test` runs the same few cases each time; `FUZZ_SECONDS=600` goes on from there for that long, and `FUZZ_CASE=n` runs
//! one case alone. Finds what random damage and random text reach, and proves nothing about the rest.

mod damage;
mod index;
mod query;
mod seeded;
pub(super) mod synthetic;

pub(super) use seeded::{Chance, run};
