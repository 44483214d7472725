//! Facets: the number of products that each further filter would leave. Every facet counts by one rule, all predicates but those of its
//! own kind. The values of brands, collections, options and attributes are counted in `values.rs`.

use std::borrow::Cow;

use crate::index::catalog::Catalog;
use crate::index::format::{Column, Section};
use crate::index::groups::SetColumn;
use crate::index::set::Set;
use crate::model::currency::Currency;
use crate::model::money::Price;
use crate::query::Query;
use crate::search::filter::{Filters, Kind};
use crate::search::sieve::Sieve;
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

/// More of the products than one of so many are found at the ends of an order sooner than by going through them.
const MANY: u32 = 4;

/// Counts the products of a sieve by their values.
pub(super) struct Tally<'l> {
    catalog: &'l Catalog,
    sieve: &'l Sieve,
    kept: Listed,
}

/// Some products, or all others where these are fewer.
struct Listed {
    positions: Vec<u32>,
    are_others: bool,
}

impl Listed {
    fn of(set: &Set, count: u32) -> Listed {
        if set.len() <= count / 2 {
            return Listed { positions: set.iter().collect(), are_others: false };
        }
        Listed { positions: set.rest(count).iter().collect(), are_others: true }
    }
}

impl<'l> Tally<'l> {
    fn of(catalog: &'l Catalog, sieve: &'l Sieve) -> Self {
        Tally { catalog, sieve, kept: Listed::of(&sieve.kept, catalog.count()) }
    }

    /// How many products that count in the facet of a kind have each value of a column. `of_all` has the counts of all products.
    pub(super) fn counts(
        &self,
        kind: Option<Kind>,
        column: SetColumn<'_>,
        of_all: impl ExactSizeIterator<Item = u32>,
    ) -> Vec<u32> {
        let own = kind.filter(|kind| self.sieve.broken(*kind).is_some());
        let own = own.map(|kind| Listed::of(&self.counted(kind), self.catalog.count()));
        let listed = own.as_ref().unwrap_or(&self.kept);
        let mut counts = vec![0; of_all.len()];
        column.tally(&listed.positions, &mut counts);
        if listed.are_others {
            for (count, all) in counts.iter_mut().zip(of_all) {
                *count = all.saturating_sub(*count);
            }
        }
        counts
    }

    /// The products that count in the facet of a kind: those that break no filter of another kind.
    fn counted(&self, kind: Kind) -> Cow<'l, Set> {
        let Some(broken) = self.sieve.broken(kind) else { return Cow::Borrowed(&self.sieve.kept) };
        let mut counted = self.sieve.kept.clone();
        for (word, broken) in counted.words_mut().iter_mut().zip(broken.words()) {
            *word |= broken;
        }
        Cow::Owned(counted)
    }

    fn categories(&self) -> Vec<u32> {
        let column = SetColumn::Two(self.catalog.column(Section::ProductCategories));
        let counts: Column<'_> = self.catalog.column(Section::CategoryCounts);
        let of_all = (0..counts.len() / 2).map(|category| {
            u32::try_from(category).ok().and_then(|category| counts.get(category.checked_mul(2)?)).unwrap_or_default()
        });
        self.counts(Some(Kind::Category), column, of_all)
    }

    fn prices(&self) -> Option<PriceRange> {
        let counted = self.counted(Kind::Price);
        let price_of = self.catalog.prices(Section::Prices);
        let by_price: Column<'_, 3> = self.catalog.column(Section::ByPriceAscending);
        let is_counted = |position: &u32| counted.contains(*position);
        let (lowest, highest) = if counted.len() > self.catalog.count() / MANY {
            let ends = by_price.iter().find(is_counted).zip(by_price.iter().rev().find(is_counted))?;
            (price_of.get(ends.0)?, price_of.get(ends.1)?)
        } else {
            let prices = counted.iter().filter_map(|position| price_of.get(position));
            prices.fold(None, |range: Option<(u64, u64)>, price| {
                let (lowest, highest) = range.unwrap_or((price, price));
                Some((lowest.min(price), highest.max(price)))
            })?
        };
        Some(PriceRange { min: Price::from_minor(lowest).ok()?, max: Price::from_minor(highest).ok()? })
    }

    fn in_stock(&self, filters: &Filters<'_>) -> u32 {
        let counted = self.counted(Kind::Stock);
        let words = counted.words().iter().zip(self.catalog.marks().in_stock.words());
        let in_stock = (0_u32..).step_by(64).zip(words);
        in_stock.map(|(first, (word, in_stock))| filters.available(first, word & in_stock).count_ones()).sum()
    }

    /// `None` if no product of the catalog has a price before.
    fn on_sale(&self) -> Option<u32> {
        let has_sales = self.catalog.prices(Section::CompareAt).len() > 0;
        has_sales.then(|| self.counted(Kind::Sale).common(&self.catalog.marks().on_sale))
    }
}

/// The facets of a query with the names of what they count. `sieve` has sifted the products of its text by its filters.
pub(super) fn facets<'c>(catalog: &'c Catalog, filters: &Filters<'_>, query: &Query, sieve: &Sieve) -> Facets<'c> {
    let tally = Tally::of(catalog, sieve);
    let (brands, collections, options, attributes) = ValueCounter::of(catalog, query, &tally).named();
    Facets {
        currency: catalog.currency(),
        categories: categories_named(catalog, tally.categories()),
        price: tally.prices(),
        in_stock: tally.in_stock(filters),
        on_sale: tally.on_sale(),
        brands,
        collections,
        options,
        attributes,
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
