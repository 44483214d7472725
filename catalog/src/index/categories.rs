//! The categories as shoppers browse by them: each with the products of those below it, since its list has them.
//! Reads the counts and parents of the index; keeps nothing.

use crate::index::catalog::{Catalog, Category};
use crate::index::format::{Column, Section};
use crate::text::fold::fold;

/// A category with all that its list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WholeCategory<'a> {
    /// The category, counted with those below it.
    pub category: Category<'a>,
    /// How many products stand in it and in none below it; 0 where it only holds other categories.
    pub own: u32,
}

impl Catalog {
    /// All categories by name, case and accents aside, wherever in the tree they stand.
    pub fn whole_categories(&self) -> Vec<WholeCategory<'_>> {
        let mut all: Vec<WholeCategory<'_>> =
            self.categories().map(|category| WholeCategory { category, own: category.products }).collect();
        let parents: Column<'_, 2> = self.column(Section::CategoryParents);
        if parents.len() == 0 {
            return all;
        }
        for number in (0..all.len()).rev() {
            let parent = u32::try_from(number).ok().and_then(|number| parents.get(number)?.checked_sub(1));
            // Damaged bytes must not lead round in a circle.
            let parent = parent.and_then(|parent| usize::try_from(parent).ok()).filter(|parent| *parent < number);
            let below = all.get(number).map(|whole| whole.category);
            if let (Some(below), Some(whole)) = (below, parent.and_then(|parent| all.get_mut(parent))) {
                whole.category.products = whole.category.products.saturating_add(below.products);
                whole.category.in_stock = whole.category.in_stock.saturating_add(below.in_stock);
            }
        }
        all.sort_by_cached_key(|whole| fold(whole.category.name).into_owned());
        all
    }

    /// The categories that products stand in, without those that only hold others: the ones that a start page offers.
    pub fn browsable_categories(&self) -> Vec<Category<'_>> {
        self.whole_categories().into_iter().filter(|whole| whole.own > 0).map(|whole| whole.category).collect()
    }
}
