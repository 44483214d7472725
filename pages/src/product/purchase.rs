//! The way on from a product: into the cart, or to what is in stock instead. Of a product with options the controls belong to the form of the
//! picker, so that what is chosen there is what is added, whether or not the page shows it yet.

use commerce::MAX_QUANTITY;
use maud::{Markup, html};

use crate::cart::{CartAlert, words};
use crate::frame::Frame;
use crate::product::variants::PICKER;
use crate::product::{ProductView, Shown};
use crate::write::link::CART;
use crate::write::text::Text;

pub(super) fn purchase(
    frame: &Frame<'_>,
    view: &ProductView<'_>,
    shown: &Shown<'_>,
    category_address: &str,
    has_alternatives: bool,
) -> Markup {
    let product = &view.product;
    html! {
        @if let Some(refusal) = &view.more.refusal { (words::alert(&refusal.alert)) }
        @if product.in_stock() {
            @if !shown.is_in { p class="cart-note" { "This choice is sold out. Another one is in stock: choose it above." } }
            @if view.more.details.options.is_empty() {
                form class="purchase" method="post" action="/cart/add" { (controls(frame, view, shown, None)) }
            } @else {
                div class="purchase" { (controls(frame, view, shown, Some(PICKER))) }
            }
        } @else {
            div class="purchase" {
                p class="cart-note" { "Sold out. What is gone stays listed, so that you find it again when it is back." }
                @if has_alternatives {
                    a class="button" href="#related-heading" { "See what is in stock instead" }
                } @else {
                    a class="button" href=(Text(category_address)) { span { "See all of " bdi { (Text(product.category)) } } }
                }
            }
        }
    }
}

/// Quantity and button. `form` is the id of the form that they belong to, if that is elsewhere.
fn controls(frame: &Frame<'_>, view: &ProductView<'_>, shown: &Shown<'_>, form: Option<&str>) -> Markup {
    let is_counted = frame.unconfirmed.is_none() && shown.is_in && shown.facts.stock > 0 && !shown.is_endless();
    let most = if is_counted { shown.facts.stock.min(MAX_QUANTITY) } else { MAX_QUANTITY };
    let refusal = view.more.refusal.as_ref();
    let sent = refusal.map(|refusal| refusal.sent.quantity.as_str()).filter(|quantity| !quantity.is_empty());
    let fault = refusal.and_then(|refusal| fault(&refusal.alert));
    html! {
        input type="hidden" name="product" value=(Text(view.product.id)) form=[form];
        label for="quantity" { "Quantity" }
        input type="number" id="quantity" name="quantity" inputmode="numeric" min="1" max=(most) step="1" required value=(sent.unwrap_or("1"))
            form=[form] aria-invalid=[fault.as_ref().map(|_| "true")]
            aria-describedby=[refusal.map(|_| if fault.is_some() { "cart-alert quantity-fault" } else { "cart-alert" })];
        @if let Some(fault) = &fault { p class="field-fault" id="quantity-fault" { (fault) } }
        @match form {
            Some(form) => button type="submit" class="button add-to-cart-btn" form=(form) formmethod="post" formaction="/cart/add" { "Add to cart" },
            None => button type="submit" class="button add-to-cart-btn" { "Add to cart" },
        }
    }
}

/// What to do about a quantity that was refused; `None` where something else was.
fn fault(alert: &CartAlert) -> Option<Markup> {
    let held = match alert {
        CartAlert::Quantity { .. } => 0,
        CartAlert::Fewer { held, .. } => *held,
        _ => return None,
    };
    Some(match alert.most().saturating_sub(held) {
        0 => html! { "Your cart has all that can be bought. " a href=(CART) { "View cart" } },
        1 => html! { "You can add one." },
        most => html! { "Enter a whole number from 1 to " (most) "." },
    })
}
