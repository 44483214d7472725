//! The merchant's own facts and pages: who sells, delivery, tax, returns, and the texts behind them. Built from `catalog/data/shop.toml`
//! and `catalog/data/pages/*.md` by [`crate::build`]; nothing here is parsed or changed while a host runs.

pub(crate) mod page;

use catalog::Price;
use maud::{Markup, html};

use crate::site::Site;
use crate::write::currency::Money;
use crate::write::link::PageLink;

/// The merchant, as built. Texts are those of the files; an empty one was not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merchant {
    /// The name of the business that sells.
    pub name: &'static str,
    /// An address for mail.
    pub email: &'static str,
    /// A telephone number.
    pub phone: &'static str,
    /// The postal address, a line each.
    pub address: &'static [&'static str],
    /// How goods arrive.
    pub delivery: Option<Delivery>,
    /// Whether prices include tax; `None` where the shop makes no statement.
    pub is_tax_included: Option<bool>,
    /// Days in which goods can be returned.
    pub return_days: Option<u32>,
    /// The merchant's pages, in the order in which the footer lists them.
    pub pages: &'static [MerchantPage],
}

/// How goods arrive, and for how much. Amounts are decimals in the currency of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// A sentence beside the figures; may be empty.
    pub text: &'static str,
    /// The cost of a delivery.
    pub cost: &'static str,
    /// The value of an order from which delivery is free; empty for never.
    pub free_from: &'static str,
    /// The fewest and the most working days.
    pub days: (u32, u32),
}

/// A page of the merchant's own, rendered when the host was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MerchantPage {
    /// The last part of its address: `[a-z0-9-]{1,60}`.
    pub name: &'static str,
    /// The heading.
    pub title: &'static str,
    /// One sentence for search engines and previews.
    pub description: &'static str,
    /// Words that shoppers search for who look for this page: lower case, without accents.
    pub words: &'static [&'static str],
    /// The content, as safe HTML.
    pub html: &'static str,
}

impl Merchant {
    /// A merchant of whom nothing is known.
    pub const NONE: Merchant = Merchant {
        name: "",
        email: "",
        phone: "",
        address: &[],
        delivery: None,
        is_tax_included: None,
        return_days: None,
        pages: &[],
    };

    /// The page with a name.
    pub fn page(&self, name: &str) -> Option<&'static MerchantPage> {
        self.pages.iter().find(|page| page.name == name)
    }
}

impl MerchantPage {
    /// Whether a text that was searched for, folded, has one of the page's words.
    pub(crate) fn is_about(&self, text: &str) -> bool {
        text.split(|character: char| !character.is_alphanumeric()).any(|word| self.words.contains(&word))
    }

    /// Whether it is one of the pages that shoppers ask for most.
    pub(crate) fn is_help(&self) -> bool {
        matches!(self.name, "delivery" | "returns" | "contact")
    }
}

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
    let tax = merchant.is_tax_included.map(|is_included| if is_included { "Incl. tax" } else { "Plus tax" });
    let delivery = merchant.delivery.map(|delivery| {
        let cost = cost(site, &delivery);
        linked(site, "delivery", &html! { (cost) ", " (days(delivery.days)) })
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
fn cost(site: &Site, delivery: &Delivery) -> Markup {
    let currency = site.currency;
    html! {
        @match amount(delivery.cost) {
            Some(price) if price.minor() > 0 => {
                "Delivery " (Money { currency, price })
                @if let Some(price) = amount(delivery.free_from) { ", free from " (Money { currency, price }) }
            },
            _ => "Free delivery",
        }
    }
}

/// An amount of the file; the build has checked its form.
fn amount(text: &str) -> Option<Price> {
    Price::parse(text).ok()
}

fn days((least, most): (u32, u32)) -> Markup {
    html! {
        @if least == most { (most) } @else { (least) "–" (most) }
        @if most == 1 { " working day" } @else { " working days" }
    }
}

/// The facts that stand above the text of a page, from the same file as the line beside a price: figures stand in one place.
pub(crate) fn facts(site: &Site, name: &str) -> Option<Markup> {
    let merchant = &site.merchant;
    match name {
        "delivery" => merchant.delivery.map(|delivery| {
            let currency = site.currency;
            html! {
                dl class="merchant-facts" {
                    div { dt { "Cost" } dd { @match amount(delivery.cost) { Some(price) if price.minor() > 0 => (Money { currency, price }), _ => "Free" } } }
                    @if let Some(price) = amount(delivery.free_from) { div { dt { "Free from" } dd { (Money { currency, price }) } } }
                    div { dt { "Arrives in" } dd { (days(delivery.days)) } }
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
