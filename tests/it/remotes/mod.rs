//! The files of bundled remotes, and the reports of their failures.

mod beacon;
mod beacon_gates;
mod files;
mod ranges;
