//! Cancelling an order, and withdrawing from the contract (Directive 2011/83/EU, article 11a): the second of two steps, which names what is
//! ended and has a button that says so.

use std::borrow::Cow;

use commerce::checkout::OrderView;
use maud::html;

use crate::checkout::summary;
use crate::frame::Frame;
use crate::shell::document::{Kind, document};
use crate::shell::head::Head;

/// The two ways to end an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// It is taken back before it is packed.
    Cancel,
    /// The shopper withdraws from the contract.
    Withdraw,
}

impl End {
    /// What the address of the step ends in.
    pub fn name(self) -> &'static str {
        match self {
            End::Cancel => "cancel",
            End::Withdraw => "withdrawal",
        }
    }
}

/// The page.
pub fn end(frame: &Frame<'_>, end: End, order: &OrderView, key: &str) -> Vec<u8> {
    let (title, words, button) = match end {
        End::Cancel => (
            "Cancel the order",
            "The whole order is taken back. What you paid goes back the way it came.",
            "Confirm the cancellation",
        ),
        End::Withdraw => (
            "Withdraw from the contract",
            "I withdraw from the contract on the items below. A receipt goes to your e-mail address; send the items back after that.",
            "Confirm the withdrawal",
        ),
    };
    let head = Head { title: Cow::Borrowed(title), description: Cow::Borrowed(title), ..Head::default() };
    let back = format!("/orders/{}?key={key}", order.number);
    let main = html! {
        div class="order" {
            h1 { (title) }
            p { (words) }
            dl class="order-facts" {
                div { dt { "Order" } dd { strong class="order-number" { (order.number) } } }
                div { dt { "Name" } dd { bdi { (order.contact.name) } } }
                div { dt { "Receipt to" } dd { bdi { (order.contact.email) } } }
            }
            (summary::lines(frame, &order.summary))
            form class="checkout-way" method="post" action={ "/orders/" (order.number) "/" (end.name()) } {
                input type="hidden" name="key" value=(key);
                button type="submit" class="button" { (button) }
                a href=(back) { "Back to the order" }
            }
        }
    };
    document(frame, Kind::Other, &head, &main)
}
