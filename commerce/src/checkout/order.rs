//! An order as its page and its mails have it.

use serde::{Deserialize, Serialize};

use crate::checkout::contact::Contact;
use crate::checkout::later;
use crate::checkout::number::OrderNumber;
use crate::checkout::view::{Summary, Way};
use crate::states::fulfilment::FulfilmentState;
use crate::states::order::OrderState;
use crate::states::payment::PaymentState;

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    /// Its number.
    pub number: OrderNumber,
    /// Its state.
    #[serde(deserialize_with = "later::order")]
    pub state: OrderState,
    /// When it was ordered.
    pub ordered_at: u64,
    /// Who gets it.
    pub contact: Contact,
    /// Goods and costs, as ordered.
    pub summary: Summary,
    /// How it is paid.
    pub payment: PaymentView,
    /// Its parcel, once it is binding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel: Option<ParcelView>,
    /// Whether the shopper can take it back now.
    pub can_be_cancelled: bool,
    /// Whether the shopper can withdraw from the contract now.
    pub can_be_withdrawn: bool,
    /// When the shopper withdrew, where that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<u64>,
}

/// How an order is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentView {
    /// The way.
    #[serde(deserialize_with = "later::way")]
    pub way: Way,
    /// The state.
    #[serde(deserialize_with = "later::payment")]
    pub state: PaymentState,
    /// The amount that came in.
    pub captured: u64,
    /// The part of it that went back.
    pub refunded: u64,
}

/// A parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParcelView {
    /// Its state.
    #[serde(deserialize_with = "later::parcel")]
    pub state: FulfilmentState,
    /// The carrier; empty until it is shipped.
    #[serde(default)]
    pub carrier: String,
    /// The number by which the carrier knows it; empty where there is no such number.
    #[serde(default)]
    pub tracking: String,
}
