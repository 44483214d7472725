//! The program: its configuration, its table of routes, its start and its end, and its health.
//! The one part that imports all others; no other part imports it.

mod account;
pub(crate) mod backup;
pub(crate) mod configuration;
mod description;
mod descriptors;
mod health;
pub(crate) mod healthcheck;
mod origins;
pub(crate) mod run;
mod sales;
mod selling;
mod table;
