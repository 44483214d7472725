//! A line of the cart: picture, name, variant, what is wrong with it, its quantity and its price.

use commerce::{MAX_QUANTITY, PricedLine, Problem};
use maud::{Markup, html};

use crate::cart::{CartView, Refusal, kept};
use crate::frame::Frame;
use crate::picture::{Image, Loading, Picture, Place};
use crate::write::currency::Money;
use crate::write::link::ProductLink;
use crate::write::text::Text;

pub(super) fn list(frame: &Frame<'_>, view: &CartView<'_>) -> Markup {
    html! {
        ul class="cart-lines" role="list" {
            @for line in &view.cart.lines { (item(frame, view, line)) }
        }
    }
}

fn item(frame: &Frame<'_>, view: &CartView<'_>, line: &PricedLine) -> Markup {
    let currency = frame.site.currency;
    let refusal = view.refusal.as_ref().filter(|refusal| refusal.sent.sku == line.sku);
    html! {
        li class="cart-line" id={ "line-" (line.sku) } data-sku=(line.sku) data-quantity=(line.quantity) {
            @match &line.item {
                Some(item) => {
                    @let address = ProductLink(&item.handle);
                    div class="cart-picture" {
                        (Picture { site: frame.site, image: Image { url: &item.picture, alt: "", size: None }, place: Place::Line, loading: Loading::Eager })
                    }
                    div class="cart-about" {
                        p class="cart-name" { a href=(address) dir="auto" { (Text(&item.name)) } }
                        @if !item.values.is_empty() { p class="cart-values" dir="auto" { (item.values.join(", ")) } }
                        p class="cart-unit" { (Money { currency, price: item.price }) @if line.quantity > 1 { " each" } }
                        (problems(frame, line))
                    }
                }
                None => {
                    div class="cart-picture" { img class="product-image no-picture" src=(frame.site.shell.placeholder.url) alt="" width="96" height="96"; }
                    div class="cart-about" {
                        p class="cart-name" { "Item " bdi { (line.sku) } }
                        (problems(frame, line))
                    }
                }
            }
            (quantity(view, line, refusal))
            p class="cart-price" {
                span class="visually-hidden" { "Price: " }
                @if line.discount.minor() > 0 {
                    s class="price-before" { span class="visually-hidden" { "Before discount: " } (Money { currency, price: line.amount }) } " "
                }
                (Money { currency, price: line.due() })
            }
        }
    }
}

/// The form of the quantity, and the one that takes the line out. Both name their line for those who do not see it. A refused quantity stands in
/// its field again, with those that would do.
fn quantity(view: &CartView<'_>, line: &PricedLine, refusal: Option<&Refusal>) -> Markup {
    let name = line.item.as_ref().map_or(line.sku.as_str(), |item| item.name.as_str());
    let field = format!("quantity-{}", line.sku);
    let fault = format!("fault-{}", line.sku);
    html! {
        div class="cart-change" {
            @if line.item.is_some() {
                form class="cart-quantity" method="post" action="/cart/set" {
                    (kept(view.cart))
                    input type="hidden" name="sku" value=(line.sku);
                    label for=(field) { "Quantity" span class="visually-hidden" { " of " (name) } }
                    input id=(field) type="number" name="quantity" inputmode="numeric" min="0" max=(MAX_QUANTITY) step="1" required
                        value=(refusal.map_or_else(|| line.quantity.to_string(), |refusal| refusal.sent.quantity.clone()))
                        aria-invalid=[refusal.map(|_| "true")] aria-describedby=[refusal.map(|_| fault.as_str())];
                    button type="submit" class="button button-quiet" { "Update" span class="visually-hidden" { " the quantity of " (name) } }
                    @if let Some(refusal) = refusal {
                        // Fewer than before is always possible.
                        p class="field-fault" id=(fault) { "Enter a whole number from 0 to " (refusal.alert.most().max(line.quantity)) "." }
                    }
                }
            }
            form class="cart-remove" method="post" action="/cart/remove" {
                (kept(view.cart))
                input type="hidden" name="sku" value=(line.sku);
                button type="submit" class="link-button" { "Remove" span class="visually-hidden" { " " (name) } }
            }
        }
    }
}

fn problems(frame: &Frame<'_>, line: &PricedLine) -> Markup {
    let currency = frame.site.currency;
    html! {
        @for problem in &line.problems {
            p class="cart-problem" {
                @match *problem {
                    Problem::Unknown => "This is no longer in the shop. It does not count; remove it to go on.",
                    Problem::Unpublished => "This is not on sale now. It does not count; remove it to go on.",
                    Problem::SoldOut => "Sold out. It does not count until it is back.",
                    Problem::Fewer { available } => {
                        @if available == 1 { "Only one is left; one counts." } @else { "Only " (available) " are left; " (available) " count." }
                    }
                    Problem::PriceChanged { seen } => {
                        @let now = line.item.as_ref().map_or(seen, |item| item.price);
                        "The price is " (Money { currency, price: now }) " now. It was "
                        (Money { currency, price: seen }) " when you saw it last."
                    }
                }
            }
        }
    }
}
