//! The merchant's rules beside a search: the page that a text leads to, and the order of a collection. Those in a search are in
//! `terms/merchant.rs`.

use super::filter::Filters;
use super::order::Order;
use crate::index::catalog::Catalog;
use crate::model::few::sort_few;
use crate::query::{Query, Sort};
use crate::text::phrases;
use crate::text::slug::slug;

/// The products that the rule of a collection puts first or last, as far as they keep all filters.
pub(super) struct Placed {
    /// The pinned ones in their order, then those that the rule lifts, by id.
    first: Vec<u32>,
    /// Those that it lowers, by id.
    last: Vec<u32>,
}

impl Catalog {
    /// The address of the page that a text leads to, if a rule names one: `returns` may lead to `/pages/returns`. Case, accents and
    /// plurals count as little as in a search.
    pub fn redirect(&self, text: &str) -> Option<&str> {
        let rules = self.rules();
        if rules.are_none() { None } else { rules.redirect(&phrases::key(text)) }
    }
}

impl Placed {
    /// What the rule places of the one collection that is asked for; `None` without one, without a rule for it, and in an order of
    /// another kind.
    pub(super) fn of(catalog: &Catalog, query: &Query, filters: &Filters<'_>) -> Option<Placed> {
        let ([collection], Some(Sort::Relevance) | None) = (query.collections.as_slice(), query.sort) else {
            return None;
        };
        let rules = catalog.rules();
        let placing = if rules.are_none() { None } else { rules.of_collection(&slug(collection)) }?;
        let mut placed = Placed { first: Vec::new(), last: Vec::new() };
        placed.first = placed.kept(catalog, filters, &placing.pins);
        let mut lifted = placed.kept(catalog, filters, &placing.boosts);
        sort_few(&mut lifted, |left, right| left < right);
        placed.first.append(&mut lifted);
        placed.last = placed.kept(catalog, filters, &placing.demotions);
        sort_few(&mut placed.last, |left, right| left < right);
        Some(placed)
    }

    /// Those of some products that have no place yet, each once, though a damaged index may name it twice.
    fn kept(&self, catalog: &Catalog, filters: &Filters<'_>, ids: &[&str]) -> Vec<u32> {
        let mut kept: Vec<u32> = Vec::new();
        for position in ids.iter().filter_map(|id| catalog.position(id)) {
            if filters.keep(position) && !self.has(position) && !kept.contains(&position) {
                kept.push(position);
            }
        }
        kept
    }

    fn has(&self, position: u32) -> bool {
        self.first.contains(&position) || self.last.contains(&position)
    }

    /// The page of `size` products that comes after `start` of all `total`, the others in `order`.
    pub(super) fn page(
        &self,
        start: usize,
        size: usize,
        total: usize,
        order: Order<'_>,
        keeps: impl Fn(u32) -> bool,
    ) -> Vec<u32> {
        let mut page: Vec<u32> = self.first.iter().copied().skip(start).take(size).collect();
        let others = total.saturating_sub(self.first.len()).saturating_sub(self.last.len());
        let skipped = start.saturating_sub(self.first.len());
        let room = size.saturating_sub(page.len()).min(others.saturating_sub(skipped));
        page.extend(order.page(skipped, room, |position| keeps(position) && !self.has(position)));
        let room = size.saturating_sub(page.len());
        page.extend(self.last.iter().skip(skipped.saturating_sub(others)).take(room));
        page
    }
}
