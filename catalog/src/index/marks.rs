//! Facts of products that the index has as numbers and that listings ask for as yes or no, worked out when the first one asks: a bit a
//! product. To open a catalog costs nothing for them.

use crate::index::catalog::Catalog;
use crate::index::format::{Column, Section};
use crate::index::set::Set;

/// The facts of all products.
#[derive(Clone, Debug)]
pub(crate) struct Marks {
    /// Products in stock.
    pub(crate) in_stock: Set,
    /// Products with a price before.
    pub(crate) on_sale: Set,
    /// Whether any product has a rating.
    pub(crate) has_ratings: bool,
}

impl Marks {
    /// Reads them off the columns of an index.
    pub(crate) fn of(catalog: &Catalog) -> Marks {
        let (stocks, before): (Column<'_>, _) = (catalog.column(Section::Stocks), catalog.prices(Section::CompareAt));
        Marks {
            in_stock: marked(catalog, |first, all| stocks.passing(first, all, |stock| stock > 0)),
            on_sale: marked(catalog, |first, all| before.passing(first, all, |price| price > 0)),
            // Not the first one of an order: products without reviews stand before those that are rated badly.
            has_ratings: catalog.bytes(Section::Ratings).iter().any(|byte| *byte > 0),
        }
    }
}

/// The products that `passing` lets through, 64 at a time.
fn marked(catalog: &Catalog, passing: impl Fn(u32, u64) -> u64) -> Set {
    let mut set = Set::full(catalog.count());
    for (first, word) in (0_u32..).step_by(64).zip(set.words_mut()) {
        *word = passing(first, *word);
    }
    set
}
