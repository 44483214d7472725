//! What narrows the listing, each as a link that takes it away and keeps the rest.

use catalog::{NamedFilter, Price, Query};
use maud::{Markup, html};

use crate::listing::values::rating_label;
use crate::write::currency::Currency;
use crate::write::link::{ListingLink, category_label};
use crate::write::text::Text;

pub(crate) fn chips(currency: Currency, query: &Query) -> Markup {
    let without = |change: &dyn Fn(&mut Query)| {
        let mut query = Query { page: 1, ..query.clone() };
        change(&mut query);
        ListingLink(&query).to_text()
    };
    let chip = |label: &str, address: &str| {
        html! {
            li { a href=(Text(address)) { span class="visually-hidden" { "Remove filter: " } bdi { (Text(label)) } span aria-hidden="true" { "×" } } }
        }
    };
    html! {
        ul class="active-filters" role="list" {
            @if let Some(search) = &query.search {
                (chip(&format!("“{search}”"), &without(&|query| query.search = None)))
            }
            @for category in &query.categories {
                (chip(category_label(category), &without(&|query| query.categories.retain(|other| other != category))))
            }
            @for brand in &query.brands {
                (chip(brand, &without(&|query| query.brands.retain(|other| other != brand))))
            }
            @for collection in &query.collections {
                (chip(collection, &without(&|query| query.collections.retain(|other| other != collection))))
            }
            @for (filter, value) in each_value(&query.options) {
                (chip(&named_label(filter, value), &without(&|query| take(&mut query.options, filter, value))))
            }
            @for (filter, value) in each_value(&query.attributes) {
                (chip(&named_label(filter, value), &without(&|query| take(&mut query.attributes, filter, value))))
            }
            @if let Some(label) = price_label(currency, query.min_price, query.max_price) {
                (chip(&label, &without(&|query| (query.min_price, query.max_price) = (None, None))))
            }
            @if let Some(in_stock) = query.in_stock {
                (chip(if in_stock { "In stock" } else { "Out of stock" }, &without(&|query| query.in_stock = None)))
            }
            @if let Some(on_sale) = query.on_sale {
                (chip(if on_sale { "On sale" } else { "Not on sale" }, &without(&|query| query.on_sale = None)))
            }
            @if let Some(rating) = query.min_rating {
                (chip(&rating_label(rating), &without(&|query| query.min_rating = None)))
            }
        }
    }
}

/// Options or attributes, each value by itself.
fn each_value(filters: &[NamedFilter]) -> impl Iterator<Item = (&NamedFilter, &str)> {
    filters.iter().flat_map(|filter| filter.values.iter().map(move |value| (filter, value.as_str())))
}

/// An option or an attribute with a value: `Size: M`.
fn named_label(filter: &NamedFilter, value: &str) -> String {
    format!("{}: {value}", filter.name)
}

/// Takes one value of a filter away, and the filter with its last one.
fn take(filters: &mut Vec<NamedFilter>, filter: &NamedFilter, value: &str) {
    for other in filters.iter_mut().filter(|other| *other == filter) {
        other.values.retain(|own| own != value);
    }
    filters.retain(|other| !other.values.is_empty());
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
