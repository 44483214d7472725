//! Values in views that this release does not know, since the origin is of a later one: a choice that cannot be offered is left out, and a
//! state is read as the known one that claims least. Requests and the database are read strictly.

use core::str::FromStr;

use serde::{Deserialize, Deserializer};

use crate::checkout::view::Way;
use crate::states::fulfilment::FulfilmentState;
use crate::states::order::OrderState;
use crate::states::payment::PaymentState;

/// Ways that can be offered.
pub(super) fn ways<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Way>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    Ok(names.iter().filter_map(|name| Way::of(name)).collect())
}

/// Another way is one that a provider charges by.
pub(super) fn way<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Way, D::Error> {
    let name = String::deserialize(deserializer)?;
    Ok(Way::of(&name).unwrap_or(Way::Stripe))
}

/// Another state is one of an order that exists and is not over, so nobody is asked to pay for it again.
pub(super) fn order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OrderState, D::Error> {
    known(deserializer, OrderState::Placed)
}

/// Another state is one in which no money is known to have come.
pub(super) fn payment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PaymentState, D::Error> {
    known(deserializer, PaymentState::Pending)
}

/// Another state is one in which nothing is known to be on its way.
pub(super) fn parcel<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FulfilmentState, D::Error> {
    known(deserializer, FulfilmentState::Open)
}

fn known<'de, D: Deserializer<'de>, T: FromStr>(deserializer: D, other: T) -> Result<T, D::Error> {
    Ok(String::deserialize(deserializer)?.parse().unwrap_or(other))
}
