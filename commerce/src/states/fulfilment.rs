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
        match (self, event) {
            (State::Open, FulfilmentEvent::Packed)
            | (State::Open | State::Packed, FulfilmentEvent::Shipped | FulfilmentEvent::Cancelled)
            | (State::Shipped, FulfilmentEvent::Delivered)
            | (State::Shipped | State::Delivered, FulfilmentEvent::Returned) => Ok(event.outcome()),
            (state, event) => Err(NoTransition { subject: "a fulfilment", state: state.name(), event: event.name() }),
        }
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

    /// The state that this event leads to, from wherever it is allowed.
    pub fn outcome(self) -> FulfilmentState {
        match self {
            FulfilmentEvent::Packed => FulfilmentState::Packed,
            FulfilmentEvent::Shipped => FulfilmentState::Shipped,
            FulfilmentEvent::Delivered => FulfilmentState::Delivered,
            FulfilmentEvent::Returned => FulfilmentState::Returned,
            FulfilmentEvent::Cancelled => FulfilmentState::Cancelled,
        }
    }

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
