//! Where catalogs come from.

pub(crate) mod file;
