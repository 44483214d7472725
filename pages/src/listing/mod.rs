//! The listing: filters, results, paging; and, at the field, what of the address could not be used.
//! Everything that changes with the query is within the slot, heading and breadcrumb too, since a remote replaces only the slot.

mod chips;
mod empty;
mod filters;
pub(crate) mod ignored;
mod pagination;
mod values;

use std::borrow::{Borrow, Cow};

use catalog::{CategoryCount, Facets, Product, Query, Wanted};
use maud::{Markup, PreEscaped, Render, html};

use crate::card::{Card, Grid, Level, cards};
use crate::contracts;
use crate::frame::Frame;
use crate::listing::chips::chips;
use crate::listing::empty::{nothing_found, past_the_end};
use crate::listing::filters::{Fields, filters};
use crate::listing::ignored::{Ignored, message};
use crate::listing::pagination::pagination;
use crate::merchant::MerchantPage;
use crate::shell::document::{Kind, breadcrumb, document, page_address};
use crate::shell::head::Head;
use crate::shell::slot::slot;
use crate::shell::structured::{self, Crumb};
use crate::site::Site;
use crate::write::link::{LISTING, ListingLink, category_label, category_query, shelf_address, shelf_query};
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
    pub categories: Vec<CategoryCount<'a>>,
    /// The slug of the one brand or collection that the query is of; empty without one.
    pub shelf: String,
}

/// The brand or the collection that a list is of.
struct Shelf {
    address: String,
    /// Whether nothing else narrows the list, so that it is that page.
    is_whole: bool,
    /// The merchant's text, on that page alone.
    text: Option<&'static MerchantPage>,
}

impl Shelf {
    fn of(site: &Site, query: &Query, slug: &str, canonical: &str) -> Option<Self> {
        let (kind, name) = query.only_shelf()?;
        let is_whole = ListingLink(&shelf_query(kind, name)).to_text() == canonical;
        let text = if is_whole { site.merchant.shelf(kind, slug) } else { None };
        Some(Self { address: shelf_address(kind, slug, name), is_whole, text })
    }
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
    let mut canonical = ListingLink(&Query { sort: None, ..query.clone() }).to_text();
    let shelf = Shelf::of(frame.site, query, &view.shelf, &canonical);
    if let Some(shelf) = shelf.as_ref().filter(|shelf| shelf.is_whole) {
        canonical.clone_from(&shelf.address);
    }
    let text = shelf.as_ref().and_then(|shelf| shelf.text);
    let first = query.page.saturating_sub(1).saturating_mul(query.page_size).saturating_add(1);
    let title = text.map_or_else(|| title(query), |text| Cow::Borrowed(text.title));
    let subject_address = match (&shelf, query.only_category()) {
        (Some(shelf), _) => Some(shelf.address.clone()),
        (None, category) => category.map(|value| ListingLink(&category_query(value)).to_text()),
    };
    let parents = if shelf.is_none() && subject(query).is_some() { parents(query, &view.facets) } else { Vec::new() };
    let crumbs = trail(query, &title, &parents, subject_address.as_deref());
    let search = ignored::find(view.ignored, "search").map(|ignored| ignored.submitted.as_str());
    let search = search.or(query.search.as_deref()).unwrap_or_default();
    let head = Head {
        title: Cow::Borrowed(&title),
        description: text.map_or_else(|| description(frame.site, view), |text| Cow::Borrowed(text.description)),
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
        steps: None,
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
        // Below the products, which are what a shopper came for.
        if let Some(text) = text {
            html! { div class="merchant-page shelf-text" dir="auto" { (PreEscaped(text.html)) } }.render_to(out);
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
        @if let Some(text) = text { p class="page-lead" dir="auto" { (text.description) } }
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

/// Names and addresses of the categories above the only one that is asked for, from the top. None where the other filters leave nothing of
/// it, or where its name is that of several.
fn parents<'a>(query: &Query, facets: &Facets<'a>) -> Vec<(&'a str, String)> {
    let found = query.only_category().and_then(|asked| facets.categories.iter().position(|own| own.value == asked));
    let mut parents = Vec::new();
    let mut depth = found.and_then(|place| facets.categories.get(place)).map_or(0, |category| category.depth);
    for category in facets.categories.iter().take(found.unwrap_or_default()).rev() {
        if category.depth < depth {
            depth = category.depth;
            parents.push((category.name, ListingLink(&category_query(&category.value)).to_text()));
        }
    }
    parents.reverse();
    parents
}

/// The way to a list: the whole one, the categories above, the category, brand or collection, and a search within it.
fn trail<'a>(
    query: &'a Query,
    title: &'a str,
    parents: &'a [(&'a str, String)],
    subject_address: Option<&'a str>,
) -> Vec<Crumb<'a>> {
    let mut crumbs = vec![Crumb { name: "Home", path: Some("/") }];
    let is_within = query.search.is_some() || query.page > 1;
    let subject = subject(query);
    if is_within || subject.is_some() {
        crumbs.push(Crumb { name: "Products", path: Some(LISTING) });
    }
    crumbs.extend(parents.iter().map(|(name, address)| Crumb { name, path: Some(address) }));
    if let (Some(name), Some(_), true) = (subject, subject_address, is_within) {
        crumbs.push(Crumb { name, path: subject_address });
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
        Some(whole) => Some(format!(
            "{} products have all of these words. The others have most of them.",
            Grouped(whole).render().0
        )),
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
    if let Some((_, name)) = query.only_shelf() {
        return Some(name);
    }
    let value = query.only_category().filter(|_| query.brands.is_empty() && query.collections.is_empty())?;
    // Of a path, the last name.
    category_label(value).rsplit(" > ").next()
}

/// Joins what is listed with the subject of the list: products are *by* a brand and *in* everything else.
fn preposition(query: &Query) -> &'static str {
    if query.brands.is_empty() { "in" } else { "by" }
}

fn title(query: &Query) -> Cow<'static, str> {
    let subject = match (&query.search, subject(query)) {
        (Some(search), Some(name)) => format!("“{search}” {} {name}", preposition(query)),
        (Some(search), None) => format!("“{search}”"),
        (None, Some(category)) => category.to_owned(),
        (None, None) if query.page == 1 => return Cow::Borrowed("Products"),
        (None, None) => "Products".to_owned(),
    };
    if query.page == 1 { Cow::Owned(subject) } else { Cow::Owned(format!("{subject}, page {}", query.page)) }
}

fn description<'a>(site: &Site, view: &ListingView<'_>) -> Cow<'a, str> {
    let mut text = String::new();
    Grouped(view.total).render_to(&mut text);
    for part in [plural(view.total, " product", " products"), " at ", &site.name] {
        text.push_str(part);
    }
    if let Some(name) = subject(view.query) {
        for part in [" ", preposition(view.query), " ", name] {
            text.push_str(part);
        }
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
