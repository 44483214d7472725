//! The text part: short lines that read well in any program.

use std::fmt::Write as _;

use commerce::checkout::Address;

use crate::mail::view::MailView;
use crate::mail::words::{first, money, named, rate};

/// Writes the text part.
pub(super) fn text(view: &MailView<'_>) -> String {
    let (order, seller) = (view.order, view.seller);
    let summary = &order.summary;
    let amount = |minor: u64| money(&summary.currency, minor);
    let mut text = String::with_capacity(1_024);
    let contact = &order.contact;
    // A text takes everything.
    let _ = writeln!(text, "Hello {},\n", contact.name);
    for sentence in first(view) {
        let _ = writeln!(text, "{sentence}");
    }
    let _ = writeln!(text, "\nYour order, with its state: {}\n", view.link);
    let _ = writeln!(text, "ORDER {}", order.number);
    for line in &summary.lines {
        let _ = writeln!(text, "{} x {}  {}", line.quantity, named(&line.name, &line.values), amount(line.amount));
    }
    let _ = writeln!(text, "Goods: {}", amount(summary.subtotal));
    if summary.discount > 0 {
        let _ = writeln!(text, "Discount: -{}", amount(summary.discount));
    }
    if !summary.shipping.method.is_empty() {
        let _ = writeln!(text, "Delivery, {}: {}", summary.shipping.method, amount(summary.shipping.cost));
    }
    let word = if summary.is_tax_included { "including" } else { "plus" };
    for group in summary.taxes.iter().filter(|group| group.tax > 0) {
        let _ = writeln!(text, "{word} {} % tax: {}", rate(group.rate), amount(group.tax));
    }
    let _ = writeln!(text, "Total: {}\n\nDELIVERED TO", amount(summary.total));
    address(&mut text, &contact.delivery());
    if let Some(billing) = &contact.billing {
        let _ = writeln!(text, "\nBILLED TO");
        address(&mut text, billing);
    }
    let _ = writeln!(text, "\n-- \n{}", seller.name);
    for line in &seller.address {
        let _ = writeln!(text, "{line}");
    }
    for line in [&seller.email, &seller.phone] {
        if !line.is_empty() {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

fn address(text: &mut String, address: &Address) {
    let city = [address.postcode.as_str(), &address.city, &address.region].join(" ");
    for line in [address.name.as_str(), &address.line1, &address.line2, city.trim(), &address.country] {
        if !line.is_empty() {
            let _ = writeln!(text, "{line}");
        }
    }
}
