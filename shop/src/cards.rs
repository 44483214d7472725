//! The cards of products, rendered once an edition and copied into every page after that. Bounded (`kept.rs`).

use std::cell::RefCell;
use std::rc::Rc;

use catalog::Catalog;
use pages::{Card, Site};

use crate::kept::Kept;

/// Most bytes of cards. Those of a thousand products fit; a larger catalog keeps the products that pages show, until there are more.
const BYTES_LIMIT: usize = 1024 * 1024;

/// The cards of one edition, by the position of the product.
#[derive(Debug)]
pub(crate) struct Cards(RefCell<Kept<u32, Rc<Card>>>);

impl Default for Cards {
    fn default() -> Self {
        Self(RefCell::new(Kept::new(BYTES_LIMIT)))
    }
}

impl Cards {
    /// The cards of these products, in their order. `revision` names the edition of `catalog`: equal ones have equal products at equal
    /// positions.
    pub(crate) fn of(&self, revision: &Rc<str>, catalog: &Catalog, site: &Site, positions: &[u32]) -> Vec<Rc<Card>> {
        let mut kept = self.0.borrow_mut();
        kept.turn_to(revision);
        let card = |position: &u32| {
            kept.get(position).or_else(|| {
                let card = Rc::new(Card::at(site, catalog, *position)?);
                kept.keep(*position, Rc::clone(&card), card.bytes());
                Some(card)
            })
        };
        positions.iter().filter_map(card).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use catalog::Catalog;
    use pages::Card;

    use super::{BYTES_LIMIT, Cards};
    use crate::testing::{lamps, shop};

    #[test]
    fn a_card_is_rendered_once_an_edition() {
        let (cards, site) = (Cards::default(), shop(true).site);
        let (old, new) = (lamps(3, 1), lamps(3, 2));
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
        let many = lamps(4_000, 1);
        let revision = Rc::from(many.revision());
        for position in 0..4_000 {
            assert_eq!(cards.of(&revision, &many, &site, &[position]).len(), 1);
            assert!(cards.0.borrow().fill().1 <= BYTES_LIMIT);
        }
        assert!(cards.0.borrow().fill().0 < 4_000, "the catalog is too small for this test");
    }
}
