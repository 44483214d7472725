//! Products to show beside others: the best rated of all, and those related to one.
//! Ranks by the facts of the records alone; knows no shopper and no history.

use crate::catalog::Catalog;
use crate::format::Section;
use crate::product::Product;

impl Catalog {
    /// The first products of the home page: those in stock before the rest, then by rating, number of reviews and id.
    pub fn best_rated(&self, limit: usize) -> Vec<u32> {
        self.column(Section::ByMerit).iter().take(limit).collect()
    }

    /// Products to offer beside this one: its own category first, then the nearest in price, ties by id. Never the product itself.
    pub fn related(&self, product: &Product<'_>, limit: usize) -> Vec<u32> {
        let own_position = self.position(product.id);
        let own_category = self.category(product.category);
        let categories = self.column(Section::ProductCategories);
        let distances = self.column(Section::Prices).iter().map(|minor| minor.abs_diff(product.price.minor()));
        // The best few so far, in order; everything else is compared with the last of them only.
        let mut nearest: Vec<(bool, u32, u32)> = Vec::with_capacity(limit.min(self.len()) + 1);
        for (position, distance) in (0..self.count()).zip(distances) {
            if Some(position) == own_position {
                continue;
            }
            let candidate = (categories.get(position) != own_category, distance, position);
            let place = nearest.partition_point(|placed| *placed < candidate);
            if place < limit {
                nearest.insert(place, candidate);
                nearest.truncate(limit);
            }
        }
        nearest.into_iter().map(|(_, _, position)| position).collect()
    }
}
