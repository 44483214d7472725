//! Listings without a text under filters that the index has no counts for: every product is compared with the filters once, for the
//! total, the page and the facets alike. Without facets, filters by category, price and stock alone are `browse.rs`'s.

use core::ops::Range;

use super::filter::{CategoryFilter, Kind};
use super::merchant::Placed;
use super::order::Order;
use super::sieve::Sieve;
use super::{Hits, Look, Page};
use crate::index::set::Set;
use crate::query::Query;

impl Look<'_> {
    /// Whether its products are found this way even if nobody counts facets.
    pub(super) fn is_sifted(&self) -> bool {
        self.found.is_none()
            && self.filters.category() != CategoryFilter::Unknown
            && !self.filters.are_of(&[Kind::Category, Kind::Price, Kind::Stock])
    }

    /// All products, or those of the text, sifted by the filters.
    pub(super) fn sieve(&self, has_facets: bool) -> Sieve {
        let count = self.catalog.count();
        let among = match (&self.found, self.filters.category()) {
            (Some(found), _) => Set::of(count, found.products.iter().map(|(position, _)| *position)),
            (None, CategoryFilter::One(category)) if !has_facets => {
                Set::of(count, self.catalog.category_members(category).iter())
            }
            _ => Set::full(count),
        };
        let known = [(Kind::Category, self.of_categories()), (Kind::Price, self.of_prices())];
        let known = known.into_iter().filter_map(|(kind, set)| Some((kind, set?)));
        Sieve::of(&self.filters, count, among, &known.collect::<Vec<_>>(), has_facets)
    }

    /// The products of the categories that are asked for.
    fn of_categories(&self) -> Option<Set> {
        let asked = (0_u32..).zip(self.filters.categories()?).filter(|(_, is_in)| **is_in);
        let members = asked.flat_map(|(category, _)| self.catalog.category_members(category).iter());
        Some(Set::of(self.catalog.count(), members))
    }

    /// The products of the prices that are asked for.
    fn of_prices(&self) -> Option<Set> {
        self.filters.prices()?;
        let (count, places) = (self.catalog.count(), self.places());
        let by_price = |places: Range<u32>| self.by_price(places).iter();
        if places.len() <= self.catalog.len() / 2 {
            return Some(Set::of(count, by_price(places)));
        }
        Some(Set::but(count, by_price(0..places.start).chain(by_price(places.end..count))))
    }

    /// A page of what the filters leave.
    pub(super) fn sifted(&self, query: &Query, kept: &Set) -> Hits {
        let total = kept.len();
        let (page, order) = (Page::of(query), Order::of(self.catalog, query.sort).within(self.places()));
        let all = usize::try_from(total).unwrap_or(usize::MAX);
        let size = page.size.min(all.saturating_sub(page.start));
        let keeps = |position: u32| kept.contains(position);
        let positions = match (Placed::of(self.catalog, query, &self.filters), order) {
            (None, Order::Ids(_)) => kept.page(page.start, size),
            (Some(rule), order) => rule.page(page.start, size, all, order, keeps),
            (None, order) => order.page(page.start, size, keeps),
        };
        Hits { total, positions, partial: 0 }
    }
}
