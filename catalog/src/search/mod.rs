//! The products of a query, their order, and how its filters would narrow further. Sorts nothing that was sorted when the index was
//! built, and of the products of a text only the page that is asked for. Ignorant of URLs and of changes: it reads one whole index.
//!
//! | to change | open |
//! | --- | --- |
//! | a filter, a further one | `filter.rs` |
//! | a filter by the options of variants | `options.rs` |
//! | which products count in which facet | `sieve.rs` |
//! | a facet, how facets count | `facets.rs`; of brands, collections, options, attributes: `values.rs` |
//! | listings without a text, the shortcuts of the index | `browse.rs`; under filters that have none: `sift.rs` |
//! | the orders of a listing | `order.rs`; for keys that are sorted: `ranking.rs` |
//! | the products of a text and their scores | `terms.rs`, one word: `terms/word.rs`, several: `terms/combine.rs` |
//! | the merchant's rules: in a search, beside it | `terms/merchant.rs`, `merchant.rs` |
//! | the limit of the work for a text | `terms/budget.rs` |
//! | the page of the best products | `Look::by_relevance` here, `band.rs` |
//! | products to show beside others | `recommend.rs` |
//! | a query in the spelling of the catalog | `spelling.rs` |

mod band;
mod browse;
mod facets;
mod filter;
mod merchant;
mod options;
mod order;
pub(crate) mod ranking;
mod recommend;
mod sieve;
mod sift;
mod spelling;
mod terms;
mod values;

use std::borrow::Cow;

use self::band::Band;
pub use self::facets::{CategoryCount, Facets, PriceRange};
use self::filter::{CategoryFilter, Filters};
use self::sieve::Sieve;
pub use self::spelling::{Spelled, Unknown};
pub use self::values::{NamedCounts, ValueCount};
use crate::index::catalog::Catalog;
use crate::index::format::{Column, Section};
use crate::index::set::Set;
use crate::model::product::Rating;
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

impl Hits {
    /// How many pages of this size there are; 0 when nothing matches.
    pub fn total_pages(&self, page_size: u32) -> u32 {
        self.total.div_ceil(page_size.max(1))
    }
}

impl Catalog {
    /// One page of the products that match, in the order that the query asks for.
    pub fn search(&self, query: &Query) -> Hits {
        self.look(query).hits(query, None)
    }

    /// How many products each filter would leave beside the query's other filters.
    pub fn facets(&self, query: &Query) -> Facets<'_> {
        let look = self.look(query);
        facets::facets(self, &look.filters, query, &look.sieve(true))
    }

    /// Both, which costs less than one after the other: a text is looked up once.
    pub fn search_with_facets(&self, query: &Query) -> (Hits, Facets<'_>) {
        let look = self.look(query);
        let sieve = look.sieve(true);
        (look.hits(query, Some(&sieve)), facets::facets(self, &look.filters, query, &sieve))
    }

    /// At most eight products for a text that is still being typed, best match first.
    pub fn suggest(&self, text: &str) -> Vec<u32> {
        let query = Query { page_size: MAX_SUGGESTIONS, ..Query::default() };
        let look = Look { found: Some(terms::find(self, text, true)), ..self.look(&query) };
        look.hits(&query, None).positions
    }

    /// The work of a search for a text, or of suggestions for one (`is_typed`): how many words of the dictionary, entries of lists and
    /// products are looked at, roughly as their times compare. The same on every host, so that a limit is tested without a clock.
    pub fn work(&self, text: &str, is_typed: bool) -> u64 {
        let found = terms::find(self, text, is_typed);
        // To count, filter and rank the products takes about as long as to find them, if one list has them.
        found.work.saturating_add(u64::try_from(found.products.len()).unwrap_or(u64::MAX))
    }

    fn look(&self, query: &Query) -> Look<'_> {
        Look {
            catalog: self,
            filters: Filters::of(self, query),
            found: query.search.as_deref().map(|text| terms::find(self, text, false)),
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
    filters: Filters<'c>,
    /// The products of the text; `None` when nothing is searched for.
    found: Option<Found>,
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

impl Page {
    fn of(query: &Query) -> Page {
        let to_usize = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let size = to_usize(query.page_size);
        Page { start: to_usize(query.page.saturating_sub(1)).saturating_mul(size), size }
    }
}

impl Look<'_> {
    /// A page. `sieve` has what the filters leave, if that is known already.
    fn hits(&self, query: &Query, sieve: Option<&Sieve>) -> Hits {
        let Some(found) = &self.found else {
            return match sieve.filter(|_| !self.filters.is_empty()) {
                Some(sieve) => self.sifted(query, &sieve.kept),
                None if self.is_sifted() => self.sifted(query, &self.sieve(false).kept),
                None => self.browse(query),
            };
        };
        if self.filters.category() == CategoryFilter::Unknown {
            return Hits::default();
        }
        let page = Page::of(query);
        let kept: Cow<'_, [(u32, u32)]> = if self.filters.is_empty() {
            Cow::Borrowed(&found.products)
        } else {
            let keeps = |position: u32| {
                sieve.map_or_else(|| self.filters.keep(position), |sieve| sieve.kept.contains(position))
            };
            found.products.iter().copied().filter(|(position, _)| keeps(*position)).collect()
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
        let stocks: Column<'_> = self.catalog.column(Section::Stocks);
        let key = |(position, score): &(u32, u32)| {
            let position = *position;
            let is_out = stocks.get(position).unwrap_or_default() == 0;
            let reviews = reviews.get(position).unwrap_or_default();
            let rating = ratings.get(position).and_then(|rating| Rating::new(u16::try_from(rating).ok()?).ok());
            let rating = rating.unwrap_or_default().weighted(reviews);
            // From the highest bits on: 32 for the score, 1, 16, 32, 32.
            Key::from(!*score) << 81
                | Key::from(is_out) << 80
                | Key::from(!rating) << 64
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
}
