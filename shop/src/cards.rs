//! The cards of products, rendered once an edition and copied into every page after that. Bounded: a page of products that nobody has
//! seen for long costs what it cost before.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use catalog::Catalog;
use pages::{Card, Site};

/// Most bytes of cards. Those of a thousand products fit; a larger catalog keeps the products that pages show, until there are more.
const BYTES_LIMIT: usize = 1024 * 1024;

/// The cards of one edition, by the position of the product.
#[derive(Debug, Default)]
pub(crate) struct Cards {
    kept: RefCell<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    revision: Option<Rc<str>>,
    cards: BTreeMap<u32, Rc<Card>>,
    bytes: usize,
}

impl Cards {
    /// The cards of these products, in their order. `revision` names the edition of `catalog`: equal ones have equal products at equal
    /// positions.
    pub(crate) fn of(&self, revision: &Rc<str>, catalog: &Catalog, site: &Site, positions: &[u32]) -> Vec<Rc<Card>> {
        let mut kept = self.kept.borrow_mut();
        if kept.revision.as_ref() != Some(revision) {
            *kept = Kept { revision: Some(Rc::clone(revision)), ..Kept::default() };
        }
        positions.iter().filter_map(|position| kept.card(catalog, site, *position)).collect()
    }
}

impl Kept {
    fn card(&mut self, catalog: &Catalog, site: &Site, position: u32) -> Option<Rc<Card>> {
        if let Some(card) = self.cards.get(&position) {
            return Some(Rc::clone(card));
        }
        let card = Rc::new(Card::at(site, catalog, position)?);
        if self.bytes + card.bytes() > BYTES_LIMIT {
            self.cards.clear();
            self.bytes = 0;
        }
        self.bytes += card.bytes();
        self.cards.insert(position, Rc::clone(&card));
        Some(card)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use catalog::Catalog;
    use catalog::build::{Options, Products};
    use pages::Card;

    use super::{BYTES_LIMIT, Cards};
    use crate::testing::shop;

    fn catalog(products: usize, price: u32) -> Catalog {
        let products: Vec<_> = (0..products)
            .map(|id| {
                serde_json::json!({
                    "id": id.to_string(), "name": "Lamp", "description": "A lamp.", "price": price, "imageUrl": "/a.svg",
                    "category": "Lamps", "stock": 1, "rating": 4, "reviews": 1,
                })
            })
            .collect();
        let text = serde_json::to_vec(&products).unwrap();
        Catalog::open(Products::read(text.as_slice(), Options::default()).unwrap().into_index().unwrap()).unwrap()
    }

    #[test]
    fn a_card_is_rendered_once_an_edition() {
        let (cards, site) = (Cards::default(), shop(true).site);
        let (old, new) = (catalog(3, 1), catalog(3, 2));
        let of = |catalog: &Catalog, positions: &[u32]| cards.of(&catalog.revision().into(), catalog, &site, positions);
        let first = of(&old, &[2, 0]);
        let again = of(&old, &[0, 2, 3]);
        assert!(again.len() == 2 && Rc::ptr_eq(&first[0], &again[1]) && Rc::ptr_eq(&first[1], &again[0]));
        assert_eq!(*of(&new, &[2])[0], Card::new(&site, &new.product_at(2).unwrap()));
        assert_ne!(of(&new, &[2])[0], first[0], "another price");
    }

    #[test]
    fn cards_are_bounded() {
        let (cards, site) = (Cards::default(), shop(true).site);
        let many = catalog(4_000, 1);
        let revision = Rc::from(many.revision());
        for position in 0..4_000 {
            assert_eq!(cards.of(&revision, &many, &site, &[position]).len(), 1);
            assert!(cards.kept.borrow().bytes <= BYTES_LIMIT);
        }
        assert!(cards.kept.borrow().cards.len() < 4_000, "the catalog is too small for this test");
    }
}
