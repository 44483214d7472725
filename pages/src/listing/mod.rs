//! The listing: filters, results, paging; and the same page when a parameter was refused.
//! Heading and breadcrumb stand outside the slot and never change with the query, since a remote replaces only the slot.

mod filters;
mod pagination;

use std::borrow::{Borrow, Cow};

use catalog::{Facets, ParameterError, Price, Product, Query};
use maud::{Markup, Render, html};

use crate::card::{Card, Grid, Level, cards};
use crate::categories::{OFFERED, largest};
use crate::contracts;
use crate::frame::Frame;
use crate::listing::filters::{ERROR_ID, Fields, filters};
use crate::listing::pagination::pagination;
use crate::shell::document::{Kind, breadcrumb, document, page_address};
use crate::shell::head::Head;
use crate::shell::slot::slot;
use crate::shell::structured::{self, Crumb};
use crate::site::Site;
use crate::write::currency::Currency;
use crate::write::link::{CATEGORIES, LISTING, ListingLink};
use crate::write::number::{Grouped, plural};
use crate::write::text::{Direct, Text};

const CRUMBS: [Crumb<'static>; 2] = [Crumb { name: "Home", path: Some("/") }, Crumb { name: "Products", path: None }];

/// A listing in the state of a query.
#[derive(Debug)]
pub struct ListingView<'a> {
    /// What was asked for.
    pub query: &'a Query,
    /// The products of the page.
    pub products: Vec<Product<'a>>,
    /// How many products the query finds on all pages.
    pub total: u32,
    /// How many of them lack a word of the search.
    pub partial: u32,
    /// Counts for the filters.
    pub facets: Facets<'a>,
    /// How many products the shop has.
    pub catalog_size: u32,
}

/// A listing whose parameters were refused.
#[derive(Debug)]
pub struct RefusedListingView<'a> {
    /// What is wrong with which parameter.
    pub error: &'a ParameterError,
    /// The fields as submitted.
    pub submitted: &'a [(String, String)],
    /// Counts of the query without filters.
    pub facets: Facets<'a>,
}

/// The listing.
pub fn listing(frame: &Frame<'_>, view: &ListingView<'_>) -> Vec<u8> {
    listing_of(frame, view, &cards(frame.site, &view.products))
}

/// The listing of products whose cards the host has: one for each product of the page, in its order. `view.products` is not read.
pub fn listing_of<C: Borrow<Card>>(frame: &Frame<'_>, view: &ListingView<'_>, cards: &[C]) -> Vec<u8> {
    // Facets are a matter of the API; no address of a page asks for them.
    let query = &Query { facets: false, ..view.query.clone() };
    // The same products in another order are no page of their own for search engines.
    let canonical = ListingLink(&Query { sort: None, ..query.clone() }).to_text();
    let first = query.page.saturating_sub(1).saturating_mul(query.page_size).saturating_add(1);
    let head = Head {
        title: title(query),
        description: description(frame.site, view),
        // Results of a search are no page that another search should find, and prices and page sizes make pages without end.
        no_index: cards.is_empty()
            || query.search.is_some()
            || query.min_price.is_some()
            || query.max_price.is_some()
            || query.page_size != Query::DEFAULT_PAGE_SIZE,
        canonical: Some(Cow::Borrowed(&canonical)),
        picture: cards.iter().find_map(|card| card.borrow().picture()),
        product: None,
        structured: Some(structured::listing(
            frame.site,
            &CRUMBS,
            cards.iter().map(|card| card.borrow().members()),
            first,
            view.total,
        )),
    };
    let before = html! {
        p class="results-info" { (Info { shown: cards.len(), total: view.total }) }
        @if let Some(note) = match_note(view.total, view.partial) {
            p class="match-note" { (note) }
        }
        @if query.has_filters() {
            (active_filters(frame.site.currency, query))
        }
    };
    let results = Direct(|out: &mut String| {
        before.render_to(out);
        if cards.is_empty() {
            empty_state(query, view).render_to(out);
        } else {
            Grid { cards, level: Level::Page, classes: "product-grid" }.render_to(out);
            pagination(query, pages(view)).render_to(out);
        }
        // A page of a list has other products in another order.
        page_address(frame.site, &ListingLink(query).to_text()).render_to(out);
    });
    let filters = filters(frame.site, &Fields::of_query(query), &view.facets);
    document(frame, Kind::Listing, &head, &main(frame, filters, results))
}

/// The listing with the form as it was submitted and a message that names the parameter and its rule, for status 400.
pub fn refused_listing(frame: &Frame<'_>, view: &RefusedListingView<'_>) -> Vec<u8> {
    let head = Head {
        title: Cow::Borrowed("Filters that cannot be used"),
        description: Cow::Borrowed("A filter of this address cannot be used."),
        ..Head::default()
    };
    let results = html! {
        p class="error-message" id=(ERROR_ID) role="alert" {
            "These filters cannot be used: " (quoted(&view.error.to_string())) "."
        }
    };
    let fields = Fields::of_submission(view.submitted, view.error.parameter());
    let filters = filters(frame.site, &fields, &view.facets);
    document(frame, Kind::Listing, &head, &main(frame, filters, results))
}

fn main<'a>(frame: &Frame<'a>, filters: Markup, results: impl Render + 'a) -> impl Render + 'a {
    let content = Direct(move |out: &mut String| {
        filters.render_to(out);
        out.push_str("<div class=\"results\" id=\"results\">");
        results.render_to(out);
        out.push_str("</div>");
    });
    let slot = slot(frame, contracts::LISTING, " listing", "Product list", content);
    Direct(move |out: &mut String| {
        breadcrumb(&CRUMBS).render_to(out);
        out.push_str("<h1>Products</h1>");
        slot.render_to(out);
    })
}

struct Info {
    shown: usize,
    total: u32,
}

impl Render for Info {
    fn render(&self) -> Markup {
        if self.total == 0 {
            return html! { "No products found" };
        }
        html! { "Showing " (self.shown) " of " (Grouped(self.total)) (plural(self.total, " product", " products")) }
    }
}

/// What is to be said when some of what was found lacks a word of the search.
fn match_note(total: u32, partial: u32) -> Option<String> {
    match total.checked_sub(partial) {
        _ if partial == 0 => None,
        None | Some(0) => Some("No product has all of these words. These have most of them.".to_owned()),
        Some(1) => Some("One product has all of these words. The others have most of them.".to_owned()),
        Some(whole) => Some(format!("{whole} products have all of these words. The others have most of them.")),
    }
}

/// What narrows the listing, each with a link that takes it away.
fn active_filters(currency: Currency, query: &Query) -> Markup {
    let without = |change: fn(&mut Query)| {
        let mut query = Query { page: 1, ..query.clone() };
        change(&mut query);
        ListingLink(&query).to_text()
    };
    let chip = |label: &str, address: &str| {
        html! {
            li { a href=(Text(address)) { span class="visually-hidden" { "Remove filter: " } (Text(label)) span aria-hidden="true" { "×" } } }
        }
    };
    html! {
        ul class="active-filters" role="list" {
            @if let Some(search) = &query.search {
                (chip(&format!("“{search}”"), &without(|query| query.search = None)))
            }
            @if let Some(category) = query.only_category() {
                (chip(category, &without(|query| query.categories.clear())))
            }
            @if let Some(label) = price_label(currency, query.min_price, query.max_price) {
                (chip(&label, &without(|query| (query.min_price, query.max_price) = (None, None))))
            }
            @if let Some(in_stock) = query.in_stock {
                (chip(if in_stock { "In stock" } else { "Out of stock" }, &without(|query| query.in_stock = None)))
            }
        }
    }
}

fn price_label(currency: Currency, minimum: Option<Price>, maximum: Option<Price>) -> Option<String> {
    let mut label = String::new();
    match (minimum, maximum) {
        (Some(minimum), Some(maximum)) => {
            currency.write(minimum, &mut label);
            label.push_str(" to ");
            currency.write(maximum, &mut label);
        }
        (Some(minimum), None) => {
            label.push_str("from ");
            currency.write(minimum, &mut label);
        }
        (None, Some(maximum)) => {
            label.push_str("up to ");
            currency.write(maximum, &mut label);
        }
        (None, None) => return None,
    }
    Some(label)
}

/// Nothing to show: what happened, and ways on.
fn empty_state(query: &Query, view: &ListingView<'_>) -> Markup {
    if view.total > 0 {
        let last = Query { page: pages(view), ..query.clone() };
        return html! {
            div class="empty-state" {
                h2 { "There is no page " (Grouped(query.page)) }
                p { "This list ends on page " (Grouped(last.page)) "." }
                a class="button" href=(ListingLink(&last)) { "Go to page " (Grouped(last.page)) }
            }
        };
    }
    html! {
        div class="empty-state" {
            @match &query.search {
                Some(search) => {
                    h2 { "Nothing matches “" (search) "”" }
                    p { "Check the spelling, try a shorter or more general word, or take a filter away." }
                },
                None => {
                    h2 { "Nothing matches these filters" }
                    p { "Take a filter away or widen the price, and more will turn up." }
                },
            }
            a class="button" href=(LISTING) { "See all " (Grouped(view.catalog_size)) (plural(view.catalog_size, " product", " products")) }
            @if !view.facets.categories.is_empty() {
                ul role="list" {
                    @for category in largest(&view.facets.categories, |category| category.count) {
                        @let other = Query { categories: vec![category.value.clone().into_owned()], page: 1, ..query.clone() };
                        li { a href=(ListingLink(&other)) { (category.name) " (" (Grouped(category.count)) ")" } }
                    }
                    @if view.facets.categories.len() > OFFERED {
                        li { a href=(CATEGORIES) { "All categories" } }
                    }
                }
            }
        }
    }
}

fn pages(view: &ListingView<'_>) -> u32 {
    view.total.div_ceil(view.query.page_size.max(1))
}

fn title(query: &Query) -> Cow<'static, str> {
    let subject = match (&query.search, query.only_category()) {
        (Some(search), Some(category)) => format!("“{search}” in {category}"),
        (Some(search), None) => format!("“{search}”"),
        (None, Some(category)) => category.to_owned(),
        (None, None) if query.page == 1 => return Cow::Borrowed("Products"),
        (None, None) => "Products".to_owned(),
    };
    if query.page == 1 { Cow::Owned(subject) } else { Cow::Owned(format!("{subject}, page {}", query.page)) }
}

fn description<'a>(site: &Site, view: &ListingView<'_>) -> Cow<'a, str> {
    let mut text = format!("{} {} at {}", view.total, plural(view.total, "product", "products"), site.name);
    if let Some(category) = view.query.only_category() {
        text.push_str(" in ");
        text.push_str(category);
    }
    // The facet ignores the price filter, so its range is that of the listing only without one.
    let is_whole = view.query.min_price.is_none() && view.query.max_price.is_none();
    if let Some(range) = view.facets.price.as_ref().filter(|_| is_whole) {
        text.push_str(", from ");
        site.currency.write(range.min, &mut text);
        text.push_str(" to ");
        site.currency.write(range.max, &mut text);
    }
    text.push_str(". See what each one is, what it costs and whether it is in stock.");
    Cow::Owned(text)
}

/// An error's sentence, with what stands in backticks set as code.
fn quoted(sentence: &str) -> Markup {
    html! {
        @for (index, part) in sentence.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
