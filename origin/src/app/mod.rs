//! The program: its configuration, its start and its end, and its health. Serves no route of the shop.

pub(crate) mod configuration;
pub(crate) mod descriptors;
pub(crate) mod health;
pub(crate) mod healthcheck;
pub(crate) mod run;
