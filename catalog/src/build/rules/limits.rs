//! The limits of a `search.toml`.

use crate::index::rules::{PRODUCTS_LIMIT, SYNONYMS_LIMIT};

pub(super) const MAX_BYTES: usize = 256 * 1024;
pub(super) const MAX_GROUPS: usize = 1_000;
pub(super) const MAX_TEXTS: usize = 16;
pub(super) const MAX_STOP_WORDS: usize = 200;
pub(super) const MAX_REDIRECTS: usize = 500;
pub(super) const MAX_RULES: usize = 500;
pub(super) const MAX_PRODUCTS: usize = PRODUCTS_LIMIT;
pub(super) const MAX_SYNONYMS: usize = SYNONYMS_LIMIT;
/// In characters.
pub(super) const MAX_TEXT: usize = crate::Query::MAX_TEXT_LENGTH;
/// In bytes.
pub(super) const MAX_PATH: usize = 512;
