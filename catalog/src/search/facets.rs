//! Facets: the number of products that each further filter would leave. Every facet counts by one rule, all predicates but those of its own kind.

use crate::index::catalog::Catalog;
use crate::index::format::{Column, Section};
use crate::model::money::Price;
use crate::search::filter::{Filters, Kind};

/// How many products each further filter would leave. Each facet ignores its own filter, so that its alternatives can be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets<'a> {
    /// The categories that would leave something, by name.
    pub categories: Vec<CategoryCount<'a>>,
    /// The lowest and the highest price; `None` when nothing matches.
    pub price: Option<PriceRange>,
    /// How many are in stock.
    pub in_stock: u32,
}

/// A category and how many products it would leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CategoryCount<'a> {
    /// The category's name.
    pub value: &'a str,
    /// How many products match in it; never 0.
    pub count: u32,
}

/// The lowest and the highest price of the products that match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRange {
    /// The lowest.
    pub min: Price,
    /// The highest.
    pub max: Price,
}

/// Facets as they are counted.
pub(super) struct Counts {
    /// By the number of the category.
    pub(super) categories: Vec<u32>,
    /// The lowest and the highest, in minor units.
    pub(super) prices: Option<(u32, u32)>,
    pub(super) in_stock: u32,
}

/// Counts products into facets.
pub(super) struct Counter<'l, 'c> {
    filters: &'l Filters<'c>,
    category_of: Column<'c, 2>,
    price_of: Column<'c>,
    stock_of: Column<'c>,
    pub(super) counts: Counts,
}

impl<'l, 'c> Counter<'l, 'c> {
    /// A counter that has met no product.
    pub(super) fn of(catalog: &'c Catalog, filters: &'l Filters<'c>) -> Self {
        let categories = usize::try_from(catalog.counts().categories).unwrap_or_default();
        Counter {
            filters,
            category_of: catalog.column(Section::ProductCategories),
            price_of: catalog.column(Section::Prices),
            stock_of: catalog.column(Section::Stocks),
            counts: Counts { categories: vec![0; categories], prices: None, in_stock: 0 },
        }
    }

    /// Counts products into these facets.
    pub(super) fn count(&mut self, positions: impl Iterator<Item = u32>, facets: &[Kind]) {
        let [categories, prices, stock] =
            [Kind::Category, Kind::Price, Kind::Stock].map(|kind| facets.contains(&kind).then_some(kind));
        let (mut lowest, mut highest) = (u32::MAX, 0_u32);
        for position in positions {
            let broken = self.filters.broken_by(position);
            let is_counted = |facet: Option<Kind>| facet.is_some_and(|kind| broken.is_at_most(kind));
            if is_counted(categories) {
                self.add_category(position);
            }
            if is_counted(prices) {
                let price = self.price_of.get(position).unwrap_or_default();
                (lowest, highest) = (lowest.min(price), highest.max(price));
            }
            if is_counted(stock) {
                self.counts.in_stock += u32::from(self.stock_of.get(position).is_some_and(|stock| stock > 0));
            }
        }
        if lowest <= highest {
            self.counts.prices = Some((lowest, highest));
        }
    }

    /// Counts more than half of the products, in order: where the index has the counts of all of them, only the others are looked at
    /// for categories and stock. No filter may take part.
    pub(super) fn count_most(&mut self, all: &[(u32, u32)], products: impl Iterator<Item = u32>) {
        for (count, pair) in self.counts.categories.iter_mut().zip(all) {
            *count = pair.0;
        }
        let mut in_stock = all.iter().fold(0_u32, |sum, (_, in_stock)| sum.saturating_add(*in_stock));
        let (mut next, mut lowest, mut highest) = (0_u32, u32::MAX, 0_u32);
        let mut leave_out = |counts: &mut Counts, range: core::ops::Range<u32>| {
            for position in range {
                let category = self.category_of.get(position).and_then(|category| usize::try_from(category).ok());
                if let Some(count) = category.and_then(|category| counts.categories.get_mut(category)) {
                    *count = count.saturating_sub(1);
                }
                let is_in = self.stock_of.get(position).is_some_and(|stock| stock > 0);
                in_stock = in_stock.saturating_sub(u32::from(is_in));
            }
        };
        for position in products {
            leave_out(&mut self.counts, next..position);
            next = position.saturating_add(1);
            if let Some(price) = self.price_of.get(position) {
                (lowest, highest) = (lowest.min(price), highest.max(price));
            }
        }
        let end = u32::try_from(self.price_of.len()).unwrap_or_default();
        leave_out(&mut self.counts, next..end);
        self.counts.in_stock = in_stock;
        self.counts.prices = (lowest <= highest).then_some((lowest, highest));
    }

    /// The price of a product, if it counts in the facet of prices.
    pub(super) fn counted_price(&self, position: u32) -> Option<u32> {
        let is_counted = self.filters.broken_by(position).is_at_most(Kind::Price);
        if is_counted { self.price_of.get(position) } else { None }
    }

    fn add_category(&mut self, position: u32) {
        let category = self.category_of.get(position).and_then(|category| usize::try_from(category).ok());
        if let Some(count) = category.and_then(|category| self.counts.categories.get_mut(category)) {
            *count += 1;
        }
    }
}

impl Counts {
    /// The facets with the names of their categories.
    pub(super) fn named(self, catalog: &Catalog) -> Facets<'_> {
        let categories = (0_u32..).zip(self.categories).filter(|(_, count)| *count > 0);
        Facets {
            categories: categories
                .filter_map(|(category, count)| Some(CategoryCount { value: catalog.category_name(category)?, count }))
                .collect(),
            price: self.prices.and_then(|(low, high)| {
                Some(PriceRange { min: Price::from_minor(low).ok()?, max: Price::from_minor(high).ok()? })
            }),
            in_stock: self.in_stock,
        }
    }
}
