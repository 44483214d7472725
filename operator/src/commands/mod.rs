//! The commands, a file each. Every one takes what its part of the command line says and prints its result.
//! This file only leads to them.

mod canary;
mod catalog_build;
mod catalog_check;
mod catalog_file;
mod catalog_view;
mod change;
mod completions;
mod doctor;
mod history;
mod list;
mod orders;
mod orders_view;
mod preview;
mod promote;
mod prune;
mod publish;
mod recover;
mod rollback;
mod rules;
mod status;
mod stock;
mod verify;

use anyhow::Result;

use crate::arguments::{CatalogCommand, Command};
use crate::context::Context;
use crate::wanted::Wanted;

/// Runs a command.
pub(crate) async fn run(context: &Context<'_>, command: &Command) -> Result<()> {
    let alter = async |remote, wanted, wait, options| {
        change::run(context, command.name(), remote, &wanted, wait, options).await
    };
    match command {
        Command::Publish { folder, dry } => publish::run(context, folder, dry.dry_run).await,
        Command::Canary { of, percent, steps, forward, wait, change } => {
            canary::run(context, of, (*percent, steps.as_ref()), forward, wait.wait, change).await
        }
        Command::Promote { remote, version, forward, yes, wait, change } => {
            promote::run(context, &remote.remote, version.as_ref(), forward, (yes.yes, wait.wait), change).await
        }
        Command::Step { remote, wait, change } => alter(&remote.remote, Wanted::Step, wait.wait, change).await,
        Command::Abort { remote, wait, change } => alter(&remote.remote, Wanted::Abort, wait.wait, change).await,
        Command::Rollback { remote, to, force, wait, change } => {
            rollback::run(context, &remote.remote, to.as_ref(), (*force, wait.wait), change).await
        }
        Command::Recover { remote, stable, wait, change } => {
            recover::run(context, &remote.remote, stable.as_ref(), wait.wait, change).await
        }
        Command::Lock { remote, change } => alter(&remote.remote, Wanted::Lock, false, change).await,
        Command::Unlock { remote, change } => alter(&remote.remote, Wanted::Unlock, false, change).await,
        Command::Deprecate { of, change } => {
            alter(&of.remote, Wanted::Deprecate(of.version.clone()), false, change).await
        }
        Command::Restore { of, change } => alter(&of.remote, Wanted::Restore(of.version.clone()), false, change).await,
        Command::Status { remote } => status::run(context, remote.as_ref()).await,
        Command::Completions { shell } => completions::run(*shell),
        Command::List { remote } => list::run(context, &remote.remote).await,
        Command::History { remote, last } => history::run(context, &remote.remote, *last).await,
        Command::Verify { of } => verify::run(context, &of.remote, &of.version).await,
        Command::Prune { remote, keep, older_than, yes, force, change } => {
            prune::run(context, &remote.remote, (*keep, *older_than), (yes.yes, *force), change).await
        }
        Command::Preview { versions, expires, path } => preview::run(context, versions, *expires, path).await,
        Command::Catalog { command: CatalogCommand::Check { file, min_products, import } } => {
            catalog_check::run(context, file, *min_products, import)
        }
        Command::Catalog { command: CatalogCommand::Build { file, out, min_products, import } } => {
            catalog_build::run(context, file, out, *min_products, import)
        }
        Command::Orders { command } => orders::run(context, command).await,
        Command::Rules { command } => rules::run(context, command).await,
        Command::Stock { command } => stock::run(context, command).await,
        Command::Doctor { remotes } => doctor::run(context, remotes).await,
    }
}
