//! Orders as text: a list, one order, and the line after a change.

use anyhow::Result;
use catalog::Currency;

use crate::clock;
use crate::office::orders::{Address, Contact, Known, List, Listed, Order, Summary};
use crate::output::table;
use crate::view::day;

/// A list, a line an order.
pub(super) fn list(list: &List) -> Result<String> {
    let mut rows =
        vec![["number", "ordered", "state", "parcel", "payment", "total", "e-mail"].map(str::to_owned).to_vec()];
    for listed in &list.orders {
        let Listed { number, state, parcel, way, payment, total, currency, ordered_at, withdrawn_at, email } = listed;
        let withdrawn = if withdrawn_at.is_some() { ", withdrawn" } else { "" };
        let cells = [
            number.clone(),
            time(*ordered_at)?,
            format!("{state}{withdrawn}"),
            parcel.clone().unwrap_or_default(),
            format!("{payment} ({way})"),
            money(currency, *total),
            email.clone(),
        ];
        rows.push(cells.to_vec());
    }
    Ok(table(&rows))
}

/// The states of an order, in one line.
pub(super) fn line(known: &Known) -> String {
    let Order { number, state, parcel, payment, summary, withdrawn_at, .. } = &known.order;
    let mut parts = vec![state.clone()];
    if withdrawn_at.is_some() {
        parts.push("withdrawn".to_owned());
    }
    if let Some(parcel) = parcel {
        parts.push(format!("parcel {}", parcel.state));
    }
    parts.push(format!("payment {}", payment.state));
    let due = known.refunds.iter().filter(|refund| refund.state == "due").map(|refund| refund.amount);
    match due.fold(0, u64::saturating_add) {
        0 => {}
        due => parts.push(format!("{} due to go back", money(&summary.currency, due))),
    }
    // A table of one cell is one line, whatever the origin wrote into it.
    table(&[vec![format!("{number}: {}", parts.join(", "))]])
}

/// An order with all that staff need to pack it, and what happened to it.
pub(super) fn order(known: &Known) -> Result<String> {
    let Known { order, events, refunds, .. } = known;
    let Order { ordered_at, contact, summary, payment, parcel, withdrawn_at, .. } = order;
    let amount = |minor: u64| money(&summary.currency, minor);
    let mut facts = vec![("ordered", time(*ordered_at)?)];
    if let Some(at) = withdrawn_at {
        facts.push(("withdrawn", time(*at)?));
    }
    let back = if payment.refunded > 0 { format!(", {} went back", amount(payment.refunded)) } else { String::new() };
    facts.push(("paid by", format!("{}: {} came in{back}", payment.way, amount(payment.captured))));
    if let Some(parcel) = parcel {
        facts.push(("sent by", joined([&summary.shipping.method, &parcel.carrier, &parcel.tracking], " ")));
    }
    let Contact { name, line1, line2, postcode, city, region, country, billing, .. } = contact;
    facts.push(("to", address([name, line1, line2, postcode, city, region, country])));
    if let Some(Address { country, name, line1, line2, postcode, city, region }) = billing {
        facts.push(("bill to", address([name, line1, line2, postcode, city, region, country])));
    }
    facts.push(("e-mail", contact.email.clone()));
    if !contact.phone.is_empty() {
        facts.push(("telephone", contact.phone.clone()));
    }
    if let Some(at) = contact.news_at {
        facts.push(("news by mail", format!("agreed {}", time(at)?)));
    }
    let facts: Vec<Vec<String>> = facts.into_iter().map(|(name, fact)| vec![name.to_owned(), fact]).collect();
    let mut happened = vec![["when", "what", "who", "why"].map(str::to_owned).to_vec()];
    for event in events {
        happened.push(vec![time(event.at)?, event.kind.clone(), event.staff.clone(), event.detail.clone()]);
    }
    let mut text = format!("{}\n{}\n{}\n{}", line(known), table(&facts), table(&goods(summary)), table(&happened));
    if !refunds.is_empty() {
        let mut rows = vec![["refund", "state", "asked for", "who", "why"].map(str::to_owned).to_vec()];
        for refund in refunds {
            let at = time(refund.asked_at)?;
            rows.push(vec![
                amount(refund.amount),
                refund.state.clone(),
                at,
                refund.staff.clone(),
                refund.reason.clone(),
            ]);
        }
        text = format!("{text}\n{}", table(&rows));
    }
    Ok(text)
}

/// The lines of an order and what comes to them.
fn goods(summary: &Summary) -> Vec<Vec<String>> {
    let Summary { currency, is_tax_included, lines, discount, shipping, tax, total } = summary;
    let amount = |minor: u64| money(currency, minor);
    let mut rows = vec![["pieces", "SKU", "goods", "amount"].map(str::to_owned).to_vec()];
    for line in lines {
        let values = if line.values.is_empty() { String::new() } else { format!(" ({})", line.values.join(", ")) };
        let goods = format!("{}{values}", line.name);
        rows.push(vec![line.quantity.to_string(), line.sku.clone(), goods, amount(line.amount)]);
    }
    let mut cost = |name: &str, text: String| rows.push(vec![String::new(), String::new(), name.to_owned(), text]);
    if *discount > 0 {
        cost("discount", format!("-{}", amount(*discount)));
    }
    cost("shipping", amount(shipping.cost));
    cost(if *is_tax_included { "tax, included" } else { "tax" }, amount(*tax));
    cost("total", amount(*total));
    rows
}

fn address([name, line1, line2, postcode, city, region, country]: [&str; 7]) -> String {
    let place = joined([city, region, postcode], " ");
    joined([name, line1, line2, &place, country], ", ")
}

/// The parts that are not empty.
fn joined<const N: usize>(parts: [&str; N], between: &str) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

/// An amount with its currency and all of its decimal places, so that columns are read at a glance; in minor units where this program does
/// not know the currency.
fn money(currency: &str, minor: u64) -> String {
    let places = Currency::parse(currency).map(|known| usize::from(known.exponent()));
    match places {
        Err(_) => format!("{minor} minor units of {currency}"),
        Ok(0) => format!("{minor} {currency}"),
        Ok(places) => {
            let digits = format!("{minor:0>width$}", width = places + 1);
            let (whole, fraction) = digits.split_at(digits.len() - places);
            format!("{whole}.{fraction} {currency}")
        }
    }
}

/// A time in UTC.
fn time(milliseconds: i64) -> Result<String> {
    Ok(day(&clock::timestamp(milliseconds / 1000)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_have_the_places_of_their_currency() {
        #[track_caller]
        fn check(currency: &str, minor: u64, expect: &str) {
            assert_eq!(money(currency, minor), expect);
        }
        check("GBP", 1_250, "12.50 GBP");
        check("JPY", 1_250, "1250 JPY");
        check("GBP", 5, "0.05 GBP");
        check("KWD", 1_250, "1.250 KWD");
        check("???", 5, "5 minor units of ???");
    }

    #[test]
    fn nothing_of_an_order_begins_a_line_of_its_own() {
        let hostile = "x\nerror: forged\u{1b}[2J";
        let document = json!({
            "order": {
                "number": hostile, "state": hostile, "orderedAt": 0,
                "contact": { "email": hostile, "name": hostile, "line1": hostile, "city": hostile, "country": hostile,
                    "billing": { "name": hostile, "line1": hostile, "city": hostile, "country": hostile }, "newsAt": 0 },
                "summary": {
                    "currency": hostile, "isTaxIncluded": true, "discount": 1, "tax": 0, "total": 5,
                    "lines": [{ "sku": hostile, "name": hostile, "values": [hostile], "quantity": 1, "amount": 5 }],
                    "shipping": { "method": hostile, "cost": 0 },
                },
                "payment": { "way": hostile, "state": hostile, "captured": 5, "refunded": 1 },
                "parcel": { "state": hostile, "carrier": hostile, "tracking": hostile },
            },
            "events": [{ "kind": hostile, "detail": hostile, "staff": hostile, "at": 0 }],
            "refunds": [{ "amount": 1, "reason": hostile, "staff": hostile, "state": "due", "askedAt": 0 }],
        });
        let known: Known = serde_json::from_value(document).unwrap();
        let text = order(&known).unwrap();
        assert!(text.lines().all(|line| !line.starts_with("error:") && !line.contains('\u{1b}')), "{text}");
        assert!(text.contains("bill to") && text.contains("news by mail"), "{text}");
        assert_eq!(text.lines().count(), 22, "{text}");
    }
}
