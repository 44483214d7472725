//! Listings without facets where nothing is searched for. Counts of the index are not counted again, and where products have to be
//! looked at, they are the fewer of those of the category and those of the prices: a page of a large shop costs about as much as one
//! of a small one. A predicate that the index has no counts for is compared with these products.

use core::ops::Range;

use super::filter::{CategoryFilter, Kind};
use super::{Hits, Look, Page};
use crate::index::format::{Column, Section};
use crate::index::set::Set;
use crate::query::Query;
use crate::search::order::Order;

/// A part of the catalog that is at most one in so many is worth a set of its own.
const FEW: usize = 4;

/// The counts of the index for a category or for all products.
#[derive(Clone, Copy, Default)]
struct Counted {
    products: u32,
    in_stock: u32,
}

impl Counted {
    /// The number of products with a state of the stock.
    fn with(self, in_stock: Option<bool>) -> u32 {
        match in_stock {
            None => self.products,
            Some(true) => self.in_stock,
            Some(false) => self.products.saturating_sub(self.in_stock),
        }
    }
}

/// Few products, among which are all that keep the predicates.
enum Few<'c> {
    Members(Column<'c, 3>),
    Priced(Column<'c, 3>),
}

impl<'c> Few<'c> {
    fn column(&self) -> Column<'c, 3> {
        match self {
            Few::Members(column) | Few::Priced(column) => *column,
        }
    }
}

impl<'c> Look<'c> {
    /// A page of what the filters leave.
    pub(super) fn browse(&self, query: &Query) -> Hits {
        if self.filters.category() == CategoryFilter::Unknown {
            return Hits::default();
        }
        let catalog = self.catalog;
        let order = Order::of(catalog, query.sort);
        let page = Page::of(query);
        if self.filters.is_empty() {
            let (order, left) = order.skip(u32::try_from(page.start).unwrap_or(u32::MAX));
            let positions = order.page(usize::try_from(left).unwrap_or(usize::MAX), page.size, |_| true);
            return Hits { total: catalog.count(), positions, partial: 0 };
        }
        let places = self.places();
        let few = self.few(&places);
        let total = self.total(&places, few.as_ref());
        let by_price = matches!(order, Order::Cheapest(_) | Order::Dearest(_));
        let (order, set) = match (order, few) {
            // A category's products are in id order already.
            (Order::Ids(_), Some(Few::Members(members))) => (Order::Forward(members), None),
            (order, _) if by_price => (order.within(places), None),
            (order, few) => (order, few.map(|few| Set::of(catalog.count(), few.column().iter()))),
        };
        // Exactly as many as there are, so that no list is gone through to its end for the last page.
        let size = page.size.min(usize::try_from(total).unwrap_or(usize::MAX).saturating_sub(page.start));
        let keeps =
            |position: u32| set.as_ref().is_none_or(|set| set.contains(position)) && self.filters.keep(position);
        let positions = order.page(page.start, size, keeps);
        Hits { total, positions, partial: 0 }
    }

    /// How many products keep all predicates.
    fn total(&self, places: &Range<u32>, few: Option<&Few<'c>>) -> u32 {
        if self.filters.are_of(&[Kind::Category, Kind::Stock]) {
            return self.counted_of(self.filters.category()).with(self.filters.in_stock());
        }
        if self.filters.are_of(&[Kind::Price]) {
            return places.end.saturating_sub(places.start);
        }
        let candidates = few.map_or_else(|| self.by_price(places.clone()), Few::column);
        let kept = candidates.iter().filter(|position| self.filters.keep(*position)).count();
        u32::try_from(kept).unwrap_or(u32::MAX)
    }

    /// The products of the category or of the prices, if they are few.
    fn few(&self, places: &Range<u32>) -> Option<Few<'c>> {
        let priced = self.by_price(places.clone());
        let members = match self.filters.category() {
            CategoryFilter::One(category) => Some(self.catalog.category_members(category)),
            CategoryFilter::Any | CategoryFilter::Several | CategoryFilter::Unknown => None,
        };
        let few = match members {
            Some(members) if members.len() <= priced.len() => Few::Members(members),
            _ => Few::Priced(priced),
        };
        let is_few = few.column().len() <= self.catalog.len() / FEW || matches!(few, Few::Members(_));
        is_few.then_some(few)
    }

    /// Where the prices that are asked for stand in the order of prices.
    pub(super) fn places(&self) -> Range<u32> {
        let count = self.catalog.count();
        let Some(prices) = self.filters.prices() else { return 0..count };
        let price_of = self.catalog.prices(Section::Prices);
        let by_price = self.by_price(0..count);
        let first = |is_before: &dyn Fn(u64) -> bool| {
            let (mut low, mut high) = (0, count);
            while low < high {
                let middle = low + (high - low) / 2;
                match by_price.get(middle).and_then(|position| price_of.get(position)) {
                    Some(price) if is_before(price) => low = middle + 1,
                    _ => high = middle,
                }
            }
            low
        };
        let start = first(&|price| price < *prices.start());
        start..first(&|price| price <= *prices.end()).max(start)
    }

    /// Products by price, from one place in that order to another.
    pub(super) fn by_price(&self, places: Range<u32>) -> Column<'c, 3> {
        self.catalog.column(Section::ByPriceAscending).slice(places)
    }

    /// The counts of each category.
    fn counted(&self) -> impl Iterator<Item = Counted> + use<'c> {
        // Not by `categories`, which reads a name for each.
        let counts: Column<'c> = self.catalog.column(Section::CategoryCounts);
        let count = move |entry: u32| counts.get(entry).unwrap_or_default();
        let entries = u32::try_from(counts.len()).unwrap_or_default();
        (0..entries)
            .step_by(2)
            .map(move |entry| Counted { products: count(entry), in_stock: count(entry.saturating_add(1)) })
    }

    /// The counts of the products that a filter by category leaves.
    fn counted_of(&self, category: CategoryFilter) -> Counted {
        match category {
            CategoryFilter::Unknown => Counted::default(),
            CategoryFilter::Several => {
                let among = self.filters.categories().unwrap_or_default();
                let asked = self.counted().zip(among).filter(|(_, is_in)| **is_in);
                asked.fold(Counted::default(), |sum, (category, _)| Counted {
                    products: sum.products.saturating_add(category.products),
                    in_stock: sum.in_stock.saturating_add(category.in_stock),
                })
            }
            CategoryFilter::Any => {
                let in_stock = self.counted().fold(0, |sum: u32, category| sum.saturating_add(category.in_stock));
                Counted { products: self.catalog.count(), in_stock }
            }
            CategoryFilter::One(category) => {
                let counts: Column<'_> = self.catalog.column(Section::CategoryCounts);
                let count = |entry: u32| {
                    category.checked_mul(2).and_then(|first| counts.get(first + entry)).unwrap_or_default()
                };
                Counted { products: count(0), in_stock: count(1) }
            }
        }
    }
}
