//! The command line of `storefront orders`.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use commerce::{OrderList, OrderNumber, OrderNumberError};
use rollout::{Message, Timestamp};

use crate::clock::{self, Seconds, parse_duration};

/// Orders, at the origin of record.
#[derive(Debug, Subcommand)]
pub(crate) enum OrdersCommand {
    /// List the orders to pack, the oldest first, or those of another state.
    List {
        /// Which orders. What is to be done comes with the oldest first, what is done with the newest.
        #[arg(long, value_parser = lists(), default_value_t = OrderList::Open)]
        state: OrderList,
        /// Those of this time or later: a day such as `2026-11-28` (UTC), or an age such as `24h`.
        #[arg(long, value_name = "WHEN", value_parser = since)]
        since: Option<Since>,
        /// So many of them at most: 1 to 200.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
        /// Those that come after this order.
        #[arg(long, value_name = "NUMBER", value_parser = number)]
        after: Option<OrderNumber>,
    },
    /// Show an order: goods, address, payment, parcel, and what happened to it.
    Show {
        #[command(flatten)]
        of: OfOrder,
    },
    /// Mark an order as packed; from then on its shopper can no longer cancel it.
    Pack {
        #[command(flatten)]
        of: OfOrder,
        #[command(flatten)]
        why: Why,
    },
    /// Enter that a carrier has its parcel; the shopper gets a mail, and its goods leave the stock. Again: corrects carrier and number.
    Ship {
        #[command(flatten)]
        of: OfOrder,
        /// The carrier, as the shopper reads it.
        #[arg(long, value_name = "NAME")]
        carrier: String,
        /// The number by which the carrier knows the parcel.
        #[arg(long, value_name = "NUMBER", default_value = "", hide_default_value = true)]
        tracking: String,
        #[command(flatten)]
        why: Why,
    },
    /// Enter that the parcel has arrived, which completes the order.
    Deliver {
        #[command(flatten)]
        of: OfOrder,
        #[command(flatten)]
        why: Why,
    },
    /// Enter that the parcel came back. Money goes back by `refund`.
    Return {
        #[command(flatten)]
        of: OfOrder,
        /// Its goods can be sold again.
        #[arg(long)]
        restock: bool,
        #[command(flatten)]
        why: Why,
    },
    /// Enter that the money of an order by invoice or on delivery has come.
    Paid {
        #[command(flatten)]
        of: OfOrder,
        #[command(flatten)]
        why: Why,
    },
    /// Take an order back before it is shipped: its goods are free again, and its money goes back.
    Cancel {
        #[command(flatten)]
        of: OfOrder,
        #[command(flatten)]
        why: Why,
    },
    /// Send money back. Goods and parcel stay as they are.
    Refund {
        #[command(flatten)]
        of: OfOrder,
        /// How much, in the currency of the order, such as `12.50`; without it, all that is left of one payment: one beyond the order first.
        #[arg(long, value_name = "AMOUNT")]
        amount: Option<String>,
        /// The id of the refund, which is made once for it; drawn at random unless a job names its own.
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        #[command(flatten)]
        why: Why,
    },
}

/// An order.
#[derive(Debug, Args)]
pub(crate) struct OfOrder {
    /// The number of the order, such as `7K3M-Q9XR`.
    #[arg(value_parser = number)]
    pub(crate) number: OrderNumber,
}

/// The reason of a change.
#[derive(Debug, Args)]
pub(crate) struct Why {
    /// Why, for the history of the order: one line.
    #[arg(long, short, value_name = "TEXT", default_value = "", hide_default_value = true, value_parser = super::message)]
    pub(crate) message: Message,
}

/// Since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// So many seconds ago.
    Ago(u64),
    /// So many seconds after 1970.
    At(Seconds),
}

impl Since {
    /// In milliseconds since 1970.
    pub(crate) fn milliseconds(self) -> i64 {
        let seconds = match self {
            Since::Ago(seconds) => clock::now().saturating_sub_unsigned(seconds),
            Since::At(seconds) => seconds,
        };
        seconds.saturating_mul(1000).max(0)
    }
}

impl OrdersCommand {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::List { .. } => "orders list",
            Self::Show { .. } => "orders show",
            Self::Pack { .. } => "orders pack",
            Self::Ship { .. } => "orders ship",
            Self::Deliver { .. } => "orders deliver",
            Self::Return { .. } => "orders return",
            Self::Paid { .. } => "orders paid",
            Self::Cancel { .. } => "orders cancel",
            Self::Refund { .. } => "orders refund",
        }
    }
}

fn number(text: &str) -> Result<OrderNumber, OrderNumberError> {
    text.parse()
}

/// The lists, each with its orders in a few words for the help.
fn lists() -> impl TypedValueParser<Value = OrderList> {
    let known = OrderList::ALL.map(|list| PossibleValue::new(list.name()).help(list.about()));
    PossibleValuesParser::new(known).try_map(|name| name.parse::<OrderList>())
}

fn since(text: &str) -> Result<Since, String> {
    if let Ok(seconds) = parse_duration(text) {
        return Ok(Since::Ago(seconds));
    }
    let day = Timestamp::new(&format!("{text}T00:00:00Z"));
    let refused = |_| format!("`{text}` is neither a day such as 2026-11-28 nor an age such as 24h");
    day.map(|at| Since::At(at.seconds())).map_err(refused)
}
