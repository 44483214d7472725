//! The words for parameters that a listing ignored, for shoppers: at the field, and above the list.
//! Names what is on the page, never a parameter; `catalog::ParameterError` has the words of the API.

use maud::{Markup, html};

use crate::write::link::category_label;
use crate::write::summary::shorten;

/// Columns of a submitted value that are shown again.
const SHOWN: usize = 40;

/// A parameter that could not be understood, and was left out of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The parameter's name in the address.
    pub parameter: &'static str,
    /// The name of the option or the attribute; empty for every other parameter.
    pub name: String,
    /// The value as it was submitted; empty where it could not be decoded, or where there were too many.
    pub submitted: String,
}

/// The id of the messages above the list.
pub(crate) const MESSAGE: &str = "filter-error";

/// The id of the messages at the price fields.
pub(crate) const PRICE_MESSAGE: &str = "price-error";

pub(crate) fn find<'a>(ignored: &'a [Ignored], parameter: &str) -> Option<&'a Ignored> {
    ignored.iter().find(|ignored| ignored.parameter == parameter)
}

/// Whether a parameter has a text field among the filters; its id is the parameter's name.
fn is_price(parameter: &str) -> bool {
    matches!(parameter, "minPrice" | "maxPrice")
}

/// How a value can be mended, beginning with the label of its field.
pub(crate) fn advice(ignored: &Ignored) -> String {
    let submitted = shorten(&ignored.submitted, SHOWN);
    match ignored.parameter {
        "minPrice" => "From: enter an amount like 9.50".to_owned(),
        "maxPrice" => "To: enter an amount like 9.50".to_owned(),
        "search" => "Search: enter at most 200 characters".to_owned(),
        "sort" => format!("Sort by: there is no order “{submitted}”"),
        "category" => not_found("Category", category_label(&submitted)),
        "brand" => not_found("Brand", &submitted),
        "collection" => not_found("Collection", &submitted),
        "option.<name>" | "attr.<name>" => not_found(&shorten(&ignored.name, SHOWN), &submitted),
        "minRating" => "Rating: choose one from the list".to_owned(),
        "onSale" => format!("On sale: tick the box, “{submitted}” is no choice"),
        "inStock" => format!("In stock only: tick the box, “{submitted}” is no choice"),
        "page" => format!("There is no page “{submitted}”, so this is the first one"),
        "pageSize" => "A page shows 1 to 100 products, so this one shows 12".to_owned(),
        _ => "The address asks for something that this page does not have".to_owned(),
    }
}

fn not_found(label: &str, submitted: &str) -> String {
    if submitted.is_empty() {
        return format!("{label}: not every choice could be used");
    }
    format!("{label}: “{submitted}” was not found in this shop")
}

/// What was left out, above the list, which shows all the same what was understood. A price leads to its field.
pub(crate) fn message(ignored: &[Ignored]) -> Markup {
    let words = |one: &Ignored| {
        html! {
            @if is_price(one.parameter) { a href={ "#" (one.parameter) } { (advice(one)) } } @else { (advice(one)) }
            "."
        }
    };
    html! {
        div class="error-message" id=(MESSAGE) role="alert" {
            @match ignored {
                [one] => p { (words(one)) },
                several => {
                    p { "Not everything could be used:" }
                    ul { @for one in several { li { (words(one)) } } }
                },
            }
        }
    }
}
