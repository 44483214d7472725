//! The imitation of a bank's page, for a test card that asks for its owner's consent. There is none in production.

use commerce::checkout::CheckoutView;
use maud::html;

use crate::checkout::summary::{amount, currency};
use crate::checkout::{Step, page};
use crate::frame::Frame;
use crate::write::currency::Money;

/// The page.
pub fn authenticate(frame: &Frame<'_>, checkout: &CheckoutView) -> Vec<u8> {
    let summary = &checkout.summary;
    let main = html! {
        div class="checkout checkout-bank" {
            h1 { "Confirm your payment" }
            p class="checkout-note" { "A test bank asks here, as a real one would at this point. Nothing is charged." }
            dl class="cart-costs" {
                div { dt { "To" } dd { bdi { (frame.site.name) } } }
                @if let Some(order) = &checkout.order { div { dt { "Order" } dd { (order.number) } } }
                div { dt { "Amount" } dd { strong { (Money { currency: currency(frame, summary), price: amount(summary.total) }) } } }
            }
            form class="checkout-way" method="post" action="/checkout/authenticate" {
                button type="submit" name="answer" value="approve" class="button" { "Approve" }
                button type="submit" name="answer" value="refuse" class="button button-quiet" { "Refuse" }
            }
        }
    };
    page(frame, Step::Review, "Confirm your payment", false, &main)
}
