//! Lines and costs of a checkout or an order, and its address. Everything is as the origin has it.

use catalog::Amount;
use commerce::Country;
use commerce::checkout::{Address, Contact, Summary, SummaryLine, region_name};
use maud::{Markup, html};

use crate::frame::Frame;
use crate::picture::{Image, Loading, Picture, Place};
use crate::write::currency::{Currency, Money};
use crate::write::link::ProductLink;

/// The summary beside a form, folded on a phone.
pub(super) fn aside(frame: &Frame<'_>, summary: &Summary) -> Markup {
    let price = amount(summary.total);
    html! {
        aside class="checkout-summary" aria-labelledby="summary-heading" {
            h2 id="summary-heading" { "Your order" }
            details {
                summary {
                    (things(summary)) ", " strong { (Money { currency: currency(frame, summary), price }) }
                }
                (lines(frame, summary))
            }
            (costs(frame, summary))
            p { a href="/cart" { "Change the cart" } }
        }
    }
}

/// The lines.
pub(crate) fn lines(frame: &Frame<'_>, summary: &Summary) -> Markup {
    html! {
        ul class="order-lines" role="list" { @for line in &summary.lines { (self::line(frame, summary, line)) } }
    }
}

fn line(frame: &Frame<'_>, summary: &Summary, line: &SummaryLine) -> Markup {
    let currency = currency(frame, summary);
    let money = |minor| Money { currency, price: amount(minor) };
    html! {
        li class="order-line" {
            div class="cart-picture" {
                (Picture { site: frame.site, image: Image { url: &line.picture, alt: "", size: None }, place: Place::Line, loading: Loading::Eager })
            }
            div class="cart-about" {
                p class="cart-name" {
                    @if line.handle.is_empty() { bdi { (line.name) } } @else { a href=(ProductLink(&line.handle)) dir="auto" { (line.name) } }
                }
                @if !line.values.is_empty() { p class="cart-values" dir="auto" { (line.values.join(", ")) } }
                p class="cart-unit" { (line.quantity) " × " (money(line.unit)) }
                @if !line.is_whole() {
                    p class="cart-problem" {
                        @match line.payable {
                            0 => "Sold out, or no longer on sale.",
                            1 => "Only one is left.",
                            left => { "Only " (left) " are left." },
                        }
                    }
                }
            }
            p class="cart-price" {
                span class="visually-hidden" { "Price: " }
                @if line.discount > 0 { s class="price-before" { span class="visually-hidden" { "Before discount: " } (money(line.amount)) } " " }
                (Money { currency, price: line.due() })
            }
        }
    }
}

/// Goods, discounts, delivery, tax by rate, and the total.
pub(crate) fn costs(frame: &Frame<'_>, summary: &Summary) -> Markup {
    let currency = currency(frame, summary);
    let money = |minor| Money { currency, price: amount(minor) };
    let applied: Vec<&str> =
        summary.codes.iter().filter(|code| code.is_applied).map(|code| code.code.as_str()).collect();
    html! {
        dl class="cart-costs" {
            div { dt { "Goods" } dd { (money(summary.subtotal)) } }
            @if summary.discount > 0 {
                div { dt { "Discount" @if !applied.is_empty() { " (" (applied.join(", ")) ")" } } dd { "−" (money(summary.discount)) } }
            }
            div {
                dt { "Delivery" @if !summary.shipping.method.is_empty() { " (" bdi { (summary.shipping.method) } ")" } }
                dd {
                    @if summary.shipping.method.is_empty() { "–" } @else if summary.shipping.cost == 0 { "Free" } @else { (money(summary.shipping.cost)) }
                }
            }
            @if !summary.is_tax_included {
                @for group in summary.taxes.iter().filter(|group| group.tax > 0) {
                    div { dt { "Tax " (percent(group.rate)) } dd { (money(group.tax)) } }
                }
            }
            div class="cart-total" {
                dt { "Total" }
                dd {
                    strong { (money(summary.total)) }
                    @if summary.is_tax_included {
                        @for group in summary.taxes.iter().filter(|group| group.tax > 0) {
                            small { "incl. " (money(group.tax)) " tax (" (percent(group.rate)) ")" }
                        }
                    }
                }
            }
        }
    }
}

/// The delivery address, and the billing address where it is another one; `change` is the address where both are changed.
pub(crate) fn addresses(contact: &Contact, change: Option<&str>) -> Markup {
    html! {
        section class="checkout-part" aria-labelledby="address-heading" {
            h2 id="address-heading" { "Delivery address" }
            (address(&contact.delivery()))
            @if let Some(change) = change { (self::change(change, "the address")) }
        }
        section class="checkout-part" aria-labelledby="billing-heading" {
            h2 id="billing-heading" { "Billing address" }
            @match &contact.billing {
                Some(billing) => (address(billing)),
                None => p { "Same as the delivery address" },
            }
            @if let Some(change) = change { (self::change(change, "the billing address")) }
        }
    }
}

fn address(address: &Address) -> Markup {
    let country = Country::parse(&address.country).ok();
    let region: &str = match country.and_then(|country| region_name(country, &address.region)) {
        Some(name) => name,
        None => &address.region,
    };
    html! {
        address {
            p { bdi { (address.name) } }
            @if !address.line2.is_empty() { p { bdi { (address.line2) } } }
            p { bdi { (address.line1) } }
            p { bdi { (address.postcode) } " " bdi { (address.city) } }
            @if !region.is_empty() { p { bdi { (region) } } }
            p { (country.map_or(&*address.country, |country| country.name())) }
        }
    }
}

/// A link that changes a part of the order.
pub(super) fn change(address: &str, subject: &str) -> Markup {
    html! { p class="checkout-change" { a href=(address) { "Change" span class="visually-hidden" { " " (subject) } } } }
}

/// The currency of a summary.
pub(crate) fn currency(frame: &Frame<'_>, summary: &Summary) -> Currency {
    Currency::parse(&summary.currency).unwrap_or(frame.site.currency)
}

pub(crate) fn amount(minor: u64) -> Amount {
    Amount::from_minor(minor)
}

fn things(summary: &Summary) -> String {
    match summary.lines.iter().map(|line| u64::from(line.quantity)).sum::<u64>() {
        1 => "1 item".to_owned(),
        count => format!("{count} items"),
    }
}

/// A rate in thousandths of a percent as people write it: `7.25 %`.
fn percent(rate: u32) -> String {
    let places = format!("{:03}", rate % 1000);
    let places = places.trim_end_matches('0');
    let point = if places.is_empty() { "" } else { "." };
    format!("{}{point}{places}\u{a0}%", rate / 1000)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn rates_are_written_without_what_says_nothing() {
        for (rate, text) in [(19_000, "19\u{a0}%"), (7_250, "7.25\u{a0}%"), (5_005, "5.005\u{a0}%"), (0, "0\u{a0}%")] {
            assert_eq!(percent(rate), text);
        }
    }
}
