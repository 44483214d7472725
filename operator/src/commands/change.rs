//! The commands that change a release and need nothing but the release: step, abort, lock, unlock, deprecate, restore.
//! Shows what every change came to, also for those that need more, and waits for the shop where that is wanted.

use anyhow::{Context as _, Result};
use rollout::RemoteName;

use crate::arguments::ChangeOptions;
use crate::context::Context;
use crate::failure::{self, Exit};
use crate::follow;
use crate::output::{dry_run, note, warn};
use crate::release::{self, Edited, Order};
use crate::shop::Asked;
use crate::store::Bucket;
use crate::view::{self, ChangeView, ReleaseView};
use crate::wanted::Wanted;

/// What a change came to, and what is still to be done about it.
pub(super) struct Done<'a> {
    pub(super) command: &'a str,
    pub(super) bucket: &'a Bucket,
    pub(super) edited: &'a Edited,
    /// The serial that the shop has seen.
    pub(super) seen: u64,
    pub(super) dry: bool,
    /// Whether the command ends when the shop follows.
    pub(super) wait: bool,
}

pub(super) async fn run(
    context: &Context<'_>,
    command: &str,
    remote: &RemoteName,
    wanted: &Wanted,
    wait: bool,
    options: &ChangeOptions,
) -> Result<()> {
    context.check_wait(wait)?;
    let dry = options.dry.dry_run;
    let bucket = context.store().await?.bucket(remote);
    let asking = context.ask_shop()?;
    let edit = async {
        let current = release::get(&bucket, remote).await?;
        let change = context.change(&options.message)?;
        let asked = asking.end().await;
        if let Err(error) = &asked
            && failure::exit(error) != Exit::Usage
        {
            warn(&format!("nobody checked that the shop follows the change: {}", failure::brief(error)));
        }
        let seen = seen(&asked, remote, current.release.serial());
        let order = Order { wanted, change: &change, seen, dry };
        anyhow::Ok((release::edit(&bucket, remote, current.into(), order).await?, seen))
    };
    let (edited, seen) = edit.await.with_context(|| format!("cannot {command} `{remote}`"))?;
    show(context, Done { command, bucket: &bucket, edited: &edited, seen, dry, wait }).await
}

/// The serial that the shop has seen. That it is higher than the store's is said: the change goes above it.
pub(super) fn seen(asked: &Asked, remote: &RemoteName, store: u64) -> u64 {
    let seen = asked.as_ref().map_or(0, |versions| versions.seen(remote));
    if seen > store {
        note(&format!(
            "the shop has seen serial {seen} of `{remote}`, the store has {store}: a change goes above both"
        ));
    }
    seen
}

/// Shows what a change came to.
pub(super) async fn show(context: &Context<'_>, done: Done<'_>) -> Result<()> {
    let Done { command, bucket, edited, seen, dry, wait } = done;
    dry_run(dry);
    let release = &edited.release;
    let waited = if wait && !dry { Some(follow::wait(context, bucket, release).await) } else { None };
    let followed = waited.as_ref().map(Result::is_ok);
    let view = ChangeView { changed: edited.changed, dry_run: dry, followed, release: ReleaseView::of(release) };
    let traffic = view::traffic(release);
    let lock = release.lock().map(|lock| format!(", {}", view::lock(lock))).unwrap_or_default();
    let about = format!("{}: {traffic}{lock} (serial {})", release.remote(), release.serial());
    let text = match edited.touched() {
        Some(touched) => format!("{touched}; {about}"),
        None if edited.changed => about,
        None => format!("nothing to do: {about}"),
    };
    if !edited.changed && seen > release.serial() {
        let remote = release.remote();
        warn(&format!(
            "the shop refuses this serial, since it has seen {seen}: `storefront recover {remote}` goes above it"
        ));
    }
    context.output.result(command, &view, &text)?;
    waited.unwrap_or(Ok(()))
}
