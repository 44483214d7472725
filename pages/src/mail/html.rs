//! The HTML part. Programs for mail read few styles, so they stand in the elements; nothing is fetched from anywhere.

use commerce::checkout::Address;
use maud::{DOCTYPE, Markup, html};

use crate::mail::view::MailView;
use crate::mail::words::{first, money, named, rate, subject};

const BODY: &str = "margin:0;padding:24px 12px;background:#f6f5f2;color:#1d1d1b;font:16px/1.5 system-ui,sans-serif";
const CARD: &str =
    "max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid #dcd9d2;border-radius:8px";
const BUTTON: &str =
    "display:inline-block;padding:12px 20px;background:#1f4d3a;color:#ffffff;text-decoration:none;border-radius:6px";
const TABLE: &str = "width:100%;border-collapse:collapse;margin:16px 0";
const CELL: &str =
    "padding:6px 0;border-bottom:1px solid #eceae4;text-align:left;vertical-align:top;font-weight:normal";
const AMOUNT: &str =
    "padding:6px 0;border-bottom:1px solid #eceae4;text-align:right;vertical-align:top;white-space:nowrap";
const SMALL: &str = "max-width:560px;margin:16px auto 0;font-size:14px;color:#5b5953";

/// Writes the HTML part.
pub(super) fn html(view: &MailView<'_>) -> String {
    let (order, seller) = (view.order, view.seller);
    let (summary, contact) = (&order.summary, &order.contact);
    let amount = |minor: u64| money(&summary.currency, minor);
    let word = if summary.is_tax_included { "including" } else { "plus" };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (subject(view)) }
            }
            body style=(BODY) {
                div style=(CARD) {
                    h1 style="margin:0 0 12px;font-size:22px;line-height:1.25" { (subject(view)) }
                    p { "Hello " (contact.name) "," }
                    p { @for sentence in first(view) { (sentence) " " } }
                    p { a href=(view.link) style=(BUTTON) { "See your order" } }
                    table style=(TABLE) {
                        tbody {
                            @for line in &summary.lines {
                                tr {
                                    th scope="row" style=(CELL) { (line.quantity) " × " (named(&line.name, &line.values)) }
                                    td style=(AMOUNT) { (amount(line.amount)) }
                                }
                            }
                            @if summary.discount > 0 {
                                tr { th scope="row" style=(CELL) { "Discount" } td style=(AMOUNT) { "−" (amount(summary.discount)) } }
                            }
                            @if !summary.shipping.method.is_empty() {
                                tr {
                                    th scope="row" style=(CELL) { "Delivery, " (summary.shipping.method) }
                                    td style=(AMOUNT) { (amount(summary.shipping.cost)) }
                                }
                            }
                            @for group in summary.taxes.iter().filter(|group| group.tax > 0) {
                                tr {
                                    th scope="row" style=(CELL) { (word) " " (rate(group.rate)) " % tax" }
                                    td style=(AMOUNT) { (amount(group.tax)) }
                                }
                            }
                            tr {
                                th scope="row" style=(CELL) { strong { "Total" } }
                                td style=(AMOUNT) { strong { (amount(summary.total)) } }
                            }
                        }
                    }
                    (address("Delivered to", "margin:0", &contact.delivery()))
                    @if let Some(billing) = &contact.billing { (address("Billed to", "margin:12px 0 0", billing)) }
                }
                p style=(SMALL) {
                    (seller.name)
                    @for line in &seller.address { br; (line) }
                    @for line in [&seller.email, &seller.phone] {
                        @if !line.is_empty() { br; (line) }
                    }
                }
            }
        }
    }
    .into_string()
}

fn address(title: &str, style: &str, address: &Address) -> Markup {
    let city = [address.postcode.as_str(), &address.city, &address.region].join(" ");
    html! {
        p style=(style) {
            strong { (title) }
            @for line in [address.name.as_str(), &address.line1, &address.line2, city.trim(), &address.country] {
                @if !line.is_empty() { br; (line) }
            }
        }
    }
}
