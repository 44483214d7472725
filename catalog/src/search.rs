//! Which products a query finds, in which order, and how its filters would narrow further. What a text finds is `terms.rs`' to
//! know. Sorts nothing that was sorted when the index was built, and of what a text finds only the page that is asked for.

use core::ops::RangeInclusive;

use crate::catalog::Catalog;
use crate::format::{Column, Section};
use crate::money::Price;
use crate::order::Order;
use crate::query::Query;
use crate::ranking::{Key, apart, sort_window};
use crate::terms::{self, Found};

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

/// The lowest and the highest price of what matches.
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

    /// What each filter would leave beside the query's other filters.
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
    /// What the text finds; `None` when nothing is searched for.
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

impl Page {
    fn of(query: &Query) -> Page {
        let to_usize = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let size = to_usize(query.page_size);
        Page { start: to_usize(query.page.saturating_sub(1)).saturating_mul(size), size }
    }

    fn take(&self, matches: impl Iterator<Item = u32>) -> Hits {
        let mut hits = Hits::default();
        for (place, position) in matches.enumerate() {
            if place >= self.start && hits.positions.len() < self.size {
                hits.positions.push(position);
            }
            hits.total += 1;
        }
        hits
    }

    /// The page of a listing that nothing narrows, without a look at a single product.
    fn take_all(&self, total: u32, order: Option<Order<'_>>) -> Hits {
        let positions = match order {
            Some(order) => order.iter().skip(self.start).take(self.size).collect(),
            None => (0..total).skip(self.start).take(self.size).collect(),
        };
        Hits { total, positions, partial: 0 }
    }
}

impl<'c> Look<'c> {
    fn hits(&self, query: &Query) -> Hits {
        let catalog = self.catalog;
        let category = match self.category {
            CategoryFilter::None => return Hits::default(),
            CategoryFilter::Any => None,
            CategoryFilter::One(category) => Some(category),
        };
        let order = Order::of(catalog, query.sort);
        let page = Page::of(query);
        if let Some(found) = &self.found {
            let is_filtered = self.is_filtered();
            let keeps = |(position, _): &(u32, u32)| !is_filtered || self.keeps(*position);
            let kept: Vec<(u32, u32)> = found.products.iter().copied().filter(keeps).collect();
            let partial = kept.iter().filter(|(_, score)| terms::is_partial(*score)).count();
            let hits = match order {
                Some(order) => page.take(self.in_order(order, &kept)),
                None => self.by_relevance(&page, &kept),
            };
            return Hits { partial: u32::try_from(partial).unwrap_or(u32::MAX), ..hits };
        }
        if !query.has_filters() {
            return page.take_all(catalog.count(), order);
        }
        match (order, category) {
            (Some(order), _) => page.take(order.iter().filter(|position| self.keeps(*position))),
            (None, Some(category)) => {
                page.take(catalog.category_members(category).iter().filter(|position| self.keeps(*position)))
            }
            (None, None) => page.take((0..catalog.count()).filter(|position| self.keeps(*position))),
        }
    }

    /// The products that were found, as they come in an order of the index.
    fn in_order(&self, order: Order<'c>, kept: &[(u32, u32)]) -> impl Iterator<Item = u32> {
        let mut is_kept = vec![false; self.catalog.len()];
        for (position, _) in kept {
            if let Some(slot) = usize::try_from(*position).ok().and_then(|place| is_kept.get_mut(place)) {
                *slot = true;
            }
        }
        order.iter().filter(move |position| {
            usize::try_from(*position).ok().and_then(|place| is_kept.get(place)).copied().unwrap_or_default()
        })
    }

    /// The page of what was found, best first. Equal scores are told apart by stock, rating, reviews and id; only the products
    /// around the page are sorted, so a late page costs what an early one does.
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
        let mut keys: Vec<Key> = kept.iter().map(key).collect();
        let window = sort_window(&mut keys, page.start, page.start.saturating_add(page.size));
        Hits {
            total: u32::try_from(kept.len()).unwrap_or(u32::MAX),
            positions: window.iter().map(|key| apart(*key).1).collect(),
            partial: 0,
        }
    }

    fn facets(&self) -> Facets<'c> {
        let catalog = self.catalog;
        let mut counts = vec![0_u32; catalog.categories().len()];
        let mut prices: Option<(u32, u32)> = None;
        let mut in_stock = 0;
        self.each(|checks| {
            if checks.in_price_range && checks.has_stock_state {
                let category = usize::try_from(checks.category).ok();
                if let Some(count) = category.and_then(|category| counts.get_mut(category)) {
                    *count += 1;
                }
            }
            if checks.in_category && checks.has_stock_state {
                let (low, high) = prices.unwrap_or((checks.price, checks.price));
                prices = Some((low.min(checks.price), high.max(checks.price)));
            }
            in_stock += u32::from(checks.in_category && checks.in_price_range && checks.stock > 0);
        });
        let categories = (0_u32..).zip(counts).filter(|(_, count)| *count > 0);
        Facets {
            categories: categories
                .filter_map(|(category, count)| Some(CategoryCount { value: catalog.category_name(category)?, count }))
                .collect(),
            price: prices.and_then(|(low, high)| {
                Some(PriceRange { min: Price::from_minor(low).ok()?, max: Price::from_minor(high).ok()? })
            }),
            in_stock,
        }
    }

    /// Every product that the text finds, or every one there is.
    fn each(&self, mut visit: impl FnMut(&Checks)) {
        match &self.found {
            Some(found) => {
                for (position, _) in &found.products {
                    self.checks(*position).iter().for_each(&mut visit);
                }
            }
            None => {
                for position in 0..self.catalog.count() {
                    self.checks(position).iter().for_each(&mut visit);
                }
            }
        }
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
