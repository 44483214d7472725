//! The command line of `storefront rules`.

use std::path::PathBuf;

use catalog::Currency;
use clap::{Args, Subcommand};
use rollout::Message;

/// The merchant's rules of tax, shipping and discounts, at the origin of record.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Show the rules in force, and who changed them when and why.
    Show,
    /// Hold a file against every rule, and name the line of whatever breaks one. Asks no origin.
    Check {
        #[command(flatten)]
        file: RulesFile,
    },
    /// Put the rules of a file in force, at the origin and with it at the edge.
    Put {
        #[command(flatten)]
        file: RulesFile,
        /// Why, for the history of the rules: one line.
        #[arg(long, value_name = "TEXT", value_parser = reason)]
        reason: Message,
        /// The revision that the file was made from; rules that have changed since stay as they are.
        #[arg(long, value_name = "REVISION")]
        base: Option<String>,
    },
}

/// A file of rules.
#[derive(Debug, Args)]
pub(crate) struct RulesFile {
    /// `shop.toml`, of which the sections `tax`, `shipping` and `discount` count, or the same as JSON.
    #[arg(value_name = "FILE")]
    pub(crate) path: PathBuf,
    /// The currency of the amounts; by default `CURRENCY`, then USD.
    #[arg(long, value_name = "CODE", value_parser = super::import::currency)]
    pub(crate) currency: Option<Currency>,
}

impl RulesCommand {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Show => "rules show",
            Self::Check { .. } => "rules check",
            Self::Put { .. } => "rules put",
        }
    }
}

fn reason(text: &str) -> Result<Message, String> {
    let message = super::message(text).map_err(|error| error.to_string())?;
    if message.is_empty() { Err("a change of the rules has a reason".to_owned()) } else { Ok(message) }
}
