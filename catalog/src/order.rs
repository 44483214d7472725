//! The orders of a listing that were decided when the index was built.

use core::ops::Range;

use crate::catalog::Catalog;
use crate::format::{Column, Section};
use crate::query::Sort;

/// All products in an order. Ties are in id order, whichever way round the rest is.
#[derive(Clone, Copy)]
pub(crate) enum Order<'a> {
    /// As it is in the index.
    Forward(Column<'a, 3>),
    /// By price.
    Cheapest(Column<'a, 3>),
    /// By price from the end, since one order serves both ways.
    Dearest { by_price: Column<'a, 3>, prices: Column<'a> },
}

/// Goes through the order of prices from the end, each price's own run forwards.
struct Dearest<'a> {
    by_price: Column<'a, 3>,
    prices: Column<'a>,
    run: Range<u32>,
    before: u32,
}

impl<'a> Order<'a> {
    /// The order that a query asks for; `None` for relevance, which depends on the query, and for id order, which needs none.
    pub(crate) fn of(catalog: &'a Catalog, sort: Option<Sort>) -> Option<Self> {
        let section = match sort {
            Some(Sort::Relevance) | None => return None,
            Some(Sort::PriceAscending | Sort::PriceDescending) => Section::ByPriceAscending,
            Some(Sort::Rating) => Section::ByRating,
            Some(Sort::Name) => Section::ByName,
        };
        let order = catalog.column(section);
        Some(match sort {
            Some(Sort::PriceAscending) => Self::Cheapest(order),
            Some(Sort::PriceDescending) => Self::Dearest { by_price: order, prices: catalog.column(Section::Prices) },
            _ => Self::Forward(order),
        })
    }

    /// Whether this is an order of prices, of which [`within`](Self::within) takes a part.
    pub(crate) fn is_by_price(self) -> bool {
        matches!(self, Self::Cheapest(_) | Self::Dearest { .. })
    }

    /// The products between two places of the ascending order of prices; an order of anything else stays whole. No price may
    /// stand on both sides of an end, or its products would change places.
    pub(crate) fn within(self, places: Range<u32>) -> Self {
        match self {
            Self::Forward(order) => Self::Forward(order),
            Self::Cheapest(by_price) => Self::Cheapest(by_price.slice(places)),
            Self::Dearest { by_price, prices } => Self::Dearest { by_price: by_price.slice(places), prices },
        }
    }

    /// The products in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = u32> + 'a {
        let (forward, dearest) = match self {
            Self::Forward(order) | Self::Cheapest(order) => (Some(order), None),
            Self::Dearest { by_price, prices } => {
                let before = u32::try_from(by_price.len()).unwrap_or_default();
                (None, Some(Dearest { by_price, prices, run: 0..0, before }))
            }
        };
        forward.into_iter().flat_map(Column::iter).chain(dearest.into_iter().flatten())
    }
}

impl Iterator for Dearest<'_> {
    type Item = u32;

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
