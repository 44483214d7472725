//! The index of a catalog, read where it lies.

pub(crate) mod bytes;
pub(crate) mod catalog;
pub(crate) mod dictionary;
pub(crate) mod format;
pub(crate) mod impact;
pub(crate) mod postings;
pub(crate) mod records;
