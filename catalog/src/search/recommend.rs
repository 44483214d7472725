//! Products to show beside others: the best rated of all, and those related to one.
//! Ranks by the facts of the records alone; knows no shopper and no history.

use crate::index::catalog::Catalog;
use crate::index::format::{Column, Section};
use crate::model::product::Product;

impl Catalog {
    /// The first products of the home page: those in stock before the rest, then by rating, number of reviews and id.
    pub fn best_rated(&self, limit: usize) -> Vec<u32> {
        self.column::<3>(Section::ByMerit).iter().take(limit).collect()
    }

    /// Whether any product has a rating.
    pub fn has_ratings(&self) -> bool {
        self.marks().has_ratings
    }

    /// Products to offer beside this one: its own category first, then the nearest in price; of two that are as near, the dearer one. Never the product itself.
    /// Looks at the product's category and, if that has too few, at its neighbours in the order of prices.
    pub fn related(&self, product: &Product<'_>, limit: usize) -> Vec<u32> {
        let Some(own) = self.position(product.id) else { return Vec::new() };
        let prices = self.prices(Section::Prices);
        let distance = |position: u32| prices.get(position).unwrap_or_default().abs_diff(product.price.minor());
        let category = self.column::<2>(Section::ProductCategories).get(own);
        let members = category.map(|category| self.category_members(category));
        let mut nearest: Vec<(u64, u32)> = Vec::with_capacity(limit + 1);
        let mut offer = |position: u32| {
            let candidate = (distance(position), position);
            let place = nearest.partition_point(|placed| *placed < candidate);
            if position != own && place < limit {
                nearest.insert(place, candidate);
                nearest.truncate(limit);
            }
        };
        members.into_iter().flat_map(Column::iter).for_each(&mut offer);
        let mut related: Vec<u32> = nearest.into_iter().map(|(_, position)| position).collect();
        if related.len() < limit {
            let categories: Column<'_, 2> = self.column(Section::ProductCategories);
            let others =
                self.by_distance(product.price.minor()).filter(|position| categories.get(*position) != category);
            let missing = limit - related.len();
            related.extend(others.take(missing));
        }
        related
    }

    /// All products by how far their price is from one, ties by id as far as they are of one price.
    fn by_distance(&self, price: u64) -> impl Iterator<Item = u32> {
        let order: Column<'_, 3> = self.column(Section::ByPriceAscending);
        let prices = self.prices(Section::Prices);
        let price_at = move |place: u32| prices.get(order.get(place)?);
        let (mut low, mut high) = (0, self.count());
        while low < high {
            let middle = low + (high - low) / 2;
            if price_at(middle).is_some_and(|found| found < price) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // Two places that move apart: the next cheaper product and the next dearer one.
        let (mut below, mut above) = (low.checked_sub(1), low);
        core::iter::from_fn(move || {
            let cheaper = below.and_then(|place| Some((price - price_at(place)?.min(price), place)));
            let dearer = price_at(above).map(|found| (found.saturating_sub(price), above));
            match (cheaper, dearer) {
                (Some((down, place)), Some((up, _))) if down < up => {
                    below = place.checked_sub(1);
                    order.get(place)
                }
                (_, Some((_, place))) => {
                    above += 1;
                    order.get(place)
                }
                (Some((_, place)), None) => {
                    below = place.checked_sub(1);
                    order.get(place)
                }
                (None, None) => None,
            }
        })
    }
}
