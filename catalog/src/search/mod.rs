//! Which products a query finds, in which order, and how its filters would narrow further; `terms.rs` finds those of a text. Sorts
//! nothing that was sorted when the index was built, and of the products of a text only the page that is asked for.

mod band;
mod browse;
mod order;
pub(crate) mod ranking;
mod recommend;
pub(crate) mod set;
mod terms;

use core::ops::RangeInclusive;
use std::borrow::Cow;

use self::band::Band;
use self::set::Set;

use crate::index::catalog::Catalog;
use crate::index::format::{Column, Section};
use crate::model::money::Price;
use crate::query::{Query, Sort};
use crate::search::order::Order;
use crate::search::ranking::{Key, apart, sort_window};
use crate::search::terms::Found;

/// The most suggestions for one text.
const MAX_SUGGESTIONS: u32 = 8;

/// One page of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// How many products match, on all pages.
    pub total: u32,
    /// The positions of the products on this page, in order.
    pub positions: Vec<u32>,
    /// How many of all that match lack a word of the text; in the order of relevance they come last.
    pub partial: u32,
}

/// How many products each further filter would leave. Each facet ignores its own filter, so that its alternatives can be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets<'a> {
    /// The categories that would leave something, by name.
    pub categories: Vec<CategoryCount<'a>>,
    /// The lowest and the highest price; `None` when nothing matches.
    pub price: Option<PriceRange>,
    /// How many are in stock.
    pub in_stock: u32,
}

/// A category and how many products it would leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CategoryCount<'a> {
    /// The category's name.
    pub value: &'a str,
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

impl Hits {
    /// How many pages of this size there are; 0 when nothing matches.
    pub fn total_pages(&self, page_size: u32) -> u32 {
        self.total.div_ceil(page_size.max(1))
    }
}

impl Catalog {
    /// One page of the products that match, in the order that the query asks for.
    pub fn search(&self, query: &Query) -> Hits {
        self.look(query).hits(query)
    }

    /// How many products each filter would leave beside the query's other filters.
    pub fn facets(&self, query: &Query) -> Facets<'_> {
        self.look(query).facets()
    }

    /// Both, which costs less than one after the other: a text is looked up once.
    pub fn search_with_facets(&self, query: &Query) -> (Hits, Facets<'_>) {
        let look = self.look(query);
        (look.hits(query), look.facets())
    }

    /// At most eight products for a text that is still being typed, best match first.
    pub fn suggest(&self, text: &str) -> Vec<u32> {
        let query = Query { page_size: MAX_SUGGESTIONS, ..Query::default() };
        let look = Look { found: Some(terms::find(self, text, true)), ..self.look(&query) };
        look.hits(&query).positions
    }

    /// The work of a search for a text, or of suggestions for one (`is_typed`): how many words of the dictionary, entries of lists and
    /// products are looked at, roughly as their times compare. The same on every host, so that a limit is tested without a clock.
    pub fn work(&self, text: &str, is_typed: bool) -> u64 {
        let found = terms::find(self, text, is_typed);
        // To count, filter and rank the products takes about as long as to find them, if one list has them.
        found.work.saturating_add(u64::try_from(found.products.len()).unwrap_or(u64::MAX))
    }

    fn look(&self, query: &Query) -> Look<'_> {
        let minimum = query.min_price.unwrap_or_default().minor();
        let maximum = query.max_price.unwrap_or(Price::MAX).minor();
        Look {
            catalog: self,
            category: match query.category.as_deref() {
                None => CategoryFilter::Any,
                Some(name) => self.category(name).map_or(CategoryFilter::None, CategoryFilter::One),
            },
            prices: minimum..=maximum,
            in_stock: query.in_stock,
            found: query.search.as_deref().map(|text| terms::find(self, text, false)),
            categories: self.column(Section::ProductCategories),
            price_of: self.column(Section::Prices),
            stock_of: self.column(Section::Stocks),
        }
    }
}

/// The window of a listing that was asked for.
struct Page {
    start: usize,
    size: usize,
}

/// A query made ready to be compared with one product after another.
struct Look<'c> {
    catalog: &'c Catalog,
    category: CategoryFilter,
    prices: RangeInclusive<u32>,
    in_stock: Option<bool>,
    /// The products of the text; `None` when nothing is searched for.
    found: Option<Found>,
    categories: Column<'c, 2>,
    price_of: Column<'c>,
    stock_of: Column<'c>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CategoryFilter {
    Any,
    One(u32),
    /// A category that no product has.
    None,
}

/// One product against each filter by itself, text aside.
struct Checks {
    category: u32,
    price: u32,
    stock: u32,
    in_category: bool,
    in_price_range: bool,
    has_stock_state: bool,
}

/// Which of some products are on a page.
struct Ranks {
    from: usize,
    to: usize,
}

impl Ranks {
    /// The same, counted from behind the first `count`.
    fn behind(&mut self, count: usize) {
        self.from = self.from.saturating_sub(count);
        self.to = self.to.saturating_sub(count);
    }
}

/// How many products further filters would leave.
struct Counts {
    /// By the number of the category.
    categories: Vec<u32>,
    /// The lowest and the highest.
    prices: Option<(u32, u32)>,
    in_stock: u32,
}

impl Counts {
    fn of(catalog: &Catalog) -> Self {
        Self { categories: vec![0; catalog.categories().len()], prices: None, in_stock: 0 }
    }

    fn add_category(&mut self, category: u32) {
        if let Some(count) = usize::try_from(category).ok().and_then(|category| self.categories.get_mut(category)) {
            *count += 1;
        }
    }

    fn add_price(&mut self, price: u32) {
        let (low, high) = self.prices.unwrap_or((price, price));
        self.prices = Some((low.min(price), high.max(price)));
    }
}

impl Page {
    fn of(query: &Query) -> Page {
        let to_usize = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let size = to_usize(query.page_size);
        Page { start: to_usize(query.page.saturating_sub(1)).saturating_mul(size), size }
    }
}

impl<'c> Look<'c> {
    fn hits(&self, query: &Query) -> Hits {
        let Some(found) = &self.found else { return self.browse(query) };
        if self.category == CategoryFilter::None {
            return Hits::default();
        }
        let page = Page::of(query);
        let kept: Cow<'_, [(u32, u32)]> = if self.is_filtered() {
            found.products.iter().copied().filter(|(position, _)| self.keeps(*position)).collect()
        } else {
            Cow::Borrowed(&found.products)
        };
        let partial = kept.iter().filter(|(_, score)| terms::is_partial(*score)).count();
        let hits = match query.sort {
            Some(Sort::Relevance) | None => self.by_relevance(&page, &kept),
            Some(_) => self.in_order(query.sort, &page, &kept),
        };
        Hits { partial: u32::try_from(partial).unwrap_or(u32::MAX), ..hits }
    }

    /// The page of the products that were found, as an order of the index has it.
    fn in_order(&self, sort: Option<Sort>, page: &Page, kept: &[(u32, u32)]) -> Hits {
        let set = Set::of(self.catalog.count(), kept.iter().map(|(position, _)| *position));
        let size = page.size.min(kept.len().saturating_sub(page.start));
        Hits {
            total: u32::try_from(kept.len()).unwrap_or(u32::MAX),
            positions: Order::of(self.catalog, sort).page(page.start, size, |position| set.contains(position)),
            partial: 0,
        }
    }

    /// The page of the products that were found, best first. Equal scores are told apart by stock, rating, reviews and id, as the
    /// order of merit does; only the products around the page are looked at more closely, so a late page costs what an early one does.
    fn by_relevance(&self, page: &Page, kept: &[(u32, u32)]) -> Hits {
        let ratings: Column<'_, 2> = self.catalog.column(Section::Ratings);
        let reviews: Column<'_> = self.catalog.column(Section::Reviews);
        let key = |(position, score): &(u32, u32)| {
            let position = *position;
            let is_out = self.stock_of.get(position).unwrap_or_default() == 0;
            let rating = ratings.get(position).unwrap_or_default();
            let reviews = reviews.get(position).unwrap_or_default();
            // From the highest bits on: 32 for the score, 1, 16, 32, 32.
            Key::from(!*score) << 81
                | Key::from(is_out) << 80
                | Key::from(0xffff_u32.saturating_sub(rating)) << 64
                | Key::from(!reviews) << 32
                | Key::from(position)
        };
        let end = page.start.saturating_add(page.size);
        let band = Band::around(kept, page.start, end);
        let lowest = *band.scores.start();
        let better = kept.iter().filter(|(_, score)| *score > lowest && band.scores.contains(score));
        let mut keys: Vec<Key> = better.map(key).collect();
        let mut ranks = Ranks { from: page.start.saturating_sub(band.before), to: end.saturating_sub(band.before) };
        let window = sort_window(&mut keys, ranks.from, ranks.to);
        let mut positions: Vec<u32> = window.iter().map(|key| apart(*key).1).collect();
        // Those of the lowest score may be half of the catalog; their order is one that the index has.
        ranks.behind(keys.len());
        let equal = || kept.iter().filter(|(_, score)| *score == lowest).map(|(position, _)| *position);
        let size = (ranks.to - ranks.from).min(equal().count().saturating_sub(ranks.from));
        if size > 0 {
            let set = Set::of(self.catalog.count(), equal());
            let by_merit = Order::Forward(self.catalog.column(Section::ByMerit));
            positions.extend(by_merit.page(ranks.from, size, |position| set.contains(position)));
        }
        Hits { total: u32::try_from(kept.len()).unwrap_or(u32::MAX), positions, partial: 0 }
    }

    fn facets(&self) -> Facets<'c> {
        let counts = match &self.found {
            Some(found) => self.counts(found),
            None => self.browse_counts(),
        };
        let catalog = self.catalog;
        let categories = (0_u32..).zip(counts.categories).filter(|(_, count)| *count > 0);
        Facets {
            categories: categories
                .filter_map(|(category, count)| Some(CategoryCount { value: catalog.category_name(category)?, count }))
                .collect(),
            price: counts.prices.and_then(|(low, high)| {
                Some(PriceRange { min: Price::from_minor(low).ok()?, max: Price::from_minor(high).ok()? })
            }),
            in_stock: counts.in_stock,
        }
    }

    /// How many products of the text each further filter would leave.
    fn counts(&self, found: &Found) -> Counts {
        let mut counts = Counts::of(self.catalog);
        for checks in found.products.iter().filter_map(|(position, _)| self.checks(*position)) {
            if checks.in_price_range && checks.has_stock_state {
                counts.add_category(checks.category);
            }
            if checks.in_category && checks.has_stock_state {
                counts.add_price(checks.price);
            }
            counts.in_stock += u32::from(checks.in_category && checks.in_price_range && checks.stock > 0);
        }
        counts
    }

    /// Whether anything but a text narrows the listing.
    fn is_filtered(&self) -> bool {
        self.category != CategoryFilter::Any || self.in_stock.is_some() || self.prices != (0..=Price::MAX.minor())
    }

    /// Whether a product passes all filters.
    fn keeps(&self, position: u32) -> bool {
        self.checks(position)
            .is_some_and(|checks| checks.in_category && checks.in_price_range && checks.has_stock_state)
    }

    fn checks(&self, position: u32) -> Option<Checks> {
        let category = self.categories.get(position)?;
        let price = self.price_of.get(position)?;
        let stock = self.stock_of.get(position)?;
        Some(Checks {
            category,
            price,
            stock,
            in_category: match self.category {
                CategoryFilter::Any => true,
                CategoryFilter::One(only) => only == category,
                CategoryFilter::None => false,
            },
            in_price_range: self.prices.contains(&price),
            has_stock_state: self.in_stock.is_none_or(|in_stock| in_stock == (stock > 0)),
        })
    }
}
