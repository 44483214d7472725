//! The commands that change a release and need nothing but the release: step, abort, lock, unlock, deprecate, restore.
//! Shows what every change came to, also for those that need more.

use anyhow::{Context as _, Result};
use rollout::RemoteName;

use crate::arguments::ChangeOptions;
use crate::context::Context;
use crate::output::dry_run;
use crate::release::{self, Edited};
use crate::view::{self, ChangeView, ReleaseView};
use crate::wanted::Wanted;

pub(super) async fn run(
    context: &Context,
    command: &str,
    remote: &RemoteName,
    wanted: &Wanted,
    options: &ChangeOptions,
) -> Result<()> {
    let dry = options.dry.dry_run;
    let change = Context::change(options.message.as_deref())?;
    let bucket = context.store().await?.bucket(remote);
    let edit = async {
        let current = release::get(&bucket, remote).await?;
        release::edit(&bucket, remote, Some(current), wanted, &change, dry).await
    };
    let edited = edit.await.with_context(|| format!("cannot {command} `{remote}`"))?;
    show(context, command, &edited, dry)
}

/// Shows what a change came to.
pub(super) fn show(context: &Context, command: &str, edited: &Edited, dry: bool) -> Result<()> {
    dry_run(dry);
    let release = &edited.release;
    let view = ChangeView { changed: edited.changed, dry_run: dry, release: ReleaseView::of(release) };
    let traffic = view::traffic(release);
    let lock = release.lock().map(|_| ", locked").unwrap_or_default();
    let about = format!("{}: {traffic}{lock} (serial {})", release.remote(), release.serial());
    let text = match edited.touched() {
        Some(touched) => format!("{touched}; {about}"),
        None if edited.changed => about,
        None => format!("nothing to do: {about}"),
    };
    context.output.result(command, &view, &text)
}
