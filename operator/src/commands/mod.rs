//! The commands, a file each. Every one takes what its part of the command line says and prints its result.
//! This file only leads to them.

mod canary;
mod catalog_build;
mod catalog_check;
mod catalog_file;
mod change;
mod completions;
mod doctor;
mod history;
mod list;
mod preview;
mod promote;
mod prune;
mod publish;
mod rollback;
mod status;
mod verify;

use anyhow::Result;

use crate::arguments::{CatalogCommand, Command};
use crate::context::Context;
use crate::wanted::Wanted;

/// Runs a command.
pub(crate) async fn run(context: &Context, command: &Command) -> Result<()> {
    match command {
        Command::Publish { folder, dry } => publish::run(context, folder, dry.dry_run).await,
        Command::Canary { of, percent, steps, forward, change } => {
            canary::run(context, of, *percent, steps.as_ref(), forward, change).await
        }
        Command::Promote { remote, version, forward, yes, change } => {
            promote::run(context, &remote.remote, version.as_ref(), forward, yes.yes, change).await
        }
        Command::Step { remote, change } => change::run(context, "step", &remote.remote, &Wanted::Step, change).await,
        Command::Abort { remote, change } => {
            change::run(context, "abort", &remote.remote, &Wanted::Abort, change).await
        }
        Command::Rollback { remote, to, force, change } => {
            rollback::run(context, &remote.remote, to.as_ref(), *force, change).await
        }
        Command::Lock { remote, change } => change::run(context, "lock", &remote.remote, &Wanted::Lock, change).await,
        Command::Unlock { remote, change } => {
            change::run(context, "unlock", &remote.remote, &Wanted::Unlock, change).await
        }
        Command::Deprecate { of, change } => {
            change::run(context, "deprecate", &of.remote, &Wanted::Deprecate(of.version.clone()), change).await
        }
        Command::Restore { of, change } => {
            change::run(context, "restore", &of.remote, &Wanted::Restore(of.version.clone()), change).await
        }
        Command::Status { remote } => status::run(context, remote.as_ref()).await,
        Command::Completions { shell } => completions::run(*shell),
        Command::List { remote } => list::run(context, &remote.remote).await,
        Command::History { remote, last } => history::run(context, &remote.remote, *last).await,
        Command::Verify { of } => verify::run(context, &of.remote, &of.version).await,
        Command::Prune { remote, keep, older_than, yes, change } => {
            prune::run(context, &remote.remote, *keep, *older_than, yes.yes, change).await
        }
        Command::Preview { versions, expires, path } => preview::run(context, versions, *expires, path).await,
        Command::Catalog { command: CatalogCommand::Check { file, min_products } } => {
            catalog_check::run(context, file, *min_products)
        }
        Command::Catalog { command: CatalogCommand::Build { file, out, min_products } } => {
            catalog_build::run(context, file, out, *min_products)
        }
        Command::Doctor { remotes } => doctor::run(context, remotes).await,
    }
}
