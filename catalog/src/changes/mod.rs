//! Changes of some products since an index was built: their form on the wire, and the catalog that they make of it. Whoever has the index,
//! the *base*, and the changes has the same bytes as everybody else, and so gives the same responses.
//!
//! A product may be new, gone, or differ in anything but its id. The result is a whole index, so that the search never meets a change:
//! positions, columns, orders, categories and lists are those of the changed records. Only the statistics of words (how telling a word
//! is, how long texts are) stay those of the base. More than [`MAX_CHANGES`] changes are a base of their own.
//!
//! | to change | open |
//! | --- | --- |
//! | a kind of change, its limits, its errors | `change.rs` |
//! | the format in which changes are sent, a rule for them | `wire.rs` |
//! | the positions of products after changes | `positions.rs` |
//! | a section of the index | `apply.rs`; categories: `categories.rs`; orders: `orders.rs` |
//! | handles, SKUs | `lookups.rs`; brands, options, attributes: `groups.rs` |
//! | the words of changed texts, lists of terms | `words.rs`, `known.rs`, `lists.rs` |
//! | the differences between a base and records | `build/edition.rs` |

mod apply;
mod categories;
mod change;
mod groups;
mod known;
mod lists;
mod lookups;
mod orders;
mod positions;
mod splice;
mod wire;
mod words;

pub use crate::changes::change::{CHANGES_VERSION, ChangesError, MAX_CHANGES, MAX_CHANGES_BYTES};
#[cfg(feature = "build")]
pub(crate) use crate::changes::change::{Change, ChangedDetails, ChangedTexts, Changes, Facts, Kind};
#[cfg(feature = "build")]
pub(crate) use crate::changes::orders::facts;
#[cfg(feature = "build")]
pub(crate) use crate::changes::wire::{parse, write};
use crate::index::catalog::Catalog;

impl Catalog {
    /// The catalog that these changes make of this one, which has to be their base. Its revision is the one that the changes name: that
    /// of an index built of the changed records.
    ///
    /// Takes a copy of the index, and time that grows with the number of changes and with the lists of their words; where a product is
    /// new or gone, with all lists. Nothing of the bytes is trusted.
    pub fn with_changes(&self, changes: &[u8]) -> Result<Catalog, ChangesError> {
        let changes = wire::parse(changes, self)?;
        let index = apply::apply(self, &changes).ok_or(ChangesError::BaseDamaged)?;
        Catalog::open(index).map_err(|_| ChangesError::BaseDamaged)
    }
}
