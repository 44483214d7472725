//! Step 2: how it is sent.

use commerce::checkout::{CheckoutView, SummaryOption};
use maud::{Markup, html};

use crate::checkout::{Step, page, problem, summary};
use crate::frame::Frame;
use crate::terms::days;
use crate::write::currency::Money;

/// The ways of delivery of a checkout.
#[derive(Debug)]
pub struct DeliveryView<'a> {
    /// The checkout.
    pub checkout: &'a CheckoutView,
    /// When each way arrives, in the order of the options; empty where that is unknown.
    pub arrivals: Vec<String>,
    /// Whether none, or none of these, was chosen.
    pub is_missing: bool,
}

/// The page.
pub fn delivery(frame: &Frame<'_>, view: &DeliveryView<'_>) -> Vec<u8> {
    let summary = &view.checkout.summary;
    let options = &summary.shipping.options;
    let main = html! {
        div class="checkout" {
            h1 { "Delivery" }
            @if view.is_missing && !options.is_empty() {
                (problem(&html! { ul { li { a href="#method-0" { "Choose how we deliver" } } } }))
            }
            div class="checkout-columns" {
                div {
                    @if let Some(contact) = &view.checkout.contact { (summary::addresses(contact, Some("/checkout"))) }
                    @if options.is_empty() {
                        div class="error-summary" role="alert" {
                            p { "There is no way to send this cart to that address: the shop does not deliver there, or it is too heavy." }
                            p { a href="/checkout" { "Change the address" } " or " a href="/cart" { "change the cart" } "." }
                        }
                    } @else {
                        form class="checkout-form" method="post" action="/checkout/delivery" novalidate {
                            fieldset class="checkout-choices" aria-describedby=[view.is_missing.then_some("method-error")] {
                                legend { "How we deliver" }
                                @if view.is_missing { p class="field-fault" id="method-error" { "Choose how we deliver" } }
                                @for (place, option) in options.iter().enumerate() { (choice(frame, view, place, option)) }
                            }
                            div class="checkout-way" {
                                button type="submit" class="button" { "Continue to review" }
                                a href="/checkout" { "Back to the address" }
                            }
                        }
                    }
                }
                (summary::aside(frame, summary))
            }
        }
    };
    page(frame, Step::Delivery, "Delivery", view.is_missing, &main)
}

fn choice(frame: &Frame<'_>, view: &DeliveryView<'_>, place: usize, option: &SummaryOption) -> Markup {
    let summary = &view.checkout.summary;
    let arrival = view.arrivals.get(place).filter(|arrival| !arrival.is_empty());
    let cheapest = summary.shipping.options.iter().enumerate().min_by_key(|(_, option)| option.cost);
    let is_chosen = if summary.shipping.method.is_empty() {
        cheapest.is_some_and(|(cheapest, _)| cheapest == place)
    } else {
        summary.shipping.method == option.name
    };
    html! {
        label class="checkout-choice" {
            input id={ "method-" (place) } type="radio" name="method" value=(option.name) checked[is_chosen];
            span class="choice-words" {
                span dir="auto" { (option.name) }
                @if let Some(arrival) = arrival { small { "Arrives " (arrival) } } @else if let Some(range) = option.days { small { (days(range)) } }
            }
            span class="choice-cost" {
                @if option.cost == 0 { "Free" } @else { (Money { currency: summary::currency(frame, summary), price: summary::amount(option.cost) }) }
            }
        }
    }
}
