//! The states of an order, its payment and its parcel in words.

use commerce::checkout::{OrderView, Way};
use commerce::{FulfilmentState, OrderState, PaymentState};
use maud::{Markup, html};

use crate::checkout::summary::{amount, currency};
use crate::frame::Frame;
use crate::order::End;
use crate::write::currency::Money;

pub(super) fn state(order: &OrderView) -> &'static str {
    let parcel = order.parcel.as_ref().map(|parcel| parcel.state);
    match (order.state, parcel) {
        (OrderState::Awaiting, _) => "Waiting for its payment",
        (OrderState::Expired, _) => "Over: it was not paid in time",
        (OrderState::Cancelled, _) => "Cancelled",
        (_, Some(FulfilmentState::Returned)) => "Returned",
        (OrderState::Completed, _) | (_, Some(FulfilmentState::Delivered)) => "Delivered",
        (_, Some(FulfilmentState::Packed)) => "Packed, about to be sent",
        (_, Some(FulfilmentState::Shipped)) => "On its way",
        (OrderState::Placed, _) => "Placed, being prepared",
    }
}

pub(super) fn payment(frame: &Frame<'_>, order: &OrderView) -> Markup {
    let payment = &order.payment;
    let currency = currency(frame, &order.summary);
    let money = |minor| Money { currency, price: amount(minor) };
    let way = match payment.way {
        Way::Invoice => "By invoice",
        Way::OnDelivery => "On delivery",
        Way::TestCard => "By test card",
        Way::Stripe => "By card or online",
    };
    html! {
        (way) ": "
        @match payment.state {
            PaymentState::Created | PaymentState::Pending => {
                @match payment.way {
                    Way::Invoice => "due after delivery",
                    Way::OnDelivery => "due when it arrives",
                    Way::TestCard | Way::Stripe => "not paid yet",
                }
            }
            PaymentState::Failed => "declined",
            PaymentState::Cancelled | PaymentState::Voided => "given up, nothing was charged",
            PaymentState::Authorised => "authorised",
            PaymentState::Captured => { "paid, " (money(payment.captured)) }
            PaymentState::PartRefunded | PaymentState::Refunded => { (money(payment.refunded)) " of " (money(payment.captured)) " refunded" }
            PaymentState::Disputed => "disputed at your bank",
        }
    }
}

pub(super) fn refused(end: End) -> &'static str {
    match end {
        End::Cancel => {
            "The order cannot be cancelled any more: it is packed, sent or over. Once it has arrived, you can withdraw from the contract."
        }
        End::Withdraw => "You cannot withdraw from this order now. Write to us if you think that you can.",
    }
}
