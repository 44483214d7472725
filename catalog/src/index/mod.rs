//! The index: one run of bytes that is read where it lies. `docs/catalog-format.md` describes it. Knows no query.
//!
//! | to change | open |
//! | --- | --- |
//! | a section, a count, the version of the format | `format.rs`; its writer: `format/write.rs` |
//! | access to products, categories and words by position | `catalog.rs` |
//! | how texts of products are packed | `records.rs` (the encoder: `build/index/pack.rs`) |
//! | the dictionary of words | `dictionary.rs` |
//! | the list of products of a term | `postings.rs`; its writer: `postings/write.rs` |
//! | the worth of an occurrence (BM25F) | `impact.rs` |
//! | the merchant's rules for searches | `rules.rs` (made by `build/rules/`) |
//! | numbers of variable length and of a few bits | `bytes.rs` |

pub(crate) mod bytes;
pub(crate) mod catalog;
pub(crate) mod dictionary;
pub(crate) mod format;
pub(crate) mod impact;
pub(crate) mod postings;
pub(crate) mod records;
pub(crate) mod rules;
