//! Facets: the number of products that each further filter would leave. Every facet counts by one rule, all predicates but those of its
//! own kind. The values of brands, collections, options and attributes are counted in `values.rs`.

use std::borrow::Cow;

use crate::index::catalog::Catalog;
use crate::index::format::{Column, Prices, Section};
use crate::model::currency::Currency;
use crate::model::money::Price;
use crate::query::Query;
use crate::search::filter::{EVERY, Facet, Filters, Kind};
use crate::search::values::{NamedCounts, ValueCount, ValueCounter};

/// How many products each further filter would leave. Each facet ignores its own filter, so that its alternatives can be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets<'a> {
    /// The currency of the prices.
    pub currency: Currency,
    /// The categories that would leave something, each before those below it.
    pub categories: Vec<CategoryCount<'a>>,
    /// The lowest and the highest price; `None` when nothing matches.
    pub price: Option<PriceRange>,
    /// How many are in stock.
    pub in_stock: u32,
    /// How many have a price before; `None` if no product of the catalog has one.
    pub on_sale: Option<u32>,
    /// The brands that would leave something.
    pub brands: Vec<ValueCount<'a>>,
    /// The collections that would leave something.
    pub collections: Vec<ValueCount<'a>>,
    /// The options, each with the values that would leave something.
    pub options: Vec<NamedCounts<'a>>,
    /// The attributes that listings can be filtered by, each with the values that would leave something.
    pub attributes: Vec<NamedCounts<'a>>,
}

/// A category and how many products it would leave, those of the categories below it among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryCount<'a> {
    /// The category's value in a query: its name, or its path where another category has the same name; of one at the top the name
    /// behind `> `.
    pub value: Cow<'a, str>,
    /// Its name.
    pub name: &'a str,
    /// How many categories are above it.
    pub depth: usize,
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
    /// By the number of the category, without those below it.
    pub(super) categories: Vec<u32>,
    /// The lowest and the highest, in minor units.
    pub(super) prices: Option<(u64, u64)>,
    pub(super) in_stock: u32,
    pub(super) on_sale: u32,
}

/// Counts products into facets.
pub(super) struct Counter<'l, 'c> {
    filters: &'l Filters<'c>,
    category_of: Column<'c, 2>,
    price_of: Prices<'c>,
    before_of: Prices<'c>,
    stock_of: Column<'c>,
    pub(super) counts: Counts,
    values: ValueCounter<'c>,
}

impl<'l, 'c> Counter<'l, 'c> {
    /// A counter that has met no product.
    pub(super) fn of(catalog: &'c Catalog, filters: &'l Filters<'c>, query: &Query) -> Self {
        let categories = usize::try_from(catalog.counts().categories).unwrap_or_default();
        Counter {
            filters,
            category_of: catalog.column(Section::ProductCategories),
            price_of: catalog.prices(Section::Prices),
            before_of: catalog.prices(Section::CompareAt),
            stock_of: catalog.column(Section::Stocks),
            counts: Counts { categories: vec![0; categories], prices: None, in_stock: 0, on_sale: 0 },
            values: ValueCounter::of(catalog, filters, query),
        }
    }

    /// Whether there is more to count than categories, prices and stock.
    pub(super) fn has_more(&self) -> bool {
        self.values.has_any() || self.before_of.len() > 0
    }

    /// Counts products into these facets.
    pub(super) fn count(&mut self, positions: impl Iterator<Item = u32>, facets: &[Kind]) {
        let [categories, prices, stock] =
            [Kind::Category, Kind::Price, Kind::Stock].map(|kind| facets.contains(&kind).then_some(kind));
        let (mut lowest, mut highest) = (u64::MAX, 0_u64);
        for position in positions {
            let counted = self.filters.counted(position);
            let is_counted = |facet: Option<Kind>| facet.is_some_and(|kind| counted & kind.bit() > 0);
            if is_counted(categories) {
                self.add_category(position);
            }
            if is_counted(prices) {
                let price = self.price_of.get(position).unwrap_or_default();
                (lowest, highest) = (lowest.min(price), highest.max(price));
            }
            if is_counted(stock) {
                let is_in = self.stock_of.get(position).is_some_and(|stock| stock > 0);
                self.counts.in_stock += u32::from(is_in && self.filters.is_available(position));
            }
        }
        if lowest <= highest {
            self.counts.prices = Some((lowest, highest));
        }
    }

    /// Counts products into the facets of sales and of values.
    pub(super) fn count_more(&mut self, positions: impl Iterator<Item = u32>) {
        for position in positions {
            let counted = self.filters.counted(position);
            if counted == 0 {
                continue;
            }
            self.add_sale(position, counted);
            self.values.add(position, counted);
        }
    }

    /// Counts a product into all facets in which it counts.
    pub(super) fn add(&mut self, position: u32, counted: Facet) {
        if counted & Kind::Category.bit() > 0 {
            self.add_category(position);
        }
        if counted & Kind::Price.bit() > 0 {
            let price = self.price_of.get(position).unwrap_or_default();
            let (lowest, highest) = self.counts.prices.unwrap_or((price, price));
            self.counts.prices = Some((lowest.min(price), highest.max(price)));
        }
        if counted & Kind::Stock.bit() > 0 {
            let is_in = self.stock_of.get(position).is_some_and(|stock| stock > 0);
            self.counts.in_stock += u32::from(is_in && self.filters.is_available(position));
        }
        self.add_sale(position, counted);
        self.values.add(position, counted);
    }

    /// Counts all products into the facet of the only filter, in the place of those that keep it.
    pub(super) fn count_own(&mut self, kind: Kind) {
        if kind == Kind::Sale {
            self.counts.on_sale = 0;
            let products = u32::try_from(self.before_of.len()).unwrap_or_default();
            (0..products).for_each(|position| self.add_sale(position, EVERY));
        }
        self.values.count_own(kind);
    }

    /// Takes the counts of all products from the index. No filter may take part.
    pub(super) fn count_all(&mut self) {
        let products = u32::try_from(self.before_of.len()).unwrap_or_default();
        (0..products).for_each(|position| self.add_sale(position, EVERY));
        self.values.add_all();
    }

    /// Counts more than half of the products, in order: where the index has the counts of all of them, only the others are looked at
    /// for categories and stock. No filter may take part.
    pub(super) fn count_most(&mut self, all: &[(u32, u32)], products: impl Iterator<Item = u32>) {
        for (count, pair) in self.counts.categories.iter_mut().zip(all) {
            *count = pair.0;
        }
        let mut in_stock = all.iter().fold(0_u32, |sum, (_, in_stock)| sum.saturating_add(*in_stock));
        self.count_all();
        let (mut next, mut lowest, mut highest) = (0_u32, u64::MAX, 0_u64);
        let (counts, values) = (&mut self.counts, &mut self.values);
        let mut leave_out = |range: core::ops::Range<u32>| {
            for position in range {
                let category = self.category_of.get(position).and_then(|category| usize::try_from(category).ok());
                if let Some(count) = category.and_then(|category| counts.categories.get_mut(category)) {
                    *count = count.saturating_sub(1);
                }
                let is_in = self.stock_of.get(position).is_some_and(|stock| stock > 0);
                in_stock = in_stock.saturating_sub(u32::from(is_in));
                let is_on_sale = self.before_of.get(position).unwrap_or_default() > 0;
                counts.on_sale = counts.on_sale.saturating_sub(u32::from(is_on_sale));
                values.take(position);
            }
        };
        for position in products {
            leave_out(next..position);
            next = position.saturating_add(1);
            if let Some(price) = self.price_of.get(position) {
                (lowest, highest) = (lowest.min(price), highest.max(price));
            }
        }
        let end = u32::try_from(self.price_of.len()).unwrap_or_default();
        leave_out(next..end);
        self.counts.in_stock = in_stock;
        self.counts.prices = (lowest <= highest).then_some((lowest, highest));
    }

    /// The price of a product, if it counts in the facet of prices.
    pub(super) fn counted_price(&self, position: u32) -> Option<u64> {
        let is_counted = self.filters.counted(position) & Kind::Price.bit() > 0;
        if is_counted { self.price_of.get(position) } else { None }
    }

    /// The facets with the names of what they count.
    pub(super) fn named(self, catalog: &'c Catalog) -> Facets<'c> {
        let Counts { categories, prices, in_stock, on_sale } = self.counts;
        let (brands, collections, options, attributes) = self.values.named();
        Facets {
            currency: catalog.currency(),
            categories: categories_named(catalog, categories),
            price: prices.and_then(|(low, high)| {
                Some(PriceRange { min: Price::from_minor(low).ok()?, max: Price::from_minor(high).ok()? })
            }),
            in_stock,
            on_sale: (self.before_of.len() > 0).then_some(on_sale),
            brands,
            collections,
            options,
            attributes,
        }
    }

    fn add_sale(&mut self, position: u32, counted: Facet) {
        let is_on_sale = self.before_of.get(position).unwrap_or_default() > 0;
        self.counts.on_sale += u32::from(is_on_sale && counted & Kind::Sale.bit() > 0);
    }

    fn add_category(&mut self, position: u32) {
        let category = self.category_of.get(position).and_then(|category| usize::try_from(category).ok());
        if let Some(count) = category.and_then(|category| self.counts.categories.get_mut(category)) {
            *count += 1;
        }
    }
}

impl Catalog {
    /// All categories with their products and those of the categories below them, each before those below it.
    pub fn category_counts(&self) -> Vec<CategoryCount<'_>> {
        categories_named(self, self.categories().map(|category| category.products).collect())
    }
}

/// Adds the products of each category to those above it, and names those that have any.
fn categories_named(catalog: &Catalog, mut counts: Vec<u32>) -> Vec<CategoryCount<'_>> {
    let parents: Column<'_, 2> = catalog.column(Section::CategoryParents);
    let parent = |category: usize| {
        let parent = parents.get(u32::try_from(category).ok()?)?.checked_sub(1)?;
        // A category stands before those below it; damaged bytes must not lead round in a circle.
        usize::try_from(parent).ok().filter(|parent| *parent < category)
    };
    for category in (0..counts.len()).rev() {
        let count = counts.get(category).copied().unwrap_or_default();
        if let Some(slot) = parent(category).and_then(|parent| counts.get_mut(parent)) {
            *slot = slot.saturating_add(count);
        }
    }
    let names = catalog.category_names();
    let with_some = (0_u32..).zip(counts).filter(|(_, count)| *count > 0);
    with_some
        .filter_map(|(category, count)| {
            let name = catalog.category_name(category)?;
            let depth = if parents.len() > 0 { catalog.category_path(category).len().saturating_sub(1) } else { 0 };
            Some(CategoryCount { value: catalog.category_value(category, &names)?, name, depth, count })
        })
        .collect()
}
