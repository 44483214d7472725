//! Texts as they are searched.

pub(crate) mod fold;
pub(crate) mod fuzzy;
mod labels;
pub(crate) mod occurrences;
pub(crate) mod tokens;
