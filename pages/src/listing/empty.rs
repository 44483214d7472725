//! A listing with nothing to show: what happened, and at least three ways on (fewer filters, categories, other products, help).

use std::borrow::Borrow;

use catalog::Query;
use maud::{Markup, html};

use crate::card::{Card, Grid, Level};
use crate::categories::{OFFERED, largest};
use crate::frame::Frame;
use crate::listing::ListingView;
use crate::listing::ignored::advice;
use crate::terms::pages_about;
use crate::write::link::{CATEGORIES, LISTING, ListingLink, PageLink, category_query};
use crate::write::number::{Grouped, plural};

/// The most values that are named as not found.
const MOST_UNKNOWN: usize = 5;

/// A page past the end of the list.
pub(crate) fn past_the_end(query: &Query, pages: u32) -> Markup {
    let last = Query { page: pages, ..query.clone() };
    html! {
        div class="empty-state" {
            h2 { "There is no page " (Grouped(query.page)) }
            p { "This list ends on page " (Grouped(last.page)) "." }
            a class="button" href=(ListingLink(&last)) { "Go to page " (Grouped(last.page)) }
        }
    }
}

/// Nothing was found. `instead` are cards of other products that the shop recommends.
pub(crate) fn nothing_found<C: Borrow<Card>>(frame: &Frame<'_>, view: &ListingView<'_>, instead: &[C]) -> Markup {
    let ListingView { query, catalog_size, ref categories, unfiltered, .. } = *view;
    let named: Vec<_> = query.search.iter().flat_map(|search| pages_about(frame.site, search)).collect();
    // Those that are not named already.
    let pages = frame.site.merchant.pages;
    let help: Vec<_> = pages.iter().filter(|page| page.is_help() && !named.contains(page)).collect();
    // The search alone, where that finds something; otherwise it would be one more empty page.
    let search = query.search.as_deref().filter(|_| unfiltered > 0);
    html! {
        div class="empty-state" {
            @match &query.search {
                // The word is right: what is in the way are the filters.
                Some(search) if unfiltered > 0 => {
                    h2 { "Nothing matches “" (search) "” with these filters" }
                    p { "Take a filter away, and more will turn up." }
                },
                Some(search) => {
                    h2 { "Nothing matches “" (search) "”" }
                    @if named.is_empty() { p { "Check the spelling, or try a shorter or more general word." } }
                    @else { p { "No product is called so, but the shop has a page about it." } }
                },
                None => {
                    h2 { "Nothing matches these filters" }
                    p { "Take a filter away or widen the price, and more will turn up." }
                },
            }
            @for one in view.unknown.iter().take(MOST_UNKNOWN) { p { (advice(one)) "." } }
            div class="empty-actions" {
                @if let Some(search) = search {
                    @let all = Query { search: Some(search.to_owned()), sort: query.sort, page_size: query.page_size, ..Query::default() };
                    a class="button" href=(ListingLink(&all)) {
                        span { "See " (Grouped(unfiltered)) (plural(unfiltered, " product", " products")) " for “" bdi { (search) } "” without filters" }
                    }
                }
                @for page in &named {
                    a class="button" href=(PageLink(page.name)) { span { "Go to “" bdi { (page.title) } "”" } }
                }
                a class=(if search.is_none() && named.is_empty() { "button" } else { "button button-quiet" }) href=(LISTING) {
                    "See all " (Grouped(catalog_size)) (plural(catalog_size, " product", " products"))
                }
            }
            @if !help.is_empty() {
                h3 { "Looking for help?" }
                ul class="empty-help" role="list" {
                    @for page in help { li { a href=(PageLink(page.name)) { (page.title) } } }
                }
            }
            @if !categories.is_empty() {
                h3 { "Browse a category" }
                ul role="list" {
                    @for category in largest(categories, |category| category.count) {
                        li {
                            a href=(ListingLink(&category_query(&category.value))) { bdi { (category.name) } " (" (Grouped(category.count)) ")" }
                        }
                    }
                    @if categories.len() > OFFERED {
                        li { a href=(CATEGORIES) { "All categories" } }
                    }
                }
            }
        }
        @if !instead.is_empty() {
            section class="instead" aria-labelledby="instead-heading" {
                h2 id="instead-heading" { "Best rated" }
                (Grid { cards: instead, level: Level::Section, classes: "product-grid" })
            }
        }
    }
}
