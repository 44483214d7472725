//! The life of a parcel: packing, shipping, returns.

use crate::states::{NoTransition, names};

/// The state of a fulfilment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FulfilmentState {
    /// Nobody has begun to pack it.
    Open,
    /// It is packed and can be handed over.
    Packed,
    /// A carrier has it; its stock has left the shop.
    Shipped,
    /// The shopper has it.
    Delivered,
    /// It came back.
    Returned,
    /// It is not sent.
    Cancelled,
}

/// What happens to a fulfilment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FulfilmentEvent {
    /// Staff packed it.
    Packed,
    /// A carrier took it.
    Shipped,
    /// It arrived.
    Delivered,
    /// It came back.
    Returned,
    /// Its order was cancelled.
    Cancelled,
}

names!(
    FulfilmentState,
    "a fulfilment",
    Open = "open",
    Packed = "packed",
    Shipped = "shipped",
    Delivered = "delivered",
    Returned = "returned",
    Cancelled = "cancelled",
);

impl FulfilmentState {
    /// The state after an event. A parcel may be shipped without having been marked as packed.
    pub fn after(self, event: FulfilmentEvent) -> Result<FulfilmentState, NoTransition> {
        use FulfilmentState as State;
        let next = match (self, event) {
            (State::Open, FulfilmentEvent::Packed) => State::Packed,
            (State::Open | State::Packed, FulfilmentEvent::Shipped) => State::Shipped,
            (State::Shipped, FulfilmentEvent::Delivered) => State::Delivered,
            (State::Shipped | State::Delivered, FulfilmentEvent::Returned) => State::Returned,
            (State::Open | State::Packed, FulfilmentEvent::Cancelled) => State::Cancelled,
            (state, event) => {
                return Err(NoTransition { subject: "a fulfilment", state: state.name(), event: event.name() });
            }
        };
        Ok(next)
    }

    /// Whether its stock has left the shop.
    pub fn has_left(self) -> bool {
        matches!(self, FulfilmentState::Shipped | FulfilmentState::Delivered | FulfilmentState::Returned)
    }
}

impl FulfilmentEvent {
    /// Every event.
    pub const ALL: [FulfilmentEvent; 5] = [
        FulfilmentEvent::Packed,
        FulfilmentEvent::Shipped,
        FulfilmentEvent::Delivered,
        FulfilmentEvent::Returned,
        FulfilmentEvent::Cancelled,
    ];

    fn name(self) -> &'static str {
        match self {
            FulfilmentEvent::Packed => "packed",
            FulfilmentEvent::Shipped => "shipped",
            FulfilmentEvent::Delivered => "delivered",
            FulfilmentEvent::Returned => "returned",
            FulfilmentEvent::Cancelled => "cancelled",
        }
    }
}
