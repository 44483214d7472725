//! The life of an order. It exists, and holds its stock, before a provider is called.

use crate::states::{NoTransition, names};

/// The state of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderState {
    /// It holds its stock and awaits its payment.
    Awaiting,
    /// It is binding: paid, or paid later by agreement.
    Placed,
    /// Its payment did not come in time, and its stock is free again.
    Expired,
    /// Everything is delivered.
    Completed,
    /// Staff or the shopper cancelled it before anything was shipped.
    Cancelled,
}

/// What happens to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderEvent {
    /// A provider has authorised or captured at least its total, in its currency.
    Paid {
        /// Whether its stock is held: still, or taken again after it was released.
        is_stock_held: bool,
    },
    /// The time for its payment is over, and its provider's session is closed and unpaid.
    Lapsed,
    /// All of it has been delivered.
    Delivered,
    /// Staff or the shopper take it back.
    Cancelled {
        /// Whether a part of it is on its way already.
        is_shipped: bool,
    },
}

names!(
    OrderState,
    "an order",
    Awaiting = "awaiting",
    Placed = "placed",
    Expired = "expired",
    Completed = "completed",
    Cancelled = "cancelled",
);

impl OrderState {
    /// The state of a new order: binding at once where it is paid by agreement (invoice, on delivery).
    pub fn first(is_paid_later: bool) -> OrderState {
        if is_paid_later { OrderState::Placed } else { OrderState::Awaiting }
    }

    /// The state after an event. A payment for an order that has expired without stock to take again leaves it expired: its money goes
    /// back. One that repeats a payment that is known changes nothing.
    pub fn after(self, event: OrderEvent) -> Result<OrderState, NoTransition> {
        match (self, event) {
            (OrderState::Awaiting | OrderState::Expired, OrderEvent::Paid { is_stock_held: true }) => {
                Ok(OrderState::Placed)
            }
            (OrderState::Expired, OrderEvent::Paid { is_stock_held: false } | OrderEvent::Lapsed)
            | (OrderState::Awaiting, OrderEvent::Lapsed) => Ok(OrderState::Expired),
            (OrderState::Placed | OrderState::Completed | OrderState::Cancelled, OrderEvent::Paid { .. }) => Ok(self),
            (OrderState::Placed | OrderState::Completed, OrderEvent::Delivered) => Ok(OrderState::Completed),
            (OrderState::Placed, OrderEvent::Cancelled { is_shipped: false })
            | (OrderState::Cancelled, OrderEvent::Cancelled { .. }) => Ok(OrderState::Cancelled),
            (state, event) => Err(NoTransition { subject: "an order", state: state.name(), event: event.name() }),
        }
    }
}

impl OrderEvent {
    /// Every kind of event.
    pub const ALL: [OrderEvent; 6] = [
        OrderEvent::Paid { is_stock_held: true },
        OrderEvent::Paid { is_stock_held: false },
        OrderEvent::Lapsed,
        OrderEvent::Delivered,
        OrderEvent::Cancelled { is_shipped: false },
        OrderEvent::Cancelled { is_shipped: true },
    ];

    fn name(self) -> &'static str {
        match self {
            OrderEvent::Paid { is_stock_held: true } => "paid",
            OrderEvent::Paid { is_stock_held: false } => "paid without stock",
            OrderEvent::Lapsed => "lapsed",
            OrderEvent::Delivered => "delivered",
            OrderEvent::Cancelled { is_shipped: false } => "cancelled",
            OrderEvent::Cancelled { is_shipped: true } => "cancelled after a part of it was shipped",
        }
    }
}
