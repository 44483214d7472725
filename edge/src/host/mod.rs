//! Requests in, responses out.
//! Decides nothing about the shop; each answer comes from the pure half as a value.

pub(crate) mod descriptor;
pub(crate) mod exchange;
pub(crate) mod failure;
pub(crate) mod page_cache;
pub(crate) mod reads;
pub(crate) mod respond;
pub(crate) mod warm;
