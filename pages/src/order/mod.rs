//! The page of an order: what was ordered, how it stands, its parcel and payment, and on paper its invoice; and the two steps in which it is
//! cancelled or withdrawn from.
//!
//! | to change | open |
//! | --- | --- |
//! | the states in words | `words.rs` |
//! | cancelling and withdrawing | `end.rs` |

mod end;
mod words;

pub use end::{End, end};

use std::borrow::Cow;

use commerce::checkout::OrderView;
use commerce::{FulfilmentState, OrderState};
use maud::{Markup, html};

use crate::checkout::summary;
use crate::contracts::CHECKOUT;
use crate::frame::Frame;
use crate::shell::document::{Kind, document};
use crate::shell::head::Head;
use crate::shell::slot::slot;

/// An order for its page.
#[derive(Debug)]
pub struct OrderPage<'a> {
    /// The order.
    pub order: &'a OrderView,
    /// The key that opens it.
    pub key: &'a str,
    /// When it was ordered, in words.
    pub ordered: &'a str,
    /// When it arrives, in words; empty where that is unknown, or past.
    pub arrival: &'a str,
    /// When the shopper withdrew, in words; empty where that was not done.
    pub withdrawn: &'a str,
    /// What could not be done with it.
    pub refused: Option<End>,
}

/// The page.
pub fn order(frame: &Frame<'_>, view: &OrderPage<'_>) -> Vec<u8> {
    let order = view.order;
    let is_new = order.state == OrderState::Placed
        && order.parcel.as_ref().is_none_or(|parcel| parcel.state == FulfilmentState::Open)
        && order.withdrawn_at.is_none();
    let title = if is_new { format!("Order {} is placed", order.number) } else { format!("Order {}", order.number) };
    let head = Head { title: Cow::Owned(title), description: Cow::Borrowed("Your order."), ..Head::default() };
    let main = html! {
        div class="order" data-placed=[is_binding(order).then_some("")] {
            @if let Some(refused) = view.refused {
                div class="error-summary" role="alert" tabindex="-1" autofocus { p { (words::refused(refused)) } }
            }
            @if is_new {
                h1 { "Thank you. Your order is placed." }
                p class="order-lead" { "A confirmation goes to " strong { bdi { (order.contact.email) } } ". Keep this page’s address: it opens your order." }
            } @else {
                h1 { "Order " (order.number) }
            }
            (invoice_head(frame, view))
            dl class="order-facts" {
                div { dt { "Order" } dd { strong class="order-number" { (order.number) } } }
                div { dt { "Ordered" } dd { (view.ordered) } }
                div { dt { "State" } dd { (words::state(order)) } }
                @if !view.arrival.is_empty() { div { dt { "Arrives" } dd { (view.arrival) } } }
                @if !view.withdrawn.is_empty() { div { dt { "Withdrawn" } dd { (view.withdrawn) } } }
                div { dt { "Payment" } dd { (words::payment(frame, order)) } }
                (parcel(order))
            }
            @if order.state == OrderState::Awaiting {
                p class="order-actions" { a class="button" href="/checkout/review" { "Go on to the payment" } }
            }
            div class="checkout-columns" {
                div class="checkout-parts" {
                    section class="checkout-part" aria-labelledby="lines-heading" {
                        h2 id="lines-heading" { "Items" }
                        (summary::lines(frame, &order.summary))
                    }
                    (ways_out(frame, view))
                }
                div class="checkout-parts" {
                    section class="checkout-summary" aria-labelledby="costs-heading" {
                        h2 id="costs-heading" { "Costs" }
                        (summary::costs(frame, &order.summary))
                    }
                    (summary::addresses(&order.contact, None))
                }
            }
        }
    };
    document(frame, Kind::Other, &head, &slot(frame, CHECKOUT, "", "Your order", main))
}

/// Whether the checkout is behind the shopper, so that nothing typed there is needed any more.
fn is_binding(order: &OrderView) -> bool {
    !matches!(order.state, OrderState::Awaiting | OrderState::Expired)
}

/// No such order, or another key: whoever asks learns no more, for status 404.
pub fn order_unknown(frame: &Frame<'_>) -> Vec<u8> {
    let title = "Order not found";
    let head = Head { title: Cow::Borrowed(title), description: Cow::Borrowed(title), ..Head::default() };
    let main = html! {
        div class="notice" {
            p class="status" { "404" }
            h1 { (title) }
            p { "An order opens by the link in its confirmation, and by nothing else. Look whether the whole link was opened, also its end." }
            div class="notice-actions" { a class="button button-quiet" href="/" { "Go to the home page" } }
        }
    };
    document(frame, Kind::Other, &head, &main)
}

/// What an invoice has beside the order. Shown on paper alone.
fn invoice_head(frame: &Frame<'_>, view: &OrderPage<'_>) -> Markup {
    let merchant = &frame.site.merchant;
    let name = if merchant.name.is_empty() { frame.site.name.as_str() } else { merchant.name };
    html! {
        div class="invoice-head" aria-hidden="true" {
            p class="invoice-title" { "Invoice " (view.order.number) }
            p { (name) }
            @for line in merchant.address { p { (line) } }
            @if !merchant.email.is_empty() { p { (merchant.email) } }
        }
    }
}

fn parcel(order: &OrderView) -> Markup {
    html! {
        @if let Some(parcel) = order.parcel.as_ref().filter(|parcel| !parcel.carrier.is_empty()) {
            div {
                dt { "Parcel" }
                dd {
                    bdi { (parcel.carrier) }
                    @if !parcel.tracking.is_empty() { ", number " strong { bdi { (parcel.tracking) } } }
                }
            }
        }
    }
}

/// What the shopper can do with it: print, cancel, withdraw.
fn ways_out(frame: &Frame<'_>, view: &OrderPage<'_>) -> Markup {
    let order = view.order;
    let address = |step: &str| format!("/orders/{}/{step}?key={}", order.number, view.key);
    html! {
        @if order.can_be_cancelled || order.can_be_withdrawn {
            section class="order-actions" aria-labelledby="change-heading" {
                h2 id="change-heading" { "Changed your mind?" }
                ul role="list" {
                    @if order.can_be_cancelled { li { a class="button button-quiet" href=(address("cancel")) { "Cancel the order" } } }
                    @if order.can_be_withdrawn { li { a class="button button-quiet" href=(address("withdrawal")) { "Withdraw from the contract" } } }
                }
                @if frame.site.merchant.page("returns").is_some() { p { a href="/pages/returns" { "How returns work" } } }
            }
        }
        p class="checkout-note order-print" { "For your files: the print of this page is the invoice." }
    }
}
