//! Listings and facets where nothing is searched for. What the index counted is not counted again, and what has to be looked at
//! is the smaller of what the category and what the prices leave: a page of a large shop costs about what one of a small one does.

use core::ops::Range;

use super::set::Set;
use super::{CategoryFilter, Checks, Counts, Hits, Look, Page};
use crate::index::format::{Column, Section};
use crate::model::money::Price;
use crate::query::Query;
use crate::search::order::Order;

/// A part of the catalog that is at most one in so many is worth a set of its own.
const FEW: usize = 4;

/// The products of which one filter leaves few, and all that pass are among.
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
        if self.category == CategoryFilter::None {
            return Hits::default();
        }
        let catalog = self.catalog;
        let order = Order::of(catalog, query.sort);
        let page = Page::of(query);
        if !self.is_filtered() {
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
        let keeps = |position: u32| set.as_ref().is_none_or(|set| set.contains(position)) && self.keeps(position);
        Hits { total, positions: order.page(page.start, size, keeps), partial: 0 }
    }

    /// What each further filter would leave.
    pub(super) fn browse_counts(&self) -> Counts {
        let catalog = self.catalog;
        let mut counts = Counts::of(catalog);
        if self.all_prices() {
            let counted = self.counted();
            for (count, (products, in_stock)) in counts.categories.iter_mut().zip(counted) {
                *count = match self.in_stock {
                    None => products,
                    Some(true) => in_stock,
                    Some(false) => products.saturating_sub(in_stock),
                };
            }
            counts.in_stock = match self.category {
                CategoryFilter::None => 0,
                CategoryFilter::Any => self.all_in_stock(),
                CategoryFilter::One(category) => self.counted_in(category).1,
            };
        } else {
            self.each_of(self.by_price(self.places()).iter(), |checks| {
                if checks.has_stock_state {
                    counts.add_category(checks.category);
                }
                counts.in_stock += u32::from(checks.in_category && checks.stock > 0);
            });
        }
        match self.category {
            CategoryFilter::None => {}
            CategoryFilter::One(category) => {
                self.each_of(catalog.category_members(category).iter(), |checks| {
                    if checks.has_stock_state {
                        counts.add_price(checks.price);
                    }
                });
            }
            CategoryFilter::Any => {
                let price = |position: u32| {
                    let checks = self.checks(position)?;
                    checks.has_stock_state.then_some(checks.price)
                };
                let by_price = self.by_price(0..catalog.count());
                counts.prices = by_price.iter().find_map(price).zip(by_price.iter().rev().find_map(price));
            }
        }
        counts
    }

    fn each_of(&self, positions: impl Iterator<Item = u32>, visit: impl FnMut(Checks)) {
        positions.filter_map(|position| self.checks(position)).for_each(visit);
    }

    /// How many products pass all filters.
    fn total(&self, places: &Range<u32>, few: Option<&Few<'c>>) -> u32 {
        let (products, in_stock) = match self.category {
            CategoryFilter::None => return 0,
            CategoryFilter::Any => {
                (self.catalog.count(), if self.in_stock.is_some() { self.all_in_stock() } else { 0 })
            }
            CategoryFilter::One(category) => self.counted_in(category),
        };
        if self.all_prices() {
            return match self.in_stock {
                None => products,
                Some(true) => in_stock,
                Some(false) => products.saturating_sub(in_stock),
            };
        }
        if self.category == CategoryFilter::Any && self.in_stock.is_none() {
            return places.end.saturating_sub(places.start);
        }
        let candidates = few.map_or_else(|| self.by_price(places.clone()), Few::column);
        let passing = candidates.iter().filter(|position| self.keeps(*position)).count();
        u32::try_from(passing).unwrap_or(u32::MAX)
    }

    /// What the category or the prices leave, if that is few.
    fn few(&self, places: &Range<u32>) -> Option<Few<'c>> {
        let priced = self.by_price(places.clone());
        let members = match self.category {
            CategoryFilter::One(category) => Some(self.catalog.category_members(category)),
            CategoryFilter::Any | CategoryFilter::None => None,
        };
        let few = match members {
            Some(members) if members.len() <= priced.len() => Few::Members(members),
            _ => Few::Priced(priced),
        };
        let is_few = few.column().len() <= self.catalog.len() / FEW || matches!(few, Few::Members(_));
        is_few.then_some(few)
    }

    /// Where the prices that are asked for stand in the order of prices.
    fn places(&self) -> Range<u32> {
        let count = self.catalog.count();
        if self.all_prices() {
            return 0..count;
        }
        let by_price = self.by_price(0..count);
        let first = |is_before: &dyn Fn(u32) -> bool| {
            let (mut low, mut high) = (0, count);
            while low < high {
                let middle = low + (high - low) / 2;
                match by_price.get(middle).and_then(|position| self.price_of.get(position)) {
                    Some(price) if is_before(price) => low = middle + 1,
                    _ => high = middle,
                }
            }
            low
        };
        let start = first(&|price| price < *self.prices.start());
        start..first(&|price| price <= *self.prices.end()).max(start)
    }

    /// Products by price, from one place in that order to another.
    fn by_price(&self, places: Range<u32>) -> Column<'c, 3> {
        self.catalog.column(Section::ByPriceAscending).slice(places)
    }

    fn all_prices(&self) -> bool {
        self.prices == (0..=Price::MAX.minor())
    }

    /// How many products each category has, and how many of them are in stock.
    fn counted(&self) -> impl Iterator<Item = (u32, u32)> + use<'c> {
        // Not by `categories`, which reads a name for each.
        let counts: Column<'c> = self.catalog.column(Section::CategoryCounts);
        let count = move |entry: u32| counts.get(entry).unwrap_or_default();
        let entries = u32::try_from(counts.len()).unwrap_or_default();
        (0..entries).step_by(2).map(move |entry| (count(entry), count(entry.saturating_add(1))))
    }

    fn all_in_stock(&self) -> u32 {
        self.counted().fold(0, |sum: u32, (_, in_stock)| sum.saturating_add(in_stock))
    }

    fn counted_in(&self, category: u32) -> (u32, u32) {
        let counts: Column<'_> = self.catalog.column(Section::CategoryCounts);
        let count =
            |entry: u32| category.checked_mul(2).and_then(|first| counts.get(first + entry)).unwrap_or_default();
        (count(0), count(1))
    }
}
