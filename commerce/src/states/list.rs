//! The lists of orders that staff work through, by name. Which orders a list has is the database's matter.

use core::fmt;
use core::str::FromStr;

use crate::states::UnknownState;

/// Which orders are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderList {
    /// Binding, and nobody has packed them.
    Open,
    /// Packed, and no carrier has them.
    Packed,
    /// A carrier has them.
    Shipped,
    /// They have arrived.
    Delivered,
    /// They came back.
    Returned,
    /// Their payment is awaited.
    Awaiting,
    /// Binding, and their money has not come: paid by invoice or on delivery.
    Unpaid,
    /// Their shoppers withdrew, and nothing was done about it: no money went back, or the unpaid goods have not come back.
    Withdrawn,
    /// Nobody paid them in time.
    Expired,
    /// They were cancelled.
    Cancelled,
    /// Every order.
    All,
}

impl OrderList {
    /// Every list.
    pub const ALL: [OrderList; 11] = [
        OrderList::Open,
        OrderList::Packed,
        OrderList::Shipped,
        OrderList::Delivered,
        OrderList::Returned,
        OrderList::Awaiting,
        OrderList::Unpaid,
        OrderList::Withdrawn,
        OrderList::Expired,
        OrderList::Cancelled,
        OrderList::All,
    ];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            OrderList::Open => "open",
            OrderList::Packed => "packed",
            OrderList::Shipped => "shipped",
            OrderList::Delivered => "delivered",
            OrderList::Returned => "returned",
            OrderList::Awaiting => "awaiting",
            OrderList::Unpaid => "unpaid",
            OrderList::Withdrawn => "withdrawn",
            OrderList::Expired => "expired",
            OrderList::Cancelled => "cancelled",
            OrderList::All => "all",
        }
    }

    /// Its orders in a few words.
    pub fn about(self) -> &'static str {
        match self {
            OrderList::Open => "To be packed",
            OrderList::Packed => "Packed, to be handed over",
            OrderList::Shipped => "On their way",
            OrderList::Delivered => "Their shoppers have them",
            OrderList::Returned => "Came back",
            OrderList::Awaiting => "Their payment is awaited",
            OrderList::Unpaid => "Binding, and by invoice or on delivery: their money has not come",
            OrderList::Withdrawn => "Their shoppers withdrew, and no money has gone back",
            OrderList::Expired => "Nobody paid them in time",
            OrderList::Cancelled => "Taken back",
            OrderList::All => "Every order",
        }
    }

    /// All names, for a message.
    pub fn names() -> String {
        OrderList::ALL.map(|list| format!("`{}`", list.name())).join(", ")
    }
}

impl fmt::Display for OrderList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for OrderList {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<OrderList, UnknownState> {
        let found = OrderList::ALL.into_iter().find(|list| list.name() == name);
        found.ok_or_else(|| UnknownState::new("a list of orders", name))
    }
}

#[cfg(test)]
mod tests {
    use super::OrderList;

    #[test]
    fn every_list_is_read_back_from_its_name() {
        for list in OrderList::ALL {
            assert_eq!(list.name().parse(), Ok(list));
            assert!(OrderList::names().contains(&format!("`{list}`")) && !list.about().is_empty());
        }
        for name in ["", "Open", "sent", "open "] {
            assert!(name.parse::<OrderList>().is_err(), "{name}");
        }
    }
}
