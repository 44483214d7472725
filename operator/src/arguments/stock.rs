//! The command line of `storefront stock`.

use clap::{Args, Subcommand, ValueEnum};
use rollout::Message;

/// Stock by SKU, at the origin of record.
#[derive(Debug, Subcommand)]
pub(crate) enum StockCommand {
    /// Show what is there of a SKU, and its last moves.
    Show {
        /// The SKU; a product without variants is sold by its id.
        #[arg(value_parser = sku)]
        sku: String,
    },
    /// Say how many are on hand, after counting them.
    Set {
        /// The SKU; a product without variants is sold by its id.
        #[arg(value_parser = sku)]
        sku: String,
        /// How many are there, those that orders claim among them.
        #[arg(value_name = "ON_HAND")]
        on_hand: u32,
        #[command(flatten)]
        options: MoveOptions,
    },
    /// Add or take away so many.
    Move {
        /// The SKU; a product without variants is sold by its id.
        #[arg(value_parser = sku)]
        sku: String,
        /// How many more, or with a minus how many fewer.
        #[arg(value_name = "BY", allow_hyphen_values = true)]
        by: i64,
        /// The reason, for the books.
        #[arg(long, value_enum)]
        reason: Reason,
        #[command(flatten)]
        options: MoveOptions,
    },
}

/// A move of stock.
#[derive(Debug, Args)]
pub(crate) struct MoveOptions {
    /// A note for the books: one line.
    #[arg(long, short, value_name = "TEXT", default_value = "", hide_default_value = true, value_parser = super::message)]
    pub(crate) message: Message,
    /// The id of the move, which is made once for it; drawn at random unless a job names its own.
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
}

/// Why stock moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reason {
    /// Goods came in.
    Received,
    /// Somebody counted.
    Counted,
    /// Goods broke or were lost.
    Lost,
    /// Goods came back and can be sold again.
    Returned,
}

impl Reason {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Reason::Received => "received",
            Reason::Counted => "counted",
            Reason::Lost => "lost",
            Reason::Returned => "returned",
        }
    }
}

impl StockCommand {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Show { .. } => "stock show",
            Self::Set { .. } => "stock set",
            Self::Move { .. } => "stock move",
        }
    }

    pub(crate) fn sku(&self) -> &str {
        match self {
            Self::Show { sku } | Self::Set { sku, .. } | Self::Move { sku, .. } => sku,
        }
    }
}

fn sku(text: &str) -> Result<String, catalog::SkuError> {
    catalog::Sku::new(text).map(|_| text.to_owned())
}
