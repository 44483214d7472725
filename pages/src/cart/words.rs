//! What was done to the cart, what was refused and what was lost, in words, with what to do next.

use commerce::{Loss, MAX_CODES, MAX_LINES, MAX_QUANTITY, PricedCart};
use maud::{Markup, html};

use crate::cart::{CartAlert, CartNotice, Named, kept};
use crate::write::link::{LISTING, ProductLink};

/// The notice above the lines. A line that was taken out can be put back.
pub(super) fn notice(notice: &CartNotice, cart: &PricedCart) -> Markup {
    html! {
        div class="cart-notice" role="status" {
            @match notice {
                CartNotice::Added { item, quantity } => {
                    p { @if *quantity > 1 { (quantity) " × " } (label(item)) @if *quantity > 1 { " are in your cart." } @else { " is in your cart." } }
                    p { a href=(ProductLink(&item.handle)) { "Back to " bdi { (item.name) } } }
                }
                CartNotice::Removed { item, quantity } => {
                    p { (label(item)) " was removed." }
                    form method="post" action="/cart/set" {
                        (kept(cart))
                        input type="hidden" name="sku" value=(item.sku);
                        input type="hidden" name="quantity" value=(quantity);
                        button type="submit" class="button button-quiet" { "Undo" span class="visually-hidden" { ": put " (item.name) " back" } }
                    }
                }
            }
        }
    }
}

/// What was refused, and what to do.
pub(crate) fn alert(alert: &CartAlert) -> Markup {
    // With it, scripts put back what can be put back.
    let available = if let CartAlert::Fewer { available, .. } = alert { Some(*available) } else { None };
    html! {
        div class="error-message" role="alert" id="cart-alert" data-available=[available] {
            p {
                @match alert {
                    CartAlert::Quantity { sent } => {
                        "“" bdi { (sent) } "” is no quantity. Enter a whole number; one line holds at most " (MAX_QUANTITY) ". The cart is as it was."
                    }
                    CartAlert::Unknown => {
                        "This item is not in the shop, or no longer. The cart is as it was. " a href=(LISTING) { "See all products" }
                    }
                    CartAlert::NoSuchVariant => "There is no such combination. Choose another one; the cart is as it was.",
                    CartAlert::Choose { options } => { "Choose " bdi { (options.join(" and ")) } " first. The cart is as it was." }
                    CartAlert::SoldOut { item } => { (some(item.as_ref())) " is sold out. The cart is as it was." }
                    CartAlert::Fewer { item, available, held } => {
                        "Only " (available) " of " (some(item.as_ref())) @if *available == 1 { " is" } @else { " are" } " left"
                        @if *held > 0 { ", and your cart has " (held) }
                        ". The cart is as it was."
                    }
                    CartAlert::Full => {
                        "The cart is full: it holds " (MAX_LINES) " different items, fewer if their numbers are long. Remove one to add another."
                    }
                    CartAlert::UnknownCode { sent } => {
                        @if sent.is_empty() { "Enter a code." } @else { "“" bdi { (sent) } "” is not a code of this shop. Look for letters that are easily mistaken, such as O and 0." }
                    }
                    CartAlert::CodeNotNow { code, is_over } => {
                        "The code " bdi { (code) } @if *is_over { " is no longer valid." } @else { " is not valid yet." }
                    }
                    CartAlert::TooManyCodes => { "A cart holds " (MAX_CODES) " codes. Remove one to add another." }
                }
            }
        }
    }
}

/// What was lost of a damaged cart; the rest is there.
pub(super) fn losses(losses: &[Loss]) -> Markup {
    html! {
        div class="error-message" role="status" {
            @for loss in losses {
                p {
                    @match loss {
                        Loss::Unreadable => "A part of your cart could not be read. Everything else is below.",
                        Loss::Quantity => { "A quantity was above " (MAX_QUANTITY) ", the most that a line holds; it is " (MAX_QUANTITY) " now." }
                        Loss::TooMany => { "Your cart had more than fits: " (MAX_LINES) " items and " (MAX_CODES) " codes are kept." }
                        Loss::Version => "Your cart was saved by another version of this shop. What could be read is below.",
                    }
                }
            }
        }
    }
}

fn label(item: &Named) -> Markup {
    html! { bdi { (item.name) } @if !item.values.is_empty() { " (" bdi { (item.values.join(", ")) } ")" } }
}

fn some(item: Option<&Named>) -> Markup {
    html! { @match item { Some(item) => (label(item)), None => "this item" } }
}
