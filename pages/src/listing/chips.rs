//! What narrows the listing, each as a link that takes it away and keeps the rest.

use catalog::{NamedFilter, Price, Query};
use maud::{Markup, html};

use crate::write::currency::Currency;
use crate::write::link::ListingLink;
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
                (chip(category, &without(&|query| query.categories.retain(|other| other != category))))
            }
            @for brand in &query.brands {
                (chip(brand, &without(&|query| query.brands.retain(|other| other != brand))))
            }
            @for collection in &query.collections {
                (chip(collection, &without(&|query| query.collections.retain(|other| other != collection))))
            }
            @for filter in &query.options {
                (chip(&named_label(filter), &without(&|query| query.options.retain(|other| other != filter))))
            }
            @for filter in &query.attributes {
                (chip(&named_label(filter), &without(&|query| query.attributes.retain(|other| other != filter))))
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
                (chip(&format!("{rating} stars and up"), &without(&|query| query.min_rating = None)))
            }
        }
    }
}

/// An option or an attribute with its values: `Size: M or L`.
fn named_label(filter: &NamedFilter) -> String {
    format!("{}: {}", filter.name, filter.values.join(" or "))
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
