//! The orders of a listing that were decided when the index was built, and going through them.

use core::ops::Range;

use crate::index::catalog::Catalog;
use crate::index::format::{Column, Prices, Section};
use crate::query::Sort;

/// Products in an order. Ties are in id order, whichever way round the rest is.
#[derive(Clone)]
pub(crate) enum Order<'a> {
    /// By position, which is id order.
    Ids(Range<u32>),
    /// By position, from the end.
    LastIds(Range<u32>),
    /// As it is in the index, from the first place on.
    Forward(Column<'a, 3>),
    /// By price, which one order of the index serves both ways.
    Cheapest(Column<'a, 3>),
    /// By price from the end.
    Dearest(Dearest<'a>),
}

/// Goes through the order of prices from the end, each price's own run forwards.
#[derive(Clone)]
pub(crate) struct Dearest<'a> {
    by_price: Column<'a, 3>,
    prices: Prices<'a>,
    run: Range<u32>,
    before: u32,
}

impl<'a> Order<'a> {
    /// The order that a query asks for. Relevance depends on the query, and is id order where nothing is searched for.
    pub(crate) fn of(catalog: &'a Catalog, sort: Option<Sort>) -> Self {
        match sort {
            Some(Sort::Relevance) | None => Self::Ids(0..catalog.count()),
            Some(Sort::PriceAscending) => Self::Cheapest(catalog.column(Section::ByPriceAscending)),
            Some(Sort::PriceDescending) => {
                Self::dearest(catalog.column(Section::ByPriceAscending), catalog.prices(Section::Prices))
            }
            Some(Sort::Rating) => Self::Forward(catalog.column(Section::ByRating)),
            Some(Sort::Name) => Self::Forward(catalog.column(Section::ByName)),
            Some(Sort::Newest) => match catalog.column(Section::ByNewest) {
                dates if dates.len() > 0 => Self::Forward(dates),
                // Of unknown dates, what came last has the last id.
                _ => Self::LastIds(0..catalog.count()),
            },
            Some(Sort::Discount) => match catalog.column(Section::ByDiscount) {
                discounts if discounts.len() > 0 => Self::Forward(discounts),
                _ => Self::Ids(0..catalog.count()),
            },
        }
    }

    /// The products between two places of the ascending order of prices, in this order of prices; an order of anything else stays
    /// whole. No price may stand on both sides of an end, or its products would change places.
    pub(crate) fn within(self, places: Range<u32>) -> Self {
        match self {
            Self::Cheapest(by_price) => Self::Cheapest(by_price.slice(places)),
            Self::Dearest(Dearest { by_price, prices, .. }) => Self::dearest(by_price.slice(places), prices),
            other => other,
        }
    }

    /// The same without its first products, where that takes no going through them.
    pub(crate) fn skip(self, count: u32) -> (Self, u32) {
        let rest = |order: Column<'a, 3>| {
            let length = u32::try_from(order.len()).unwrap_or_default();
            order.slice(count.min(length)..length)
        };
        match self {
            Self::Ids(range) => (Self::Ids(range.start.saturating_add(count).min(range.end)..range.end), 0),
            Self::LastIds(range) => (Self::LastIds(range.start..range.end.saturating_sub(count).max(range.start)), 0),
            Self::Forward(order) => (Self::Forward(rest(order)), 0),
            Self::Cheapest(order) => (Self::Cheapest(rest(order)), 0),
            Self::Dearest(dearest) => (Self::Dearest(dearest), count),
        }
    }

    fn dearest(by_price: Column<'a, 3>, prices: Prices<'a>) -> Self {
        let before = u32::try_from(by_price.len()).unwrap_or_default();
        Self::Dearest(Dearest { by_price, prices, run: 0..0, before })
    }

    /// The products that `keeps` lets through, from the one that comes after `skipped` of them on, `size` at most.
    pub(crate) fn page(self, skipped: usize, size: usize, keeps: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut page = Vec::with_capacity(size.min(128));
        let mut left = skipped;
        let mut rest = self;
        while page.len() < size {
            let Some(position) = rest.next() else { break };
            if !keeps(position) {
                continue;
            }
            if left > 0 {
                left -= 1;
            } else {
                page.push(position);
            }
        }
        page
    }

    #[inline]
    fn next(&mut self) -> Option<u32> {
        match self {
            Self::Ids(range) => range.next(),
            Self::LastIds(range) => range.next_back(),
            Self::Forward(order) | Self::Cheapest(order) => order.take_first(),
            Self::Dearest(dearest) => dearest.next(),
        }
    }
}

impl Dearest<'_> {
    fn next(&mut self) -> Option<u32> {
        if self.run.is_empty() {
            let price_at = |place: u32| self.prices.get(self.by_price.get(place)?);
            let last = self.before.checked_sub(1)?;
            let price = price_at(last);
            let mut start = last;
            while start > 0 && price_at(start - 1) == price {
                start -= 1;
            }
            self.run = start..self.before;
            self.before = start;
        }
        self.by_price.get(self.run.next()?)
    }
}
