//! The Workers runtime: the calls that the crate `worker` has no safe interface for, and what is built on them. Knows no request.

pub(crate) mod body;
pub(crate) mod bounded;
pub(crate) mod deadline;
pub(crate) mod location_cache;
pub(crate) mod runtime;
