//! The page for when no orders are taken. The cart is kept, and the rest of the shop goes on.

use std::borrow::Cow;

use maud::html;

use crate::frame::Frame;
use crate::shell::document::{Kind, document};
use crate::shell::head::Head;

/// What was asked for when the origin did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// A step of the checkout.
    Checkout,
    /// An order or its payment: it may have arrived.
    Ordering,
    /// The page of an order.
    Order,
}

/// The page, for status 503.
pub fn closed(frame: &Frame<'_>, closed: Closed) -> Vec<u8> {
    let title = match closed {
        Closed::Checkout | Closed::Ordering => "No orders are taken right now",
        Closed::Order => "Your order cannot be shown right now",
    };
    let head = Head { title: Cow::Borrowed(title), description: Cow::Borrowed(title), ..Head::default() };
    let main = html! {
        div class="notice" {
            h1 { (title) }
            @match closed {
                Closed::Checkout => p { "Our order desk does not answer at the moment. Your cart is kept, and you can go on looking round; try again in a few minutes." },
                Closed::Ordering => {
                    p { "Our order desk does not answer at the moment, so we do not know yet whether your order has arrived. You cannot order twice: try again in a few minutes, and you will see." }
                    p { "Your cart is kept." }
                }
                Closed::Order => p { "Our order desk does not answer at the moment. Nothing has happened to your order; try again in a few minutes." },
            }
            div class="notice-actions" {
                @match closed {
                    Closed::Checkout => { a class="button" href="/checkout" { "Try again" } a class="button button-quiet" href="/cart" { "Back to the cart" } }
                    Closed::Ordering => { a class="button" href="/checkout/review" { "See what became of it" } a class="button button-quiet" href="/cart" { "Back to the cart" } }
                    Closed::Order => a class="button button-quiet" href="/" { "Go to the home page" },
                }
            }
        }
    };
    document(frame, Kind::Other, &head, &main)
}
