//! Which products a query finds, in which order, and how its filters would narrow further.
//! One pass over the columns: right for a small shop, and hidden behind `Catalog` so that a larger index can take its place.

use core::cmp::Reverse;
use core::ops::RangeInclusive;

use crate::catalog::Catalog;
use crate::fold::{fold, words};
use crate::format::{Column, Section};
use crate::money::Price;
use crate::query::{Query, Sort};

/// The most suggestions for one text.
const MAX_SUGGESTIONS: usize = 8;

/// One page of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// How many products match, on all pages.
    pub total: u32,
    /// The positions of the products on this page, in order.
    pub positions: Vec<u32>,
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
        let folded = query.search.as_deref().map(fold);
        let filter = Filter::new(self, query, folded.as_deref());
        let category = match filter.category {
            CategoryFilter::None => return Hits::default(),
            CategoryFilter::Any => None,
            CategoryFilter::One(category) => Some(category),
        };
        let order = match query.sort {
            Some(Sort::PriceAscending) => Some(Section::ByPriceAscending),
            Some(Sort::PriceDescending) => Some(Section::ByPriceDescending),
            Some(Sort::Rating) => Some(Section::ByRating),
            Some(Sort::Name) => Some(Section::ByName),
            Some(Sort::Relevance) | None => None,
        };
        let page = Page::of(query);
        match (order, category) {
            (Some(order), _) => {
                page.take(self.column(order).iter().filter(|position| filter.score(*position).is_some()))
            }
            (None, _) if filter.words.is_some() => page.take(self.by_relevance(&filter).into_iter()),
            (None, Some(category)) => {
                let members = self.category_members(category).iter();
                page.take(members.filter(|position| filter.score(*position).is_some()))
            }
            (None, None) if !query.has_filters() => page.take_all(self.count()),
            (None, None) => page.take((0..self.count()).filter(|position| filter.score(*position).is_some())),
        }
    }

    /// What each filter would leave beside the query's other filters.
    pub fn facets(&self, query: &Query) -> Facets<'_> {
        let folded = query.search.as_deref().map(fold);
        let filter = Filter::new(self, query, folded.as_deref());
        let mut counts = vec![0_u32; self.categories().len()];
        let mut prices: Option<(u32, u32)> = None;
        let mut in_stock = 0;
        for position in 0..self.count() {
            let Some(checks) = filter.checks(position) else {
                continue;
            };
            if filter.relevance(position).is_none() {
                continue;
            }
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
            if checks.in_category && checks.in_price_range && checks.stock > 0 {
                in_stock += 1;
            }
        }
        let categories = (0_u32..).zip(counts).filter(|(_, count)| *count > 0);
        Facets {
            categories: categories
                .filter_map(|(category, count)| Some(CategoryCount { value: self.category_name(category)?, count }))
                .collect(),
            price: prices.and_then(|(low, high)| {
                Some(PriceRange { min: Price::from_minor(low).ok()?, max: Price::from_minor(high).ok()? })
            }),
            in_stock,
        }
    }

    /// At most eight products for a text that is still being typed, best match first.
    pub fn suggest(&self, text: &str) -> Vec<u32> {
        let folded = fold(text);
        let mut positions = self.by_relevance(&Filter::new(self, &Query::default(), Some(&folded)));
        positions.truncate(MAX_SUGGESTIONS);
        positions
    }

    /// All that matches, best first, ties by id.
    fn by_relevance(&self, filter: &Filter<'_, '_>) -> Vec<u32> {
        let scored = (0..self.count()).filter_map(|position| Some((Reverse(filter.score(position)?), position)));
        let mut ranked: Vec<(Reverse<u32>, u32)> = scored.collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, position)| position).collect()
    }
}

/// The window of a listing that was asked for.
struct Page {
    start: usize,
    size: usize,
}

/// A query made ready to be compared with one product after another.
struct Filter<'c, 'q> {
    catalog: &'c Catalog,
    category: CategoryFilter,
    prices: RangeInclusive<u32>,
    in_stock: Option<bool>,
    /// The words asked for; `Some` of none matches nothing, since a text without words names nothing.
    words: Option<Vec<&'q str>>,
    category_column: Column<'c>,
    price_column: Column<'c>,
    stock_column: Column<'c>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CategoryFilter {
    Any,
    One(u32),
    /// A category that no product has.
    None,
}

/// One product against each filter by itself, words aside.
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
    fn take_all(&self, total: u32) -> Hits {
        Hits { total, positions: (0..total).skip(self.start).take(self.size).collect() }
    }
}

impl<'c, 'q> Filter<'c, 'q> {
    fn new(catalog: &'c Catalog, query: &Query, folded_search: Option<&'q str>) -> Filter<'c, 'q> {
        let minimum = query.min_price.unwrap_or_default().minor();
        let maximum = query.max_price.unwrap_or(Price::MAX).minor();
        Filter {
            catalog,
            category: match query.category.as_deref() {
                None => CategoryFilter::Any,
                Some(name) => catalog.category(name).map_or(CategoryFilter::None, CategoryFilter::One),
            },
            prices: minimum..=maximum,
            in_stock: query.in_stock,
            words: folded_search.map(|folded| words(folded).collect()),
            category_column: catalog.column(Section::ProductCategories),
            price_column: catalog.column(Section::Prices),
            stock_column: catalog.column(Section::Stocks),
        }
    }

    /// How well a product matches the whole query: `None` if it does not, 0 if nothing was searched for.
    fn score(&self, position: u32) -> Option<u32> {
        let checks = self.checks(position)?;
        if !(checks.in_category && checks.in_price_range && checks.has_stock_state) {
            return None;
        }
        self.relevance(position)
    }

    fn checks(&self, position: u32) -> Option<Checks> {
        let category = self.category_column.get(position)?;
        let price = self.price_column.get(position)?;
        let stock = self.stock_column.get(position)?;
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

    /// How well a product matches the words alone: `None` if one of them is missing, 0 if nothing was searched for.
    fn relevance(&self, position: u32) -> Option<u32> {
        let Some(query_words) = &self.words else {
            return Some(0);
        };
        if query_words.is_empty() {
            return None;
        }
        let [name, category, description] = self.catalog.words(position)?;
        query_words.iter().try_fold(0, |sum: u32, word| {
            // One digit a field, base three: a better field outweighs all that lies below it.
            let in_field = |field| strength(word.as_bytes(), field);
            let score = in_field(name) * 9 + in_field(category) * 3 + in_field(description);
            (score > 0).then(|| sum.saturating_add(score))
        })
    }
}

/// 2 if the field has the word, 1 if it has a word that starts with it, 0 otherwise.
///
/// Compares bytes, which is right for UTF-8 and needs no check of the text. Words are short, so a plain loop to the next space is
/// faster than a vectorised search for it.
fn strength(word: &[u8], field: &[u8]) -> u32 {
    let mut best = 0;
    let mut rest = field;
    loop {
        if let Some(after) = rest.strip_prefix(word) {
            if matches!(after.first(), None | Some(b' ')) {
                return 2;
            }
            best = 1;
        }
        let next = rest.iter().position(|byte| *byte == b' ').and_then(|space| rest.get(space + 1..));
        match next {
            Some(next) => rest = next,
            None => return best,
        }
    }
}
