//! The claim of an order line on stock. The sum of the holds that are active is the `reserved` of a SKU.

use crate::states::{NoTransition, names};

/// The state of a hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HoldState {
    /// It ends unless its order is paid in time.
    Held,
    /// Its order is binding.
    Committed,
    /// Its goods have left the shop, and with them the claim.
    Shipped,
    /// The goods are free for others.
    Released,
}

/// What happens to a hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldEvent {
    /// Its order became binding.
    Committed,
    /// Its goods left the shop.
    Shipped,
    /// Its order expired or was cancelled.
    Released,
}

names!(HoldState, "a hold", Held = "held", Committed = "committed", Shipped = "shipped", Released = "released");

impl HoldState {
    /// The state after an event.
    pub fn after(self, event: HoldEvent) -> Result<HoldState, NoTransition> {
        match (self, event) {
            (HoldState::Held, HoldEvent::Committed) => Ok(HoldState::Committed),
            (HoldState::Committed, HoldEvent::Shipped) => Ok(HoldState::Shipped),
            (HoldState::Held | HoldState::Committed, HoldEvent::Released) => Ok(HoldState::Released),
            (state, event) => Err(NoTransition { subject: "a hold", state: state.name(), event: event.name() }),
        }
    }

    /// Whether it counts as `reserved`.
    pub fn is_active(self) -> bool {
        matches!(self, HoldState::Held | HoldState::Committed)
    }
}

impl HoldEvent {
    /// Every event.
    pub const ALL: [HoldEvent; 3] = [HoldEvent::Committed, HoldEvent::Shipped, HoldEvent::Released];

    fn name(self) -> &'static str {
        match self {
            HoldEvent::Committed => "committed",
            HoldEvent::Shipped => "shipped",
            HoldEvent::Released => "released",
        }
    }
}
