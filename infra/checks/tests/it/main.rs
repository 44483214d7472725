//! The checks of the infrastructure, one file a subject. `cargo xtask test --infra` installs what they need and runs them.
//! Those in `terraform` and `applied` need Terraform and its AWS provider; the others read files alone.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by failing"
)]

mod applied;
mod calls;
mod cloudflare;
mod delivery;
mod paths;
mod planted;
mod scripts;
mod terraform;
mod updates;
