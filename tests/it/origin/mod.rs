//! The native origin of record, alone and with a Worker that follows it.

mod api;
mod commands;
mod connections;
mod feed;
pub(crate) mod followed;
mod hostile;
mod image;
mod log;
mod reload;
mod stock;
mod traces;
mod versions;
