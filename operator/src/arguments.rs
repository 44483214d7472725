//! The command line: every command with its options, as `--help` shows them.
//! Parses and refuses; each command has its own file.

mod import;
mod options;
mod orders;
mod rules;
mod stock;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use clap_complete::Shell;
use rollout::{HistoryError, Message, NameError, RemoteName, Share, Steps, Version, VersionError};

use crate::clock::parse_duration;

pub(crate) use import::ImportOptions;
pub(crate) use options::{ChangeOptions, Dry, Forward, Of, Remote, Wait, Yes};
pub(crate) use orders::{OrdersCommand, Since, Why};
pub(crate) use rules::{RulesCommand, RulesFile};
pub(crate) use stock::{MoveOptions, Reason, StockCommand};

const AFTER_HELP: &str = "\
Exit codes:
  0  done, or there was nothing to do
  1  something went wrong
  2  the command line or the environment does not say what is needed
  3  conflict: other bytes are there, somebody else changed the release, or a canary
     runs already, or the version is stable already or in use; the order, or its
     goods, are not in a state for it
  4  no such remote, version, release, bucket, file, SKU or order
  5  not allowed: refused credentials, a locked release, a deprecated version,
     a contract that the running shop does not speak
  6  the change is made, but the running shop does not follow it (`--wait`)
  7  the catalog is taken without records that break a rule (`--skip-invalid`)

Environment:
  AWS_ENDPOINT_URL_S3  the S3 endpoint of the store, unless it is AWS's own
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_PROFILE, …
                       read by the AWS SDK
  REMOTES_BUCKET       the bucket; `{remote}` in it stands for the remote's name
  SHOP_URL             the running shop, asked for its contracts and versions
  PREVIEW_SECRET       signs preview links
  ORIGIN_URL           the origin of record, asked for stock, orders and rules
  OFFICE_SECRET        opens its office
  STOREFRONT_AUTHOR    who stands in the history; else GITHUB_ACTOR,
                       GITLAB_USER_LOGIN or USER
  STOREFRONT_TIMEOUT   the time that a command may take, as `--timeout`

In a checkout where `cargo xtask dev` runs, its shop and bucket are found without any of them.";

const EXAMPLES: &str = "\
Examples:
  storefront publish assets/dist/remotes/products/1.1.0
  storefront canary products 1.1.0 --percent 5 -m \"new filters\"
  storefront step products
  storefront promote products
  storefront rollback products
  storefront catalog check products.csv
  storefront stock move mug-moss 24 --reason received
  storefront rules put shop.toml --reason summer
  storefront orders list
  storefront orders ship 7K3M-Q9XR --carrier \"Royal Mail\"";

/// Publishes versions of remotes and rolls them out; checks and builds catalogs; keeps stock; works through orders.
#[derive(Debug, Parser)]
#[command(
    name = "storefront",
    version,
    arg_required_else_help = true,
    after_help = EXAMPLES,
    after_long_help = format!("{EXAMPLES}\n\n{AFTER_HELP}")
)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print one JSON document on stdout instead of text, for an error as well.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Give up after this time in all, such as `5m`; 60s unless `STOREFRONT_TIMEOUT` says otherwise.
    #[arg(long, global = true, value_name = "TIME", value_parser = timeout)]
    pub(crate) timeout: Option<Duration>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Put a version that was built into the store; moves no traffic.
    Publish {
        /// The folder of the version, such as `assets/dist/remotes/products/1.1.0`.
        folder: PathBuf,
        #[command(flatten)]
        dry: Dry,
    },
    /// Give a published version a share of the traffic.
    Canary {
        #[command(flatten)]
        of: Of,
        /// Its share: 0 (previews alone) to 100, with up to two places.
        #[arg(long, value_name = "N")]
        percent: Share,
        /// The shares that `step` goes through from now on.
        #[arg(long, value_name = "LIST")]
        steps: Option<Steps>,
        #[command(flatten)]
        forward: Forward,
        #[command(flatten)]
        wait: Wait,
        #[command(flatten)]
        change: ChangeOptions,
    },
    /// Let the canary grow to the next of its steps.
    Step {
        #[command(flatten)]
        remote: Remote,
        #[command(flatten)]
        wait: Wait,
        #[command(flatten)]
        change: ChangeOptions,
    },
    /// Give all traffic to the canary, or to the version that is named.
    Promote {
        #[command(flatten)]
        remote: Remote,
        /// The version; without it, the canary.
        #[arg(value_parser = version)]
        version: Option<Version>,
        #[command(flatten)]
        forward: Forward,
        #[command(flatten)]
        yes: Yes,
        #[command(flatten)]
        wait: Wait,
        #[command(flatten)]
        change: ChangeOptions,
    },
    /// End the canary; everybody gets the stable version.
    Abort {
        #[command(flatten)]
        remote: Remote,
        #[command(flatten)]
        wait: Wait,
        #[command(flatten)]
        change: ChangeOptions,
    },
    /// Go back to the last version that held all traffic, or to the one that is named.
    Rollback {
        #[command(flatten)]
        remote: Remote,
        /// The version to go back to.
        #[arg(long, value_name = "VERSION", value_parser = version)]
        to: Option<Version>,
        /// Go back although the running shop does not speak that version's contract, or it is not whole in the store.
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        wait: Wait,
        #[command(flatten)]
        change: ChangeOptions,
    },
    /// Write a release anew that was lost, cannot be read, or has a lower serial than the running shop has seen.
    Recover {
        #[command(flatten)]
        remote: Remote,
        /// The version that gets all traffic; without it the shop is asked which versions it serves, and they keep their shares.
        #[arg(long, value_name = "VERSION", value_parser = version)]
        stable: Option<Version>,
        #[command(flatten)]
        wait: Wait,
        #[command(flatten)]
        change: ChangeOptions,
    },
    /// Forbid canary, step and promote; abort and rollback go on working.
    Lock {
        #[command(flatten)]
        remote: Remote,
        #[command(flatten)]
        change: ChangeOptions,
    },
    /// Allow them again.
    Unlock {
        #[command(flatten)]
        remote: Remote,
        #[command(flatten)]
        change: ChangeOptions,
    },
    /// Withdraw a version: it can no longer be rolled out or gone back to.
    Deprecate {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        change: ChangeOptions,
    },
    /// Take a withdrawal back.
    Restore {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        change: ChangeOptions,
    },
    /// Show which versions get which traffic, and what the shop serves.
    Status {
        /// The remote; without it, all of them.
        #[arg(value_parser = remote)]
        remote: Option<RemoteName>,
    },
    /// List the versions of a remote in the store.
    List {
        #[command(flatten)]
        remote: Remote,
    },
    /// Show every change of a remote's release, the newest first.
    History {
        #[command(flatten)]
        remote: Remote,
        /// So many of them at most.
        #[arg(long, value_name = "N", default_value_t = 50)]
        last: usize,
    },
    /// Check every byte of a version in the store.
    Verify {
        #[command(flatten)]
        of: Of,
    },
    /// Remove old versions that no shopper can be on any more.
    Prune {
        #[command(flatten)]
        remote: Remote,
        /// Keep the N that were published last, whatever their age.
        #[arg(long, value_name = "N")]
        keep: usize,
        /// Remove only what was published, and last held traffic, longer ago than this.
        #[arg(long, value_name = "AGE", value_parser = parse_duration)]
        older_than: u64,
        #[command(flatten)]
        yes: Yes,
        /// Remove also what held traffic within the last day, which tabs that are open may still load files of.
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        change: ChangeOptions,
    },
    /// Print a link under which the shop shows the versions that are named.
    Preview {
        /// What to show, each as `products=1.1.0`.
        #[arg(required = true, value_name = "REMOTE=VERSION", value_parser = pair)]
        versions: Vec<(RemoteName, Version)>,
        /// How long the link works; 30d at most.
        #[arg(long, value_name = "AGE", default_value = "24h", value_parser = parse_duration)]
        expires: u64,
        /// The page that the link leads to.
        #[arg(long, default_value = "/products")]
        path: String,
    },
    /// Try out credentials, permissions, clock and shop, and look for leftovers.
    Doctor {
        /// The remotes to try; without any, all of them.
        #[arg(value_parser = remote)]
        remotes: Vec<RemoteName>,
    },
    /// Check or build a catalog of products.
    Catalog {
        #[command(subcommand)]
        command: CatalogCommand,
    },
    /// Show and move the stock of a SKU, at the origin of record.
    Stock {
        #[command(subcommand)]
        command: StockCommand,
    },
    /// Show, check and replace the rules of tax, shipping and discounts, at the origin of record.
    Rules {
        #[command(subcommand)]
        command: RulesCommand,
    },
    /// List and show orders, and change them: pack, ship, deliver, take back, cancel, refund.
    Orders {
        #[command(subcommand)]
        command: OrdersCommand,
    },
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

impl Command {
    /// Its name, as JSON documents carry it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Publish { .. } => "publish",
            Self::Canary { .. } => "canary",
            Self::Step { .. } => "step",
            Self::Promote { .. } => "promote",
            Self::Abort { .. } => "abort",
            Self::Rollback { .. } => "rollback",
            Self::Recover { .. } => "recover",
            Self::Lock { .. } => "lock",
            Self::Unlock { .. } => "unlock",
            Self::Deprecate { .. } => "deprecate",
            Self::Restore { .. } => "restore",
            Self::Status { .. } => "status",
            Self::List { .. } => "list",
            Self::History { .. } => "history",
            Self::Verify { .. } => "verify",
            Self::Prune { .. } => "prune",
            Self::Preview { .. } => "preview",
            Self::Doctor { .. } => "doctor",
            Self::Catalog { command: CatalogCommand::Check { .. } } => "catalog check",
            Self::Catalog { command: CatalogCommand::Build { .. } } => "catalog build",
            Self::Stock { command } => command.name(),
            Self::Rules { command } => command.name(),
            Self::Orders { command } => command.name(),
            Self::Completions { .. } => "completions",
        }
    }
}

/// What is done with a merchant's file: JSON, NDJSON or CSV with a header, plain or gzip, in our format or another shop's export.
#[derive(Debug, Subcommand)]
pub(crate) enum CatalogCommand {
    /// Hold a file against every rule, and name the line of whatever breaks one.
    Check {
        /// The file, such as `products.csv` or `export.json.gz`.
        file: PathBuf,
        /// The fewest products that the file may have; an export that failed has none.
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        min_products: usize,
        #[command(flatten)]
        import: ImportOptions,
    },
    /// The same, then write the index that a shop opens.
    Build {
        /// The file, such as `products.csv` or `export.json.gz`.
        file: PathBuf,
        /// Where to; a file that is there is replaced at the end, and kept if the catalog is refused.
        #[arg(long, short, value_name = "OUT")]
        out: PathBuf,
        /// The fewest products that the file may have; by default one, and half of those in an index that is there already.
        #[arg(long, value_name = "NUMBER")]
        min_products: Option<usize>,
        #[command(flatten)]
        import: ImportOptions,
    },
}

/// A command's time: long enough to ask anything at all, and not for ever.
pub(crate) fn timeout(text: &str) -> Result<Duration, String> {
    match parse_duration(text)? {
        seconds @ 1..=86_400 => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("`{text}` is no time for a command: it is 1s to 24h")),
    }
}

fn message(text: &str) -> Result<Message, HistoryError> {
    Message::new(text)
}

fn remote(text: &str) -> Result<RemoteName, NameError> {
    RemoteName::new(text)
}

fn version(text: &str) -> Result<Version, VersionError> {
    Version::new(text)
}

fn pair(text: &str) -> Result<(RemoteName, Version), String> {
    let (remote, version) = text.split_once('=').ok_or("it has the form `products=1.1.0`")?;
    let remote = RemoteName::new(remote).map_err(|error| error.to_string())?;
    Ok((remote, Version::new(version).map_err(|error| error.to_string())?))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn bad_values_are_refused_with_code_two() {
        #[track_caller]
        fn check(line: &str) {
            let error = CommandLine::try_parse_from(line.split(' ')).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{line}");
        }
        check("storefront canary products 1.1.0");
        check("storefront canary products 1.1.0 --percent 101");
        check("storefront canary products 1.1.0 --percent 5 --steps 5,1");
        check("storefront canary Products 1.1.0 --percent 5");
        check("storefront promote products 1.1");
        check("storefront prune products --keep 3");
        check("storefront prune products --keep 3 --older-than month");
        check("storefront preview products");
        check("storefront status --timeout 0s");
        check("storefront status --timeout 48h");
        check("storefront lock products --wait");
        check("storefront history products --last many");
        check("storefront completions basic");
        check("storefront stock show");
        check("storefront stock show mug/moss");
        check("storefront stock set mug-moss -1");
        check("storefront stock move mug-moss 5");
        check("storefront stock move mug-moss 5 --reason catalog");
        check("storefront orders list --state sent");
        check("storefront orders list --since yesterday");
        check("storefront orders list --limit 201");
        check("storefront orders show 7K3M");
        check("storefront orders ship 7K3M-Q9XR");
        check("storefront rules put shop.toml");
        check("storefront rules put shop.toml --reason ");
        check("storefront catalog");
        check("storefront catalog check");
        check("storefront catalog build products.csv");
    }
}
