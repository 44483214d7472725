//! The filters of a query as a list of predicates, each of which looks at one product by its position. A further filter is a further
//! variant with its rule and its kind: listings, totals and facets follow, by going through the products. Texts are for `terms.rs`.

use core::ops::RangeInclusive;

use crate::index::catalog::Catalog;
use crate::index::format::{Column, Section};
use crate::model::money::Price;
use crate::query::Query;

/// A rule that a product keeps or not.
pub(super) enum Predicate<'c> {
    /// The category is this one; no product has a category that the catalog lacks.
    Category { of: Column<'c, 2>, only: Option<u32> },
    /// The price lies in a range.
    Price { of: Column<'c>, range: RangeInclusive<u32> },
    /// The product is in stock, or out of it.
    Stock { of: Column<'c>, is_in: bool },
}

/// The kind of a predicate, which is also what a facet is about: a facet ignores the predicate of its own kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Category,
    Price,
    Stock,
}

/// The predicates of a query; a product has to keep all of them.
pub(super) struct Filters<'c> {
    list: Vec<Predicate<'c>>,
}

/// The predicates that a product breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    None,
    One(Kind),
    /// Two or more: dropping one of them would not let the product through.
    More,
}

/// A filter by category.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CategoryFilter {
    Any,
    One(u32),
    /// A category that the catalog lacks.
    Unknown,
}

impl Predicate<'_> {
    fn keeps(&self, position: u32) -> bool {
        match self {
            Predicate::Category { of, only } => only.is_some() && of.get(position) == *only,
            Predicate::Price { of, range } => of.get(position).is_some_and(|price| range.contains(&price)),
            Predicate::Stock { of, is_in } => of.get(position).is_some_and(|stock| *is_in == (stock > 0)),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Predicate::Category { .. } => Kind::Category,
            Predicate::Price { .. } => Kind::Price,
            Predicate::Stock { .. } => Kind::Stock,
        }
    }
}

impl Broken {
    /// Whether the product keeps all predicates but those of this kind.
    pub(super) fn is_at_most(self, kind: Kind) -> bool {
        match self {
            Broken::None => true,
            Broken::One(broken) => broken == kind,
            Broken::More => false,
        }
    }
}

impl<'c> Filters<'c> {
    /// The filters of a query, its text aside.
    pub(super) fn of(catalog: &'c Catalog, query: &Query) -> Self {
        let mut list = Vec::new();
        if let Some(name) = query.category.as_deref() {
            let of = catalog.column(Section::ProductCategories);
            list.push(Predicate::Category { of, only: catalog.category(name) });
        }
        let range = query.min_price.unwrap_or_default().minor()..=query.max_price.unwrap_or(Price::MAX).minor();
        if range != (0..=Price::MAX.minor()) {
            list.push(Predicate::Price { of: catalog.column(Section::Prices), range });
        }
        if let Some(is_in) = query.in_stock {
            list.push(Predicate::Stock { of: catalog.column(Section::Stocks), is_in });
        }
        Filters { list }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether a product keeps all predicates.
    pub(super) fn keep(&self, position: u32) -> bool {
        self.list.iter().all(|predicate| predicate.keeps(position))
    }

    /// The predicates that a product breaks.
    pub(super) fn broken_by(&self, position: u32) -> Broken {
        let mut broken = Broken::None;
        for predicate in self.list.iter().filter(|predicate| !predicate.keeps(position)) {
            broken = match broken {
                Broken::None => Broken::One(predicate.kind()),
                Broken::One(_) | Broken::More => return Broken::More,
            };
        }
        broken
    }

    /// Whether all predicates are of these kinds.
    pub(super) fn are_of(&self, kinds: &[Kind]) -> bool {
        self.list.iter().all(|predicate| kinds.contains(&predicate.kind()))
    }

    /// The category that is asked for.
    pub(super) fn category(&self) -> CategoryFilter {
        let found = self.list.iter().find_map(|predicate| match predicate {
            Predicate::Category { only, .. } => Some(only.map_or(CategoryFilter::Unknown, CategoryFilter::One)),
            _ => None,
        });
        found.unwrap_or(CategoryFilter::Any)
    }

    /// The prices that are asked for, if not all are.
    pub(super) fn prices(&self) -> Option<RangeInclusive<u32>> {
        self.list.iter().find_map(|predicate| match predicate {
            Predicate::Price { range, .. } => Some(range.clone()),
            _ => None,
        })
    }

    /// The state of the stock that is asked for.
    pub(super) fn in_stock(&self) -> Option<bool> {
        self.list.iter().find_map(|predicate| match predicate {
            Predicate::Stock { is_in, .. } => Some(*is_in),
            _ => None,
        })
    }
}
