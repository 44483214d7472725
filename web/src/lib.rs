//! The parts of the HTTP vocabulary and of logging that all hosts share.
//! Pure: values in, values out; builds for wasm32 and native.

pub mod foreign;
