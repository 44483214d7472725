//! Listings without a text under filters that the index has no counts for: every product is compared with the filters once, for the
//! total, the page and the facets alike. Filters by category, price and stock alone are `browse.rs`'s.

use super::facets::Counter;
use super::filter::{CategoryFilter, EVERY, Kind};
use super::merchant::Placed;
use super::order::Order;
use super::set::Set;
use super::{Hits, Look, Page};
use crate::query::Query;

impl<'c> Look<'c> {
    /// Whether its products are found this way.
    pub(super) fn is_sifted(&self) -> bool {
        self.found.is_none()
            && self.filters.category() != CategoryFilter::Unknown
            && !self.filters.are_of(&[Kind::Category, Kind::Price, Kind::Stock])
    }

    /// A page of what the filters leave, and the facets if there is somebody who counts them.
    pub(super) fn sifted(&self, query: &Query, counter: Option<&mut Counter<'_, 'c>>) -> Hits {
        let kept = self.kept(counter);
        let total = u32::try_from(kept.len()).unwrap_or(u32::MAX);
        let (page, order) = (Page::of(query), Order::of(self.catalog, query.sort));
        let size = page.size.min(kept.len().saturating_sub(page.start));
        let positions = match (Placed::of(self.catalog, query, &self.filters), order) {
            (None, Order::Ids(_)) => kept.iter().copied().skip(page.start).take(size).collect(),
            (placed, order) => {
                let set = Set::of(self.catalog.count(), kept.iter().copied());
                let keeps = |position: u32| set.contains(position);
                match placed {
                    Some(rule) => rule.page(page.start, size, kept.len(), order, keeps),
                    None => order.page(page.start, size, keeps),
                }
            }
        };
        Hits { total, positions, partial: 0 }
    }

    /// The products that keep all filters, in id order.
    fn kept(&self, mut counter: Option<&mut Counter<'_, 'c>>) -> Vec<u32> {
        let mut kept = Vec::new();
        if let (CategoryFilter::One(category), None) = (self.filters.category(), &counter) {
            kept.extend(self.catalog.category_members(category).iter().filter(|position| self.filters.keep(*position)));
            return kept;
        }
        let alone = self.filters.only_kind();
        for position in 0..self.catalog.count() {
            let facets = self.filters.counted(position);
            if facets == EVERY {
                kept.push(position);
            } else if facets == 0 || alone.is_some() {
                continue;
            }
            if let Some(counter) = &mut counter {
                counter.add(position, facets);
            }
        }
        // The facet of the only filter counts all products, which the index has done.
        if let (Some(kind), Some(counter)) = (alone, counter) {
            counter.count_own(kind);
        }
        kept
    }
}
