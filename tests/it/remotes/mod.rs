//! The files of bundled remotes, and the reports of their failures.

pub(crate) mod beacon;
mod beacon_gates;
mod files;
mod ranges;
