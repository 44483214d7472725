//! The listing: filters, results, paging; and, at the field, what of the address could not be used.
//! Everything that changes with the query is within the slot, heading and breadcrumb too, since a remote replaces only the slot.

mod chips;
mod empty;
mod filters;
pub(crate) mod ignored;
mod pagination;
mod values;

use std::borrow::{Borrow, Cow};

use catalog::{Category, Facets, Product, Query, Wanted};
use maud::{Markup, Render, html};

use crate::card::{Card, Grid, Level, cards};
use crate::contracts;
use crate::frame::Frame;
use crate::listing::chips::chips;
use crate::listing::empty::{nothing_found, past_the_end};
use crate::listing::filters::{Fields, filters};
use crate::listing::ignored::{Ignored, message};
use crate::listing::pagination::pagination;
use crate::shell::document::{Kind, breadcrumb, document, page_address};
use crate::shell::head::Head;
use crate::shell::slot::slot;
use crate::shell::structured::{self, Crumb};
use crate::site::Site;
use crate::write::link::{LISTING, ListingLink, category_query};
use crate::write::number::{Grouped, plural};
use crate::write::text::{Direct, Text};

/// From this contract on the slot has heading and breadcrumb, and the header has the search field of the form.
const HEADED: u32 = 2;

/// A listing in the state of a query.
#[derive(Debug)]
pub struct ListingView<'a> {
    /// The query, as far as it was understood, in the spelling of the catalog.
    pub query: &'a Query,
    /// The parameters that were not understood.
    pub ignored: &'a [Ignored],
    /// The values of filters that the catalog does not have.
    pub unknown: Vec<Ignored>,
    /// Whether any product of the shop has a rating.
    pub has_ratings: bool,
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
    /// How many products the search finds without the filters, for a list that is empty; otherwise 0.
    pub unfiltered: u32,
    /// All categories of the shop, for a list that is empty; otherwise none.
    pub categories: Vec<Category<'a>>,
}

/// The listing.
pub fn listing(frame: &Frame<'_>, view: &ListingView<'_>) -> Vec<u8> {
    listing_of(frame, view, &cards(frame.site, &view.products), &[])
}

/// The listing of products whose cards the host has: one for each product of the page, in its order. `instead` are cards of other
/// products, for a list that is empty. `view.products` is not read.
pub fn listing_of<C: Borrow<Card>>(frame: &Frame<'_>, view: &ListingView<'_>, cards: &[C], instead: &[C]) -> Vec<u8> {
    // Facets are a matter of the API; no address of a page asks for them.
    let query = &Query { facets: false, details: Wanted::default(), ..view.query.clone() };
    let is_headed = frame.contract(contracts::LISTING) >= HEADED;
    // The same products in another order are no page of their own for search engines.
    let canonical = ListingLink(&Query { sort: None, ..query.clone() }).to_text();
    let first = query.page.saturating_sub(1).saturating_mul(query.page_size).saturating_add(1);
    let title = title(query);
    let category_address = query.only_category().map(|name| ListingLink(&category_query(name)).to_text());
    let crumbs = trail(query, &title, category_address.as_deref());
    let search = ignored::find(view.ignored, "search").map(|ignored| ignored.submitted.as_str());
    let search = search.or(query.search.as_deref()).unwrap_or_default();
    let head = Head {
        title: Cow::Borrowed(&title),
        description: description(frame.site, view),
        // Results of a search are no page that another search should find, and prices and page sizes make pages without end.
        no_index: cards.is_empty()
            || !view.ignored.is_empty()
            || query.search.is_some()
            || query.min_price.is_some()
            || query.max_price.is_some()
            || has_fine_filters(query)
            || query.page_size != Query::DEFAULT_PAGE_SIZE,
        canonical: Some(Cow::Borrowed(&canonical)),
        picture: cards.iter().find_map(|card| card.borrow().picture()),
        product: None,
        search: is_headed.then_some(search),
        structured: Some(structured::listing(
            frame.site,
            &crumbs,
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
            (chips(frame.site.currency, query))
        }
    };
    let results = Direct(|out: &mut String| {
        out.push_str("<div class=\"results\" id=\"results\">");
        before.render_to(out);
        if !cards.is_empty() {
            Grid { cards, level: Level::Page, classes: "product-grid" }.render_to(out);
            pagination(query, pages(view)).render_to(out);
        } else if view.total > 0 {
            past_the_end(query, pages(view)).render_to(out);
        } else {
            nothing_found(frame, view, instead).render_to(out);
        }
        // A page of a list has other products in another order.
        page_address(frame.site, &ListingLink(query).to_text()).render_to(out);
        out.push_str("</div>");
    });
    let fields = Fields::of_query(query, view.ignored);
    let filters = filters(frame.site, &fields, view, !is_headed);
    let heading = html! {
        (breadcrumb(&crumbs))
        h1 { bdi { (Text(&title)) } }
        // On a small screen the results are far below.
        @if !view.ignored.is_empty() { (message(view.ignored)) }
    };
    let main = Direct(|out: &mut String| {
        let content = Direct(|out: &mut String| {
            if is_headed {
                heading.render_to(out);
                out.push_str("<div class=\"listing\">");
            }
            filters.render_to(out);
            results.render_to(out);
            if is_headed {
                out.push_str("</div>");
            }
        });
        if is_headed {
            slot(frame, contracts::LISTING, "", "Product list", content).render_to(out);
        } else {
            heading.render_to(out);
            slot(frame, contracts::LISTING, " listing", "Product list", content).render_to(out);
        }
    });
    document(frame, Kind::Listing, &head, &main)
}

/// The way to a list: the whole one, the category, and a search within it.
fn trail<'a>(query: &'a Query, title: &'a str, category_address: Option<&'a str>) -> Vec<Crumb<'a>> {
    let mut crumbs = vec![Crumb { name: "Home", path: Some("/") }];
    let is_whole = query.search.is_none() && query.categories.is_empty() && query.page == 1;
    if !is_whole {
        crumbs.push(Crumb { name: "Products", path: Some(LISTING) });
    }
    if let (Some(category), true) = (query.only_category(), query.search.is_some() || query.page > 1) {
        crumbs.push(Crumb { name: category, path: category_address });
    }
    crumbs.push(Crumb { name: title, path: None });
    crumbs
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

fn pages(view: &ListingView<'_>) -> u32 {
    view.total.div_ceil(view.query.page_size.max(1))
}

/// Whether filters are set that make more lists than a search engine should know: all but one brand, collection or category.
fn has_fine_filters(query: &Query) -> bool {
    let coarse = query.brands.len() + query.collections.len() + query.categories.len();
    coarse > 1
        || !query.options.is_empty()
        || !query.attributes.is_empty()
        || query.min_rating.is_some()
        || query.on_sale.is_some()
}

/// The one brand, collection or category that the list is of.
fn subject(query: &Query) -> Option<&str> {
    let mut all = query.categories.iter().chain(&query.brands).chain(&query.collections);
    let first = all.next().filter(|_| all.next().is_none());
    // Of a path, the last name.
    first.and_then(|name| name.rsplit(" > ").next())
}

fn title(query: &Query) -> Cow<'static, str> {
    let subject = match (&query.search, subject(query)) {
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
