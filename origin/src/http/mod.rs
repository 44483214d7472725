//! HTTP as every part of the origin speaks it: connections, limits and refusals. Knows no product.

pub(crate) mod admission;
pub(crate) mod allowance;
pub(crate) mod answer;
pub(crate) mod compression;
pub(crate) mod gate;
pub(crate) mod problem;
pub(crate) mod server;
pub(crate) mod turn;
