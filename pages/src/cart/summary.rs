//! What the cart costs: goods, discounts, delivery and tax for a destination, the total, codes, and the way on.

use commerce::{CodeOutcome, Country, PricedCart, PricedCode, Shipping, ShippingOption};
use maud::{Markup, html};

use crate::cart::{CartAlert, CartView, kept};
use crate::frame::Frame;
use crate::terms::days;
use crate::write::currency::{Currency, Money};
use crate::write::link::CART;

pub(super) fn aside(frame: &Frame<'_>, view: &CartView<'_>) -> Markup {
    html! {
        aside class="cart-summary" aria-labelledby="summary-heading" {
            h2 id="summary-heading" { "Summary" }
            (costs(frame, view.cart))
            (estimate(frame, view))
            (codes(view))
            (way_on(view))
        }
    }
}

fn costs(frame: &Frame<'_>, cart: &PricedCart) -> Markup {
    let currency = frame.site.currency;
    let money = |price| Money { currency, price };
    html! {
        dl class="cart-costs" {
            div class="cart-goods" { dt { "Goods" } dd { (money(cart.subtotal)) } }
            @if cart.discount.minor() > 0 { div class="cart-discount" { dt { "Discount" } dd { "−" (money(cart.discount)) } } }
            div {
                dt { "Delivery to " (cart.destination.country.name()) }
                dd { (delivery(&cart.shipping, currency)) }
            }
            @if !cart.is_tax_included && cart.tax.minor() > 0 { div { dt { "Tax" } dd { (money(cart.tax)) } } }
            div class="cart-total" {
                dt { "Total" }
                dd {
                    strong { (money(cart.total)) }
                    @if cart.is_tax_included && cart.tax.minor() > 0 { small { "incl. " (money(cart.tax)) " tax" } }
                }
            }
        }
        @if let Some(missing) = cart.shipping.missing_for_free {
            p class="cart-hint" { (money(missing)) " more, and delivery is free." }
        }
    }
}

fn delivery(shipping: &Shipping, currency: Currency) -> Markup {
    html! {
        @match shipping.chosen {
            Some(_) if shipping.cost.minor() == 0 => "Free",
            Some(_) => (Money { currency, price: shipping.cost }),
            None if shipping.is_served => "–",
            None => "Not possible",
        }
    }
}

/// Country, region and method, as a form that leads back here.
fn estimate(frame: &Frame<'_>, view: &CartView<'_>) -> Markup {
    let (cart, shipping) = (view.cart, &view.cart.shipping);
    let destination = &cart.destination;
    html! {
        @if !view.countries.is_empty() {
            form class="cart-estimate" method="get" action=(CART) aria-label="Destination" {
                p class="field" {
                    label for="country" { "Deliver to" }
                    select id="country" name="country" autocomplete="country" {
                        @if !view.countries.contains(&destination.country) { (country(destination.country, true)) }
                        @for place in &view.countries { (country(*place, *place == destination.country)) }
                    }
                }
                @if !view.regions.is_empty() {
                    p class="field" {
                        label for="region" { "State or region" }
                        select id="region" name="region" autocomplete="address-level1" {
                            option value="" { "Another one" }
                            @for region in &view.regions { option value=(region) selected[*region == destination.region] { (region) } }
                        }
                    }
                }
                @if shipping.options.len() > 1 {
                    fieldset class="cart-methods" {
                        legend { "Method" }
                        @for (place, option) in shipping.options.iter().enumerate() {
                            (method(option, shipping.chosen == Some(place), frame.site.currency))
                        }
                    }
                }
                @if !shipping.is_served {
                    p class="cart-problem" {
                        @if shipping.options.is_empty() && view.countries.contains(&destination.country) {
                            "This cart is too heavy for every way of delivery to " (destination.country.name()) "."
                        } @else {
                            "The shop does not deliver to " (destination.country.name()) ". Choose another country to see the cost."
                        }
                    }
                }
                button type="submit" class="button button-quiet" { "Update the estimate" }
            }
        }
    }
}

fn country(country: Country, is_chosen: bool) -> Markup {
    html! { option value=(country.code()) selected[is_chosen] { (country.name()) } }
}

fn method(option: &ShippingOption, is_chosen: bool, currency: Currency) -> Markup {
    html! {
        label class="cart-method" {
            input type="radio" name="method" value=(option.name) checked[is_chosen];
            span dir="auto" { (option.name) }
            @if let Some(range) = option.days { small { (days(range)) } }
            span class="cart-method-cost" {
                @if option.cost.minor() == 0 { "Free" } @else { (Money { currency, price: option.cost }) }
            }
        }
    }
}

/// The codes of the cart with what came of them, and the field for another, folded: an empty field sends shoppers hunting for one.
pub(super) fn codes(view: &CartView<'_>) -> Markup {
    let sent = view.refusal.as_ref().map(|refusal| refusal.sent.code.as_str()).filter(|code| !code.is_empty());
    let is_wrong = sent.is_some()
        || view.refusal.as_ref().is_some_and(|refusal| matches!(refusal.alert, CartAlert::UnknownCode { .. }));
    html! {
        @if !view.cart.codes.is_empty() {
            ul class="cart-codes" role="list" {
                @for priced in &view.cart.codes {
                    li {
                        p { strong { (priced.code) } ": " (outcome(priced, view.cart)) }
                        form method="post" action="/cart/code" {
                            (kept(view.cart))
                            button type="submit" class="link-button" name="remove" value=(priced.code) {
                                "Remove" span class="visually-hidden" { " the code " (priced.code) }
                            }
                        }
                    }
                }
            }
        }
        @if !view.cart.lines.is_empty() {
            details class="cart-code" open[is_wrong] {
                summary { "I have a code" }
                form method="post" action="/cart/code" {
                    (kept(view.cart))
                    label for="code" { "Code" }
                    input id="code" type="text" name="code" maxlength="64" required autocomplete="off" autocapitalize="characters" spellcheck="false"
                        value=[sent] aria-invalid=[is_wrong.then_some("true")] aria-describedby=[is_wrong.then_some("cart-alert")];
                    button type="submit" class="button button-quiet" { "Apply" }
                }
            }
        }
    }
}

fn outcome(priced: &PricedCode, cart: &PricedCart) -> Markup {
    let currency = Currency::from(cart.currency);
    let money = |price| Money { currency, price };
    html! {
        @match priced.outcome {
            CodeOutcome::Applied { goods, shipping, is_checked_later } => {
                @if goods.minor() + shipping.minor() > 0 { "−" (money(goods.plus(shipping))) }
                @else { "nothing to take off, since delivery is free already" }
                @if is_checked_later { small { " Its limit of uses is checked when you order." } }
            }
            CodeOutcome::BelowMinimum { minimum, value } => {
                "from " (money(minimum)) " of the goods that it is for; the cart has " (money(value)) " of them"
            }
            CodeOutcome::NothingEligible => "nothing in the cart that it is for",
            CodeOutcome::NotCombinable => "not together with the other codes, which take more off",
            CodeOutcome::NotYet => "not valid yet",
            CodeOutcome::Over => "no longer valid",
            CodeOutcome::UsedUp => "used up",
            CodeOutcome::UsedByCustomer => "used by you before",
            CodeOutcome::Unknown => "not a code of this shop",
            CodeOutcome::Unchecked => "not checked now, since many codes were tried from your network; look again in a minute",
        }
    }
}

/// The way on. There is no button where it would lead nowhere.
fn way_on(view: &CartView<'_>) -> Markup {
    let is_whole = view.cart.lines.iter().all(|line| line.payable == line.quantity);
    html! {
        div class="cart-way" {
            @if !view.takes_orders {
                p class="cart-note" { "This shop takes no orders yet. The cart stays as it is until it does." }
            } @else if !is_whole {
                p class="cart-note" { "Put right what is marked in the cart; then you can check out." }
            } @else {
                a class="button check-out" href="/checkout" { "Check out" }
                p class="cart-note" { "No account is needed." }
            }
        }
    }
}
