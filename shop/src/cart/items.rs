//! What the current edition of the catalog knows of a SKU, as a cart needs it. An item is unpacked once an edition and shared after that, as
//! the cards of listings are. Bounded (`kept.rs`).

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use catalog::{Catalog, Details, Product};
use commerce::{Availability, Found, Item, Lookup, sold};

use crate::kept::Kept;

/// Most bytes of items that are kept. Those of a thousand SKUs fit.
const BYTES_LIMIT: usize = 512 * 1024;

/// The items of one edition that carts have had, by SKU. Nothing is kept of a SKU that the catalog lacks, since there is no end of them.
#[derive(Debug)]
pub(crate) struct KnownItems(RefCell<Kept<String, Arc<Item>>>);

impl Default for KnownItems {
    fn default() -> Self {
        Self(RefCell::new(Kept::new(BYTES_LIMIT)))
    }
}

/// The products of an edition.
pub(crate) struct Items<'a> {
    catalog: &'a Catalog,
    /// Whether stock was confirmed lately; otherwise none is claimed.
    is_confirmed: bool,
    known: &'a KnownItems,
}

impl KnownItems {
    /// The products of `catalog`, which `revision` names: equal ones have equal products.
    pub(crate) fn of<'a>(&'a self, revision: &Rc<str>, catalog: &'a Catalog, is_confirmed: bool) -> Items<'a> {
        self.0.borrow_mut().turn_to(revision);
        Items { catalog, is_confirmed, known: self }
    }
}

impl Lookup for Items<'_> {
    fn find(&self, sku: &str) -> Found {
        self.item(sku).map_or(Found::Unknown, Found::Item)
    }
}

impl Items<'_> {
    /// What is sold by a SKU.
    pub(crate) fn item(&self, sku: &str) -> Option<Arc<Item>> {
        let known = self.known.0.borrow().get(sku);
        let item = if let Some(item) = known {
            item
        } else {
            let item = Arc::new(sold(self.catalog, sku)?.item);
            self.known.0.borrow_mut().keep(sku.to_owned(), Arc::clone(&item), sku.len() + size(&item));
            item
        };
        if self.is_confirmed {
            return Some(item);
        }
        Some(Arc::new(Item { available: Availability::Unknown, ..Item::clone(&item) }))
    }

    /// A product by its id.
    pub(crate) fn product(&self, id: &str) -> Option<Product<'_>> {
        self.catalog.product(id)
    }

    /// The details of a product by its id.
    pub(crate) fn details(&self, id: &str) -> Option<Details> {
        self.catalog.details_at(self.catalog.position_of(id)?)
    }
}

/// About how many bytes an item fills.
fn size(item: &Item) -> usize {
    let texts = [&item.product, &item.handle, &item.name, &item.picture, &item.tax_class];
    let lists = item.values.iter().chain(&item.categories);
    size_of::<Item>() + texts.into_iter().chain(lists).map(|text| text.len() + size_of::<String>()).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;
    use std::sync::Arc;

    use catalog::Catalog;
    use commerce::Availability;

    use super::{BYTES_LIMIT, KnownItems};
    use crate::testing::lamps;

    #[test]
    fn an_item_is_unpacked_once_an_edition() {
        let known = KnownItems::default();
        let (old, new) = (lamps(3, 1), lamps(3, 2));
        let of = |catalog: &Catalog, is_confirmed, sku: &str| {
            known.of(&catalog.revision().into(), catalog, is_confirmed).item(sku)
        };
        let first = of(&old, true, "1").unwrap();
        assert!(Arc::ptr_eq(&first, &of(&old, true, "1").unwrap()));
        assert_eq!((of(&old, true, "9"), known.0.borrow().fill().0), (None, 1));
        assert_eq!((first.price.minor(), of(&new, true, "1").unwrap().price.minor()), (100, 200));
        assert_eq!(of(&old, true, "1").unwrap(), first, "an edition that is back");
    }

    #[test]
    fn stock_that_is_not_confirmed_is_not_claimed() {
        let (known, catalog) = (KnownItems::default(), lamps(1, 1));
        let available =
            |is_confirmed| known.of(&catalog.revision().into(), &catalog, is_confirmed).item("0").unwrap().available;
        let found = [available(true), available(false), available(true)];
        assert_eq!(found, [Availability::Limited(1), Availability::Unknown, Availability::Limited(1)]);
    }

    #[test]
    fn items_are_bounded() {
        let (known, many) = (KnownItems::default(), lamps(4_000, 1));
        let revision = Rc::from(many.revision());
        for id in 0..4_000 {
            assert!(known.of(&revision, &many, true).item(&id.to_string()).is_some());
            assert!(known.0.borrow().fill().1 <= BYTES_LIMIT);
        }
        assert!(known.0.borrow().fill().0 < 4_000, "the catalog is too small for this test");
    }
}
