//! The means of the checks of the infrastructure: Terraform on a copy of the configuration, a simulated AWS to apply it to, the rules by which
//! S3 reads a bucket's policy, and the schema of a provider that cannot be installed here. A step that it cannot take ends the test, with the reason.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test harness reports by failing the test"
)]
#![expect(clippy::missing_panics_doc, reason = "everything here panics when the world is not as a test needs it")]

pub mod configuration;
pub mod moto;
pub mod policy;
pub mod references;
pub mod schema;
pub mod stand_in;
pub mod terraform;
