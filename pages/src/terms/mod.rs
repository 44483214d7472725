//! The merchant's facts in words: the line beside a price, the figures above the text of a page, the pages that a search means.
//! Figures come from the rules in force and `shop.toml` alone, so that they stand in one place.

pub(crate) mod page;

use catalog::Price;
use maud::{Markup, html};

use crate::merchant::{DeliveryTerms, MerchantPage};
use crate::site::Site;
use crate::write::currency::Money;
use crate::write::link::PageLink;

/// The pages that a text is about by one of its words.
pub fn pages_about<'a>(site: &'a Site, text: &str) -> impl Iterator<Item = &'a MerchantPage> {
    let folded = catalog::fold(text).into_owned();
    site.merchant.pages.iter().filter(move |page| page.is_about(&folded))
}

/// A link to a page of the merchant where there is one, otherwise its text.
fn linked(site: &Site, name: &'static str, text: &Markup) -> Markup {
    html! {
        @if site.merchant.page(name).is_some() { a href=(PageLink(name)) { (text) } } @else { (text) }
    }
}

/// The line beside a price: tax, delivery and returns, each with its page behind it. Nothing for a merchant of whom nothing is known.
pub(crate) fn terms_line(site: &Site) -> Option<Markup> {
    let merchant = &site.merchant;
    let terms = site.terms();
    let tax = terms.is_tax_included.map(|is_included| if is_included { "Incl. tax" } else { "Plus tax" });
    let delivery = terms.delivery.as_ref().map(|delivery| {
        let cost = cost(site, delivery);
        linked(site, "delivery", &html! { (cost) @if delivery.days.1 > 0 { ", " (days(delivery.days)) } })
    });
    let returns = merchant.return_days.map(|days| linked(site, "returns", &html! { (days) " days to return" }));
    let parts: Vec<Markup> = [tax.map(|tax| html! { (tax) }), delivery, returns].into_iter().flatten().collect();
    if parts.is_empty() {
        return None;
    }
    Some(html! {
        ul class="product-terms" role="list" { @for part in &parts { li { (part) } } }
    })
}

/// The cost of a delivery in words: `Delivery $4.90, free from $80.00`.
fn cost(site: &Site, delivery: &DeliveryTerms) -> Markup {
    let currency = site.currency;
    html! {
        @match amount(site, &delivery.cost) {
            Some(price) if price.minor() > 0 => {
                "Delivery " (Money { currency, price })
                @if let Some(price) = amount(site, &delivery.free_from) { ", free from " (Money { currency, price }) }
            },
            _ => "Free delivery",
        }
    }
}

/// An amount of the file; the build has checked its form.
fn amount(site: &Site, text: &str) -> Option<Price> {
    site.currency.iso().price(text).ok()
}

pub(crate) fn days((least, most): (u32, u32)) -> Markup {
    html! {
        @if least == most { (most) } @else { (least) "–" (most) }
        @if most == 1 { " working day" } @else { " working days" }
    }
}

/// The facts that stand above the text of a page, from the same file as the line beside a price: figures stand in one place.
pub(crate) fn facts(site: &Site, name: &str) -> Option<Markup> {
    let merchant = &site.merchant;
    match name {
        "delivery" => site.terms().delivery.as_ref().map(|delivery| {
            let currency = site.currency;
            html! {
                dl class="merchant-facts" {
                    div { dt { "Cost" } dd { @match amount(site, &delivery.cost) { Some(price) if price.minor() > 0 => (Money { currency, price }), _ => "Free" } } }
                    @if let Some(price) = amount(site, &delivery.free_from) { div { dt { "Free from" } dd { (Money { currency, price }) } } }
                    @if delivery.days.1 > 0 { div { dt { "Arrives in" } dd { (days(delivery.days)) } } }
                    @if !delivery.text.is_empty() { div { dt { "How" } dd dir="auto" { (delivery.text) } } }
                }
            }
        }),
        "returns" => merchant.return_days.map(|days| {
            html! { dl class="merchant-facts" { div { dt { "Time to return" } dd { (days) " days from delivery" } } } }
        }),
        "contact" | "imprint" if !merchant.name.is_empty() => Some(html! {
            dl class="merchant-facts" {
                div { dt { "Seller" } dd { bdi { (merchant.name) } } }
                @if !merchant.address.is_empty() {
                    div { dt { "Address" } dd { @for (at, line) in merchant.address.iter().enumerate() { @if at > 0 { br; } bdi { (line) } } } }
                }
                @if !merchant.email.is_empty() {
                    div { dt { "E-mail" } dd { a href={ "mailto:" (merchant.email) } { (merchant.email) } } }
                }
                @if !merchant.phone.is_empty() {
                    div { dt { "Phone" } dd { a href={ "tel:" (dialled(merchant.phone)) } { (merchant.phone) } } }
                }
            }
        }),
        _ => None,
    }
}

/// A telephone number without the characters that make it readable.
fn dialled(phone: &str) -> String {
    phone.chars().filter(|character| character.is_ascii_digit() || *character == '+').collect()
}
