//! The shop's log lines: failure reports of browsers, and counts of refusals.
//! Formats and counts them; writing a line is the host's.

pub mod beacon;
pub mod counted;
pub mod event;
pub mod tally;
