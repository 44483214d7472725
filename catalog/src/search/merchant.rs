//! The merchant's rules beside a search: the page that a text leads to, and the order of a collection. Those in a search are in
//! `terms/merchant.rs`.

use crate::index::catalog::Catalog;
use crate::text::phrases;

impl Catalog {
    /// The address of the page that a text leads to, if a rule names one: `returns` may lead to `/pages/returns`. Case, accents and
    /// plurals count as little as in a search.
    pub fn redirect(&self, text: &str) -> Option<&str> {
        let rules = self.rules();
        if rules.are_none() { None } else { rules.redirect(&phrases::key(text)) }
    }

    /// The products of a collection in the order of its rule: the pinned ones first, then those that it lifts, the others, and last those
    /// that it lowers, each group in the order in which it comes. Without a rule for the collection, as they come.
    pub fn arranged(&self, collection: &str, products: impl IntoIterator<Item = u32>) -> Vec<u32> {
        let mut products: Vec<u32> = products.into_iter().collect();
        let Some(placing) = self.rules().of_collection(collection) else { return products };
        let positions = |ids: &[&str]| -> Vec<u32> { ids.iter().filter_map(|id| self.position(id)).collect() };
        let (pins, boosts, demotions) =
            (positions(&placing.pins), positions(&placing.boosts), positions(&placing.demotions));
        products.sort_by_key(|product| match pins.iter().position(|pin| pin == product) {
            Some(rank) => (0, rank),
            None if boosts.contains(product) => (1, 0),
            None if demotions.contains(product) => (3, 0),
            None => (2, 0),
        });
        products
    }
}
