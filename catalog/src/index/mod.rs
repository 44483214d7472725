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
//! | details, prices and stock of variants | `details.rs` |
//! | brands, collections, options and attributes that listings are filtered by | `groups.rs` |
//! | the way from a handle or a SKU to its product | `lookup.rs` |
//! | a set of products; facts of all products, a bit each | `set.rs`; `marks.rs` |
//! | the merchant's rules for searches | `rules.rs` (made by `build/rules/`) |
//! | the pages of brands and collections, their slugs | `shelves.rs` |
//! | numbers of variable length and of a few bits | `bytes.rs` |

pub(crate) mod bytes;
pub(crate) mod catalog;
pub(crate) mod details;
pub(crate) mod dictionary;
pub(crate) mod format;
pub(crate) mod groups;
pub(crate) mod impact;
pub(crate) mod lookup;
pub(crate) mod marks;
pub(crate) mod postings;
pub(crate) mod records;
pub(crate) mod rules;
pub(crate) mod set;
pub(crate) mod shelves;
