//! The commands that change a release and need nothing but the release: step, abort, lock, unlock, deprecate, restore.
//! Shows the outcome of every change, also of those that need more, holds a release against the shop, and waits for the shop.

use anyhow::{Context as _, Result};
use rollout::{Release, RemoteName};

use crate::arguments::ChangeOptions;
use crate::context::Context;
use crate::failure;
use crate::follow;
use crate::output::{dry_run, note, warn};
use crate::release::{self, Edited, Order};
use crate::shop::{Asked, Shop};
use crate::stopped::{Exit, Stopped};
use crate::store::Bucket;
use crate::view::{self, ChangeView, ReleaseView};
use crate::wanted::Wanted;

/// The bucket and the shop of a command that changes a release: the same for all of them.
pub(super) struct Opened {
    pub(super) bucket: Bucket,
    /// The shop, if it is known where it is.
    pub(super) shop: Option<Shop>,
    pub(super) dry: bool,
    wait: bool,
}

impl Opened {
    /// Opens the bucket of a remote. Nothing is opened for a wait that has no shop to wait for.
    pub(super) async fn new(
        context: &Context<'_>,
        remote: &RemoteName,
        wait: bool,
        options: &ChangeOptions,
    ) -> Result<Opened> {
        context.check_wait(wait)?;
        let bucket = context.store().await?.bucket(remote);
        Ok(Opened { bucket, shop: context.shop()?, dry: options.dry.dry_run, wait })
    }

    /// Shows the outcome, and waits for the shop if that was asked for. `seen` is the serial that the shop has seen.
    pub(super) async fn end(&self, context: &Context<'_>, command: &str, edited: &Edited, seen: u64) -> Result<()> {
        let (bucket, dry) = (&self.bucket, self.dry);
        dry_run(dry);
        let release = &edited.release;
        let waited = if self.wait && !dry { Some(follow::wait(context, bucket, release).await) } else { None };
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
}

pub(super) async fn run(
    context: &Context<'_>,
    command: &str,
    remote: &RemoteName,
    wanted: &Wanted,
    wait: bool,
    options: &ChangeOptions,
) -> Result<()> {
    let opened = Opened::new(context, remote, wait, options).await?;
    let (bucket, dry) = (&opened.bucket, opened.dry);
    let asking = context.ask_shop()?;
    let edit = async {
        let current = release::get(bucket, remote).await?;
        let change = context.change(&options.message)?;
        let asked = asking.end().await;
        if let Err(error) = &asked
            && failure::exit(error) != Exit::Usage
        {
            warn(&format!("not checked whether the shop follows the change: {}", failure::brief(error)));
        }
        let seen = match wanted {
            // The end of a trial is a way back, which nothing closes.
            Wanted::Abort => seen(&asked, &current.release),
            _ => agreed(&asked, &current.release)?,
        };
        let order = Order { wanted, change: &change, seen, dry };
        anyhow::Ok((release::edit(bucket, remote, current.into(), order).await?, seen))
    };
    let (edited, seen) = edit.await.with_context(|| format!("cannot {command} `{remote}`"))?;
    opened.end(context, command, &edited, seen).await
}

/// The serial that the shop has seen, for a change that goes on from the store's release whatever the shop serves. One that is
/// higher than the store's is printed, with the versions of both where they differ.
pub(super) fn seen(asked: &Asked, release: &Release) -> u64 {
    let (seen, store) = (seen_by(asked, release), release.serial());
    if let Some(why) = put_back(asked, release) {
        warn(&format!("{why}; this change goes on from the store's release, above both serials"));
    } else if seen > store {
        let remote = release.remote();
        note(&format!(
            "the shop has seen serial {seen} of `{remote}`, the store has {store}: a change goes above both"
        ));
    }
    seen
}

/// The same for a change that must not move traffic by the way: one above a release that was put back would give everybody the
/// versions of that release.
pub(super) fn agreed(asked: &Asked, release: &Release) -> Result<u64> {
    let Some(why) = put_back(asked, release) else { return Ok(seen(asked, release)) };
    let remote = release.remote();
    let hint = format!(
        "`storefront recover {remote}` writes the release anew with the versions that the shop serves;          if the shop follows another store, set `SHOP_URL` to the shop of this one"
    );
    Err(Stopped::new(Exit::Conflict, format!("{why}; a change would move shoppers to the versions of the store's"))
        .hint(hint)
        .into())
}

/// How the shop and a release that was put back differ: the shop has seen a higher serial, and serves other versions or shares.
pub(super) fn put_back(asked: &Asked, release: &Release) -> Option<String> {
    let remote = release.remote();
    let following = asked.as_ref().ok()?.following(remote).filter(|following| following.differs(release))?;
    let (seen, store) = (seen_by(asked, release), release.serial());
    let (served, kept) = (following.traffic()?, view::traffic(release));
    (seen > store).then(|| {
        format!(
            "the release of `{remote}` was put back: the store has serial {store}, {kept}; the shop has seen {seen}, {served}"
        )
    })
}

fn seen_by(asked: &Asked, release: &Release) -> u64 {
    asked.as_ref().map_or(0, |versions| versions.seen(release.remote()))
}
