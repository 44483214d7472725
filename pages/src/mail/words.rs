//! Subjects and sentences of mails.

use commerce::checkout::Way;
use commerce::{OrderState, PaymentState};

use crate::mail::view::{MailKind, MailView};
use crate::write::currency::Currency;

/// Event and number.
pub(super) fn subject(view: &MailView<'_>) -> String {
    let number = view.order.number;
    match view.kind {
        MailKind::Received => format!("We have your order {number}"),
        MailKind::Paid => format!("Payment for order {number} received"),
        MailKind::Shipped => format!("Order {number} is on its way"),
        MailKind::Refunded => format!("Refund for order {number}"),
        MailKind::Cancelled => format!("Order {number} is cancelled"),
        MailKind::Withdrawn => format!("Receipt of your withdrawal from order {number}"),
    }
}

/// What has happened, and what comes next.
pub(super) fn first(view: &MailView<'_>) -> Vec<String> {
    let order = view.order;
    let amount = |minor: u64| money(&order.summary.currency, minor);
    let mut sentences = Vec::new();
    match view.kind {
        MailKind::Received => {
            sentences
                .push(format!("Thank you. We have your order {} and will write again when it leaves.", order.number));
            let total = amount(order.summary.total);
            match order.payment.way {
                Way::Invoice => sentences.push(format!("You pay {total} by invoice, after delivery.")),
                Way::OnDelivery => sentences.push(format!("You pay {total} to the carrier, on delivery.")),
                Way::TestCard => sentences.push("It was paid with a test card: nobody is charged.".to_owned()),
                Way::Stripe => {}
            }
        }
        MailKind::Paid => {
            sentences.push(format!("We have received {} for your order.", amount(order.payment.captured)));
        }
        MailKind::Shipped => {
            let parcel = order.parcel.as_ref();
            let carrier = parcel.map(|parcel| parcel.carrier.as_str()).filter(|carrier| !carrier.is_empty());
            sentences.push(match carrier {
                Some(carrier) => format!("{carrier} has your parcel."),
                None => "Your parcel is on its way.".to_owned(),
            });
            if let Some(tracking) = parcel.map(|parcel| parcel.tracking.as_str()).filter(|text| !text.is_empty()) {
                sentences.push(format!("Its tracking number is {tracking}."));
            }
        }
        MailKind::Refunded => {
            let refunded = amount(order.payment.refunded);
            sentences.push(if order.payment.state == PaymentState::Refunded {
                format!("We have sent {refunded} back, all that you paid.")
            } else {
                format!("We have sent {refunded} back of the {} that you paid.", amount(order.payment.captured))
            });
            sentences.push("It arrives where it came from; banks take up to ten days.".to_owned());
        }
        MailKind::Cancelled => {
            sentences.push("The order is cancelled, and nothing will be sent.".to_owned());
            if order.payment.captured > order.payment.refunded {
                sentences.push("What you paid goes back; we write again when it has left.".to_owned());
            }
        }
        MailKind::Withdrawn => {
            sentences.push("We have received your withdrawal from the contract for this order.".to_owned());
            if order.state == OrderState::Placed || order.state == OrderState::Completed {
                sentences
                    .push("Please send the goods back within 14 days, unless they have not arrived yet.".to_owned());
            }
        }
    }
    sentences
}

/// An amount of a currency, as a shopper reads it.
pub(super) fn money(currency: &str, minor: u64) -> String {
    let mut text = String::new();
    Currency::parse(currency).unwrap_or_default().write(catalog::Amount::from_minor(minor), &mut text);
    text
}

/// A tax rate in thousandths of a percent, such as `19` or `7.25`.
pub(super) fn rate(thousandths: u32) -> String {
    let (whole, rest) = (thousandths / 1_000, thousandths % 1_000);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}").trim_end_matches('0').to_owned() }
}

/// A line of an order in words: `Enamel mug, Moss`.
pub(super) fn named(name: &str, values: &[String]) -> String {
    std::iter::once(name).chain(values.iter().map(String::as_str)).collect::<Vec<_>>().join(", ")
}
