//! HTTP as every part of the origin uses it: connections, routes and their limits, the feed's gate, refusals. Contains no product and no
//! address of one: a part hands in its rows ([`routes::Row`]).

pub(crate) mod admission;
pub(crate) mod allowance;
pub(crate) mod compression;
pub(crate) mod exchange;
pub(crate) mod fields;
pub(crate) mod gate;
pub(crate) mod limits;
pub(crate) mod problem;
pub(crate) mod routes;
pub(crate) mod server;
pub(crate) mod turn;
