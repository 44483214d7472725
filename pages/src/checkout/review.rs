//! Step 3: everything at a glance, the way of payment, and the button that orders. It names the total, which the form carries as well: a shopper
//! never pays more than stood there.

use commerce::OrderState;
use commerce::checkout::{CheckoutView, Contact, Way};
use maud::{Markup, html};

use crate::checkout::summary::{self, amount, change};
use crate::checkout::{Step, page, problem};
use crate::frame::Frame;
use crate::write::currency::Money;
use crate::write::link::PageLink;

/// A checkout that is complete, or an order that awaits its payment.
#[derive(Debug)]
pub struct ReviewView<'a> {
    /// The checkout.
    pub checkout: &'a CheckoutView,
    /// When it arrives; empty where that is unknown.
    pub arrival: &'a str,
    /// Why it was not ordered.
    pub declined: Option<Declined>,
    /// The way of payment that was chosen before.
    pub way: Option<Way>,
}

/// Why something was not ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declined {
    /// It costs more than the shopper saw.
    TotalRose {
        /// The total that the shopper saw, in the minor unit; 0 for none.
        seen: u64,
    },
    /// Something is missing, or can no longer be bought.
    NotReady,
    /// The payment was declined.
    Payment,
    /// The provider of the payment does not answer.
    NoProvider,
    /// No way of payment was chosen.
    NoWay,
}

/// The page.
pub fn review(frame: &Frame<'_>, view: &ReviewView<'_>) -> Vec<u8> {
    let CheckoutView { summary, contact, .. } = view.checkout;
    let is_open = view.checkout.order.is_none();
    let awaiting = view.checkout.order.as_ref().filter(|order| order.state == OrderState::Awaiting);
    let main = html! {
        div class="checkout" {
            h1 { "Review and pay" }
            @if let Some(declined) = view.declined { (problem(&cause(frame, view, declined))) }
            @else if !view.checkout.is_ready && is_open { (problem(&cause(frame, view, Declined::NotReady))) }
            @if let Some(order) = awaiting {
                div class="cart-notice" role="status" {
                    p { "Your order " strong { (order.number) } " is kept for you until it is paid. It cannot be changed any more." }
                }
            } @else {
                p class="checkout-note" { "Nothing is ordered yet. The button below orders with an obligation to pay." }
            }
            div class="checkout-columns" {
                div class="checkout-parts" {
                    @if can_order(view) { p class="buy-first" { (buy(frame, view)) } }
                    div class="checkout-facts" {
                        @if let Some(contact) = contact {
                            (person(contact, is_open))
                            (summary::addresses(contact, is_open.then_some("/checkout")))
                        }
                        (delivery(view, is_open))
                    }
                    section class="checkout-part" aria-labelledby="lines-heading" {
                        h2 id="lines-heading" { "Items" }
                        (summary::lines(frame, summary))
                        @if is_open { (change("/cart", "the items")) }
                    }
                }
                section class="checkout-summary" aria-labelledby="pay-heading" {
                    h2 id="pay-heading" { "Total and payment" }
                    (summary::costs(frame, summary))
                    @if can_order(view) { (payment(frame, view)) }
                    @else { p class="cart-note" { "The order cannot be placed as it stands: see above." } }
                }
            }
        }
    };
    page(frame, Step::Review, "Review and pay", view.declined.is_some(), &main)
}

fn can_order(view: &ReviewView<'_>) -> bool {
    !view.checkout.ways.is_empty() && (view.checkout.is_ready || view.checkout.order.is_some())
}

fn person(contact: &Contact, is_open: bool) -> Markup {
    html! {
        section class="checkout-part" aria-labelledby="contact-heading" {
            h2 id="contact-heading" { "Contact" }
            p { bdi { (contact.email) } }
            @if !contact.phone.is_empty() { p { bdi { (contact.phone) } } }
            @if contact.news_at.is_some() { p { "News of the shop by mail, as you chose" } }
            @if is_open { (change("/checkout", "the contact")) }
        }
    }
}

fn delivery(view: &ReviewView<'_>, is_open: bool) -> Markup {
    let shipping = &view.checkout.summary.shipping;
    let days = shipping.options.iter().find(|option| option.name == shipping.method).and_then(|option| option.days);
    html! {
        section class="checkout-part" aria-labelledby="delivery-heading" {
            h2 id="delivery-heading" { "Delivery" }
            p { @if shipping.method.is_empty() { "Not chosen yet" } @else { bdi { (shipping.method) } } }
            @if !view.arrival.is_empty() { p { "Arrives " (view.arrival) } }
            @else if let Some(days) = days { p { (crate::terms::days(days)) } }
            @if is_open && shipping.options.len() > 1 { (change("/checkout/delivery", "the delivery")) }
        }
    }
}

/// The form that orders.
fn payment(frame: &Frame<'_>, view: &ReviewView<'_>) -> Markup {
    let ways = &view.checkout.ways;
    let chosen = view.way.filter(|way| ways.contains(way)).or_else(|| ways.first().copied());
    html! {
        form class="checkout-form" id="order" method="post" action="/checkout/order" novalidate {
            input type="hidden" name="total" value=(view.checkout.summary.total);
            fieldset class="checkout-choices" {
                legend { "How you pay" }
                @for way in ways {
                    @let (name, hint) = words(*way);
                    label class="checkout-choice" {
                        input id={ "way-" (way.name()) } type="radio" name="way" value=(way.name()) checked[chosen == Some(*way)];
                        span class="choice-words" { span { (name) } small { (hint) } }
                    }
                }
            }
            @if ways.contains(&Way::TestCard) {
                div class="field" {
                    label for="card" { "Number of the test card" }
                    p class="field-hint" id="card-hint" { "…4242 pays, …0002 is declined, …3220 asks the bank. Never type a real card here." }
                    input id="card" type="text" name="card" value="4242 4242 4242 4242" inputmode="numeric" autocomplete="off" maxlength="24" aria-describedby="card-hint";
                }
            }
            (terms(frame))
            (buy(frame, view))
        }
    }
}

fn words(way: Way) -> (&'static str, &'static str) {
    match way {
        Way::Invoice => ("Invoice", "You pay after delivery."),
        Way::OnDelivery => ("On delivery", "You pay the carrier."),
        Way::TestCard => ("Test card", "Charges nobody: this shop is a test."),
        Way::Stripe => ("Card and more", "At our provider Stripe; you come back here afterwards."),
    }
}

/// The button: its own words say that it costs (Directive 2011/83/EU, article 8(2); CJEU C-249/21).
fn buy(frame: &Frame<'_>, view: &ReviewView<'_>) -> Markup {
    let summary = &view.checkout.summary;
    let currency = summary::currency(frame, summary);
    html! {
        button type="submit" form="order" class="button buy" {
            @if view.checkout.order.is_some() { "Pay now – " } @else { "Buy now – " }
            (Money { currency, price: amount(summary.total) })
        }
    }
}

fn terms(frame: &Frame<'_>) -> Markup {
    let pages: Vec<_> =
        ["terms", "returns", "privacy"].into_iter().filter_map(|name| frame.site.merchant.page(name)).collect();
    html! {
        @if !pages.is_empty() {
            p class="checkout-note" {
                "You order by our rules: "
                @for (place, page) in pages.iter().enumerate() {
                    @if place > 0 { ", " }
                    a href=(PageLink(page.name)) { bdi { (page.title) } }
                }
                "."
            }
        }
    }
}

fn cause(frame: &Frame<'_>, view: &ReviewView<'_>, declined: Declined) -> Markup {
    let summary = &view.checkout.summary;
    let money = |minor| Money { currency: summary::currency(frame, summary), price: amount(minor) };
    html! {
        @match declined {
            Declined::TotalRose { seen } => p {
                @if seen > 0 { "The total was " (money(seen)) " when you saw it and is " strong { (money(summary.total)) } " now. " }
                @else { "The total is " strong { (money(summary.total)) } ". " }
                "Nothing was ordered. Press the button if that is right."
            },
            Declined::NotReady => {
                @if summary.lines.iter().any(|line| !line.is_whole()) {
                    p { "Something in your cart is sold out or scarce. Nothing was ordered. " a href="/cart" { "Change the cart" } " to go on." }
                } @else if summary.shipping.method.is_empty() {
                    p { "There is no way of delivery yet. " a href="/checkout/delivery" { "Choose how we deliver" } "." }
                } @else {
                    p {
                        "The order cannot be placed as it stands. "
                        a href="/checkout/delivery" { "Choose the delivery" } " once more, or " a href="/cart" { "change the cart" } "."
                    }
                }
            }
            Declined::Payment => p {
                "The payment was declined, and nothing was charged. Everything you entered is kept: try another card or another way to pay."
            },
            Declined::NoProvider => p {
                "The payment service does not answer. Your order is kept; pressing the button again charges once, however often you press."
            },
            Declined::NoWay => p { a href="#order" { "Choose how you pay" } },
        }
    }
}
