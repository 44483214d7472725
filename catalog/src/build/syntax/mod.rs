//! The text of a catalog file before it means anything: which format it has, JSON in pieces, a value of any format.

pub(in crate::build) mod encoding;
pub(in crate::build) mod format;
pub(in crate::build) mod html;
pub(in crate::build) mod input;
pub(in crate::build) mod json;
pub(in crate::build) mod value;
