//! The options that several commands share.
//! Parses nothing itself; the values' own types do.

use clap::Args;
use rollout::{Message, RemoteName, Version};

/// A remote.
#[derive(Debug, Args)]
pub(crate) struct Remote {
    /// The remote, such as `products`.
    #[arg(value_parser = super::remote)]
    pub(crate) remote: RemoteName,
}

/// A version of a remote.
#[derive(Debug, Args)]
pub(crate) struct Of {
    /// The remote, such as `products`.
    #[arg(value_parser = super::remote)]
    pub(crate) remote: RemoteName,
    /// The version, such as `1.1.0`.
    #[arg(value_parser = super::version)]
    pub(crate) version: Version,
}

/// What moving traffic forward takes besides.
#[derive(Debug, Args)]
pub(crate) struct Forward {
    /// For the first release of a remote: the version that is stable now. Without it the shop is asked.
    #[arg(long, value_name = "VERSION", value_parser = super::version)]
    pub(crate) stable: Option<Version>,
    /// Go on although the running shop does not speak the version's contract.
    #[arg(long)]
    pub(crate) force: bool,
}

/// A change of a release.
#[derive(Debug, Args)]
pub(crate) struct ChangeOptions {
    /// Why, for the history: one line.
    #[arg(long, short, value_name = "TEXT", default_value = "", hide_default_value = true, value_parser = super::message)]
    pub(crate) message: Message,
    #[command(flatten)]
    pub(crate) dry: Dry,
}

/// Whether a command ends when the change is made, or when the shop follows it.
#[derive(Debug, Args)]
pub(crate) struct Wait {
    /// Return when the running shop (`SHOP_URL`) follows the change, with code 6 if it does not within the command's time.
    #[arg(long)]
    pub(crate) wait: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Dry {
    /// Check everything and say what would be done, but write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Yes {
    /// Do not ask for a confirmation.
    #[arg(long, short)]
    pub(crate) yes: bool,
}
