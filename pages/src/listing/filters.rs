//! The form that narrows a listing. A GET form: without JavaScript it is the whole of filtering.
//! Shows a query as far as it was understood, and at the field what was not; decides nothing about them.

use std::borrow::Cow;

use catalog::{CategoryCount, Facets, Query, Sort};
use maud::{Markup, html};

use crate::categories::{OFFERED, largest};
use crate::listing::ignored::{Ignored, PRICE_MESSAGE, advice, find};
use crate::listing::{ListingView, values};
use crate::site::Site;
use crate::write::currency::Money;
use crate::write::link::{CATEGORIES, LISTING, category_label};
use crate::write::number::{Grouped, plural};
use crate::write::text::Text;

/// The fields' values.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    search: Cow<'a, str>,
    min_price: Cow<'a, str>,
    max_price: Cow<'a, str>,
    in_stock: Option<bool>,
    sort: Cow<'a, str>,
    page_size: Option<u32>,
    ignored: &'a [Ignored],
}

impl<'a> Fields<'a> {
    /// What was understood; a text field whose value was not keeps it, so that it can be mended.
    pub(crate) fn of_query(query: &'a Query, ignored: &'a [Ignored]) -> Self {
        let text = |parameter: &str, understood: Option<Cow<'a, str>>| {
            let submitted = find(ignored, parameter).map(|ignored| Cow::Borrowed(ignored.submitted.as_str()));
            submitted.or(understood).unwrap_or_default()
        };
        let price =
            |price: Option<catalog::Price>| price.map(|price| Cow::Owned(query.currency.decimal(price).to_string()));
        Self {
            search: text("search", query.search.as_deref().map(Cow::Borrowed)),
            min_price: text("minPrice", price(query.min_price)),
            max_price: text("maxPrice", price(query.max_price)),
            in_stock: query.in_stock,
            sort: Cow::Borrowed(query.sort.map_or("", Sort::as_str)),
            page_size: (query.page_size != Query::DEFAULT_PAGE_SIZE).then_some(query.page_size),
            ignored,
        }
    }

    /// How many of the fields in the folding panel narrow the listing.
    fn in_panel(&self) -> usize {
        let is_price = |value: &str, parameter: &str| !value.is_empty() && find(self.ignored, parameter).is_none();
        let given =
            [is_price(&self.min_price, "minPrice") || is_price(&self.max_price, "maxPrice"), self.in_stock.is_some()];
        given.into_iter().filter(|given| *given).count()
    }

    /// Whether any field differs from an empty form.
    fn is_narrowed(&self) -> bool {
        let texts = [&self.search, &self.min_price, &self.max_price, &self.sort];
        texts.into_iter().any(|text| !text.is_empty()) || self.in_stock.is_some() || self.page_size.is_some()
    }

    fn is_ignored(&self, parameter: &str) -> bool {
        find(self.ignored, parameter).is_some()
    }

    fn invalid(&self, parameter: &str) -> Option<&'static str> {
        self.is_ignored(parameter).then_some("true")
    }

    /// The ids that describe a price field.
    fn described_by(&self, parameter: &str, has_hint: bool) -> Option<String> {
        let message = self.is_ignored(parameter).then_some(PRICE_MESSAGE);
        let ids: Vec<&str> = message.into_iter().chain(has_hint.then_some("price-hint")).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// `has_search` puts the search field into the form, for remotes that expect it there.
pub(crate) fn filters(site: &Site, fields: &Fields<'_>, view: &ListingView<'_>, has_search: bool) -> Markup {
    let ListingView { query, ref facets, total, has_ratings, .. } = *view;
    let in_panel = fields.in_panel() + values::count(query);
    html! {
        form class="filters" id="filters" method="get" action=(Text(LISTING)) aria-label="Filter products" {
            @if has_search {
                div class="search-field" {
                    label for="search" { "Search" }
                    input type="search" id="search" name="search" value=(Text(&fields.search)) maxlength=(Query::MAX_TEXT_LENGTH) autocomplete="off"
                        placeholder="Name, material, use";
                }
            }
            details class="filter-panel" {
                summary {
                    "Filters"
                    @if in_panel > 0 {
                        span class="count" { (in_panel) span class="visually-hidden" { " active" } }
                    }
                }
                div class="filter-fields" {
                    (categories(query, facets))
                    (price(site, fields, facets))
                    (values::values(query, facets, has_ratings))
                    // What is gone can be asked for by address alone; the form then keeps it until it is ticked off.
                    @let gone_only = fields.in_stock == Some(false);
                    label class="filter-stock" {
                        input type="checkbox" id="inStock" name="inStock" value=(if gone_only { "false" } else { "true" })
                            checked[fields.in_stock.is_some()];
                        @if gone_only {
                            " Out of stock only"
                        } @else {
                            " In stock only "
                            span class="count" { (Grouped(facets.in_stock)) }
                        }
                    }
                    // With scripts it closes the panel; without, it is one more button of the form.
                    button type="submit" class="button show-btn" {
                        span { "Show " span { (Grouped(total)) (plural(total, " product", " products")) } }
                    }
                }
            }
            div class="sort-field" {
                label for="sort" { "Sort by" }
                (sort(fields, facets.on_sale.is_some()))
            }
            @if let Some(page_size) = fields.page_size {
                input type="hidden" name="pageSize" value=(page_size);
            }
            div class="filter-actions" {
                button type="submit" class="button apply-btn" { "Show results" }
                @if has_search || fields.is_narrowed() || values::count(query) > 0 {
                    a class="clear-link" href=(Text(LISTING)) { "Clear filters" }
                }
            }
        }
    }
}

/// The largest categories, each below the one that it belongs to; and those that are asked for, whatever is left in them.
fn categories(query: &Query, facets: &Facets<'_>) -> Markup {
    let offered = largest(&facets.categories, |category| category.count);
    // A name that several categories have means all of them.
    let is_asked = |category: &CategoryCount<'_>| {
        query.categories.iter().any(|asked| *asked == category.value || asked == category.name)
    };
    // Not among the largest, or without products beside the other filters, or unknown: the form still says what was asked for.
    let lost = |asked: &&String| !offered.iter().any(|category| **asked == category.value || *asked == category.name);
    // The depth of the chosen category above, which includes those below it.
    let mut above: Option<usize> = None;
    html! {
        @if !offered.is_empty() || !query.categories.is_empty() {
            fieldset class="filter-categories" {
                legend { "Category" }
                @for (place, category) in offered.iter().enumerate() {
                    @let is_asked = is_asked(category);
                    @let () = above = above.filter(|above| category.depth > *above);
                    label class=[depth_class(category.depth)] {
                        input type="checkbox" name="category" value=(Text(&category.value)) checked[is_asked];
                        " " bdi { (category.name) } " "
                        @if let Some(parent) = offered.iter().take(place).rfind(|other| other.depth < category.depth) {
                            span class="visually-hidden" { "in " bdi { (parent.name) } " " }
                        }
                        @if above.is_some() { small { "included" } " " }
                        span class="count" { (Grouped(category.count)) }
                    }
                    @let () = above = above.or(is_asked.then_some(category.depth));
                }
                @for asked in query.categories.iter().filter(lost) {
                    @let count = facets.categories.iter().find(|category| category.value == **asked).map_or(0, |category| category.count);
                    (values::tick("category", asked, category_label(asked), count, true))
                }
                @if facets.categories.len() > OFFERED {
                    a class="all-categories" href=(CATEGORIES) { "All categories" }
                }
            }
        }
    }
}

/// The class of a category below others; deeper ones stand as deep as the third.
fn depth_class(depth: usize) -> Option<&'static str> {
    const CLASSES: [&str; 3] = ["below", "below below-2", "below below-3"];
    CLASSES.get(depth.min(CLASSES.len()).checked_sub(1)?).copied()
}

fn price(site: &Site, fields: &Fields<'_>, facets: &Facets<'_>) -> Markup {
    let currency = site.currency;
    let has_hint = facets.price.is_some();
    html! {
        fieldset class="filter-price" {
            legend { "Price" }
            div class="price-fields" {
                label for="minPrice" { "From" }
                input id="minPrice" name="minPrice" inputmode="decimal" autocomplete="off" value=(Text(&fields.min_price))
                    aria-invalid=[fields.invalid("minPrice")] aria-describedby=[fields.described_by("minPrice", has_hint)];
                label for="maxPrice" { "To" }
                input id="maxPrice" name="maxPrice" inputmode="decimal" autocomplete="off" value=(Text(&fields.max_price))
                    aria-invalid=[fields.invalid("maxPrice")] aria-describedby=[fields.described_by("maxPrice", has_hint)];
            }
            @let wrong: Vec<&Ignored> = ["minPrice", "maxPrice"].into_iter().filter_map(|parameter| find(fields.ignored, parameter)).collect();
            @if !wrong.is_empty() {
                p class="field-error" id=(PRICE_MESSAGE) { @for one in wrong { (advice(one)) ". " } }
            }
            @if let Some(range) = &facets.price {
                p class="price-hint" id="price-hint" {
                    (Money { currency, price: range.min }) " to " (Money { currency, price: range.max })
                }
            }
        }
    }
}

fn sort(fields: &Fields<'_>, has_sales: bool) -> Markup {
    // Relevance is what an empty value means while searching, so it is no choice of its own.
    let default = if fields.search.is_empty() { "Featured" } else { "Best match" };
    let is_offered = |sort: Sort| match sort {
        Sort::Relevance => false,
        Sort::Discount => has_sales || fields.sort == sort.as_str(),
        _ => true,
    };
    html! {
        select id="sort" name="sort" {
            option value="" { (default) }
            @for sort in Sort::ALL.into_iter().filter(|sort| is_offered(*sort)) {
                option value=(Text(sort.as_str())) selected[fields.sort == sort.as_str()] { (Text(sort_label(sort))) }
            }
        }
    }
}

/// What an order is called on the page.
fn sort_label(sort: Sort) -> &'static str {
    match sort {
        Sort::Relevance => "Best match",
        Sort::PriceAscending => "Price: low to high",
        Sort::PriceDescending => "Price: high to low",
        Sort::Rating => "Best rated",
        Sort::Name => "Name: A to Z",
        Sort::Newest => "Newest first",
        Sort::Discount => "Largest discount",
    }
}
