//! Texts as they are searched: folded, cut into words, counted. The index and a query read a text by the same rules. Knows no catalog.
//!
//! | to change | open |
//! | --- | --- |
//! | case, accents and compatibility forms | `fold.rs`; its table: `fold/rules.rs`, which `build.rs` applies |
//! | how words are cut, joined words | `tokens.rs`; plurals: `plurals.rs` |
//! | scripts without spaces between words | `scripts.rs` |
//! | the further forms of a product's words | `forms.rs`; of compounds: `compounds.rs`, of umlauts: `umlauts.rs` |
//! | the form in which the rules of a merchant name a text | `phrases.rs` |
//! | names of properties in a description | `labels.rs` |
//! | which occurrences of a word the ranking counts | `occurrences.rs` |
//! | typing errors | `fuzzy.rs` |
//! | the handle that a name leads to | `slug.rs` |

pub(crate) mod compounds;
pub(crate) mod fold;
pub(crate) mod forms;
pub(crate) mod fuzzy;
mod labels;
pub(crate) mod occurrences;
pub(crate) mod phrases;
pub(crate) mod plurals;
pub(crate) mod scripts;
pub(crate) mod slug;
pub(crate) mod tokens;
pub(crate) mod umlauts;
