//! The form that narrows a listing. A GET form: without JavaScript it is the whole of filtering.
//! Shows either a query that was understood or the fields as they were submitted; decides nothing about them.

use std::borrow::Cow;

use catalog::{Facets, Query, Sort};
use maud::{Markup, html};

use crate::categories::{OFFERED, largest};
use crate::site::Site;
use crate::write::currency::Money;
use crate::write::link::{CATEGORIES, LISTING};
use crate::write::number::Grouped;
use crate::write::text::Text;

/// The id of the message that says what is wrong with a parameter.
pub(crate) const ERROR_ID: &str = "filter-error";

/// The fields' values.
#[derive(Debug, Default)]
pub(crate) struct Fields<'a> {
    search: Cow<'a, str>,
    category: Cow<'a, str>,
    min_price: Cow<'a, str>,
    max_price: Cow<'a, str>,
    in_stock: Option<bool>,
    sort: Cow<'a, str>,
    page_size: Option<u32>,
    /// The parameter that was refused.
    refused: Option<&'a str>,
}

impl<'a> Fields<'a> {
    pub(crate) fn of_query(query: &'a Query) -> Self {
        let text = |text: &'a Option<String>| Cow::Borrowed(text.as_deref().unwrap_or_default());
        let price = |price: Option<catalog::Price>| {
            price.map_or(Cow::Borrowed(""), |price| Cow::Owned(query.currency.decimal(price).to_string()))
        };
        Self {
            search: text(&query.search),
            category: Cow::Borrowed(query.only_category().unwrap_or_default()),
            min_price: price(query.min_price),
            max_price: price(query.max_price),
            in_stock: query.in_stock,
            sort: Cow::Borrowed(query.sort.map_or("", Sort::as_str)),
            page_size: (query.page_size != Query::DEFAULT_PAGE_SIZE).then_some(query.page_size),
            refused: None,
        }
    }

    /// The first value of each field that is not empty, just as it was submitted.
    pub(crate) fn of_submission(submitted: &'a [(String, String)], refused: &'a str) -> Self {
        let value = |wanted: &str| {
            let found = submitted.iter().find(|(name, value)| name == wanted && !value.is_empty());
            Cow::Borrowed(found.map_or("", |(_, value)| value.as_str()))
        };
        Self {
            search: value("search"),
            category: value("category"),
            min_price: value("minPrice"),
            max_price: value("maxPrice"),
            in_stock: value("inStock").parse().ok(),
            sort: value("sort"),
            page_size: value("pageSize").parse().ok().filter(|size| (1..=Query::MAX_PAGE_SIZE).contains(size)),
            refused: Some(refused),
        }
    }

    /// How many of the fields in the folding panel narrow the listing.
    fn in_panel(&self) -> usize {
        let given = [
            !self.category.is_empty(),
            !self.min_price.is_empty() || !self.max_price.is_empty(),
            self.in_stock.is_some(),
        ];
        given.into_iter().filter(|given| *given).count()
    }

    fn invalid(&self, parameter: &str) -> Option<&'static str> {
        (self.refused == Some(parameter)).then_some("true")
    }

    fn described_by(&self, parameter: &str, otherwise: Option<&'static str>) -> Option<&'static str> {
        if self.refused == Some(parameter) { Some(ERROR_ID) } else { otherwise }
    }
}

pub(crate) fn filters(site: &Site, fields: &Fields<'_>, facets: &Facets<'_>) -> Markup {
    let panel_refused = matches!(fields.refused, Some("category" | "minPrice" | "maxPrice" | "inStock"));
    let in_panel = fields.in_panel();
    html! {
        form class="filters" id="filters" method="get" action=(Text(LISTING)) role="search" aria-label="Filter products" {
            div class="search-field" {
                label for="search" { "Search" }
                input type="search" id="search" name="search" value=(Text(&fields.search)) maxlength=(Query::MAX_TEXT_LENGTH) autocomplete="off"
                    placeholder="Name, material, use" aria-invalid=[fields.invalid("search")]
                    aria-describedby=[fields.described_by("search", None)];
            }
            details class="filter-panel" open[panel_refused] {
                summary {
                    "Filters"
                    @if in_panel > 0 {
                        span class="count" { (in_panel) span class="visually-hidden" { " active" } }
                    }
                }
                div class="filter-fields" {
                    (categories(fields, facets))
                    (price(site, fields, facets))
                    // What is gone can be asked for by address alone; the form then keeps it until it is ticked off.
                    @let gone_only = fields.in_stock == Some(false);
                    label class="filter-stock" {
                        input type="checkbox" id="inStock" name="inStock" value=(if gone_only { "false" } else { "true" })
                            checked[fields.in_stock.is_some()]
                            aria-invalid=[fields.invalid("inStock")] aria-describedby=[fields.described_by("inStock", None)];
                        @if gone_only {
                            " Out of stock only"
                        } @else {
                            " In stock only "
                            span class="count" { (Grouped(facets.in_stock)) }
                        }
                    }
                }
            }
            div class="sort-field" {
                label for="sort" { "Sort by" }
                (sort(fields))
            }
            @if let Some(page_size) = fields.page_size {
                input type="hidden" name="pageSize" value=(page_size);
            }
            div class="filter-actions" {
                button type="submit" class="button apply-btn" { "Show results" }
                a class="clear-link" href=(Text(LISTING)) { "Clear filters" }
            }
        }
    }
}

fn categories(fields: &Fields<'_>, facets: &Facets<'_>) -> Markup {
    let all: u32 = facets.categories.iter().map(|category| category.count).sum();
    let offered = largest(&facets.categories, |category| category.count);
    let is_offered = offered.iter().any(|category| category.value == fields.category);
    // The other filters may leave nothing in it, or there is no such category: the form still says what was asked for.
    let chosen = facets.categories.iter().find(|category| category.value == fields.category);
    html! {
        fieldset class="filter-categories" {
            legend { "Category" }
            label {
                input type="radio" name="category" value="" checked[fields.category.is_empty()];
                " All "
                span class="count" { (Grouped(all)) }
            }
            @for category in offered {
                label {
                    input type="radio" name="category" value=(Text(&category.value)) checked[category.value == fields.category];
                    " " (category.name) " "
                    span class="count" { (Grouped(category.count)) }
                }
            }
            @if !is_offered && !fields.category.is_empty() {
                label {
                    input type="radio" name="category" value=(fields.category) checked;
                    " " (fields.category) " "
                    span class="count" { (Grouped(chosen.map_or(0, |category| category.count))) }
                }
            }
            @if facets.categories.len() > OFFERED {
                a class="all-categories" href=(CATEGORIES) { "All categories" }
            }
        }
    }
}

fn price(site: &Site, fields: &Fields<'_>, facets: &Facets<'_>) -> Markup {
    let currency = site.currency;
    let hint = facets.price.as_ref().map(|_| "price-hint");
    html! {
        fieldset class="filter-price" {
            legend { "Price" }
            div class="price-fields" {
                label for="minPrice" { "From" }
                input id="minPrice" name="minPrice" inputmode="decimal" autocomplete="off" value=(Text(&fields.min_price))
                    aria-invalid=[fields.invalid("minPrice")] aria-describedby=[fields.described_by("minPrice", hint)];
                label for="maxPrice" { "To" }
                input id="maxPrice" name="maxPrice" inputmode="decimal" autocomplete="off" value=(Text(&fields.max_price))
                    aria-invalid=[fields.invalid("maxPrice")] aria-describedby=[fields.described_by("maxPrice", hint)];
            }
            @if let Some(range) = &facets.price {
                p class="price-hint" id="price-hint" {
                    (Money { currency, price: range.min }) " to " (Money { currency, price: range.max })
                }
            }
        }
    }
}

fn sort(fields: &Fields<'_>) -> Markup {
    // Relevance is what an empty value means while searching, so it is no choice of its own.
    let default = if fields.search.is_empty() { "Featured" } else { "Best match" };
    html! {
        select id="sort" name="sort" aria-invalid=[fields.invalid("sort")] aria-describedby=[fields.described_by("sort", None)] {
            option value="" { (default) }
            @for sort in Sort::ALL.into_iter().filter(|sort| *sort != Sort::Relevance) {
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
