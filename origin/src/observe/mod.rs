//! How the origin is watched: its log, its metrics, and the ids that join them with those of other programs.

pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod trace;
