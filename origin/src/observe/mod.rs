//! Observation of the origin: its log, its metrics, its traces and the ids that join them with those of other programs.
//! Imports no other part of the origin, so that every part can report.

pub(crate) mod backlog;
pub(crate) mod export;
pub(crate) mod ids;
mod line;
pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod recurring;
