//! Reads and replaces the release of a remote by compare-and-swap. A change that meets another one is made again on the new
//! release only if nothing that it depended on has changed; otherwise the error lists the changes and their authors.

#[cfg(test)]
mod tests;

use std::time::Duration;

use anyhow::{Context, Result};
use rollout::{Action, Change, Entry, Next, RELEASE_LIMIT, Release, RemoteName, path};

use crate::chance;
use crate::stopped::{Exit, Stopped};
use crate::store::{Bucket, Condition, StoreError, Tag};
use crate::view;
use crate::wanted::{Wanted, none_yet};

/// The type under which a release and its history are kept.
const TYPE: &str = "application/json";
/// How often a change is made in all when others come in between each time.
const ATTEMPTS: u32 = 10;
/// The pause before the second try; the later ones grow.
const PAUSE: Duration = Duration::from_millis(50);

/// A release as it was read.
#[derive(Clone, Debug)]
pub(crate) struct Current {
    pub(crate) release: Release,
    tag: Tag,
}

/// The object in the place of a release.
#[derive(Debug)]
pub(crate) enum Found {
    /// Nothing: there never was one, or it was lost.
    Absent,
    /// Something that is no release, and why.
    Broken { tag: Tag, why: anyhow::Error },
    /// A release.
    Whole(Box<Current>),
}

/// A change that is to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order<'a> {
    pub(crate) wanted: &'a Wanted,
    pub(crate) change: &'a Change,
    /// The serial that the running shop has, which the change goes above; 0 when it is not known.
    pub(crate) seen: u64,
    /// Whether it is only tried.
    pub(crate) dry: bool,
}

/// The result of an order.
#[derive(Clone, Debug)]
pub(crate) struct Edited {
    pub(crate) release: Release,
    pub(crate) changed: bool,
}

impl Edited {
    /// The change, when it was one of a version that gets no traffic.
    pub(crate) fn touched(&self) -> Option<String> {
        let last = self.release.history().last().filter(|_| self.changed)?;
        let version = last.version.as_ref()?;
        match last.action {
            Action::Deprecate => Some(format!("`{version}` is deprecated")),
            Action::Restore => Some(format!("`{version}` can be used again")),
            _ => None,
        }
    }
}

/// Reads the object in the place of a remote's release.
pub(crate) async fn look(bucket: &Bucket, remote: &RemoteName) -> Result<Found> {
    let key = path::release_key(remote);
    let object = match bucket.get(&key, RELEASE_LIMIT as u64).await {
        Ok(Some(object)) => object,
        Ok(None) => return Ok(Found::Absent),
        Err(error @ StoreError::TooLarge { .. }) => {
            let why = refused(bucket, remote, error.into());
            return Ok(bucket.tag(&key).await?.map_or(Found::Absent, |tag| Found::Broken { tag, why }));
        }
        Err(error) => return Err(error.into()),
    };
    Ok(match Release::parse(remote, &object.bytes) {
        Ok(release) => Current { release, tag: object.tag }.into(),
        Err(error) => Found::Broken { tag: object.tag, why: refused(bucket, remote, error.into()) },
    })
}

fn refused(bucket: &Bucket, remote: &RemoteName, error: anyhow::Error) -> anyhow::Error {
    let key = path::release_key(remote);
    let stopped =
        Stopped::new(Exit::Failure, format!("the release of `{remote}` at `{key}` in `{}` was refused", bucket.name()));
    error.context(stopped.hint(format!(
        "nothing was changed, and shops go on with the last release they accepted; \
         `storefront recover {remote}` writes it anew with the versions that the shop serves"
    )))
}

/// The release of a remote; `None` before the first one. One that cannot be read is an error.
pub(crate) async fn find(bucket: &Bucket, remote: &RemoteName) -> Result<Option<Current>> {
    look(bucket, remote).await?.whole()
}

/// The release of a remote; its absence is an error.
pub(crate) async fn get(bucket: &Bucket, remote: &RemoteName) -> Result<Current> {
    find(bucket, remote).await?.ok_or_else(|| none_yet(remote))
}

impl Found {
    pub(crate) fn release(&self) -> Option<&Release> {
        match self {
            Self::Whole(current) => Some(&current.release),
            Self::Absent | Self::Broken { .. } => None,
        }
    }

    /// The release, if there is any; that it cannot be read is an error.
    pub(crate) fn whole(self) -> Result<Option<Current>> {
        match self {
            Self::Absent => Ok(None),
            Self::Broken { why, .. } => Err(why),
            Self::Whole(current) => Ok(Some(*current)),
        }
    }

    /// The condition of a write in its place.
    fn condition(&self) -> Condition<'_> {
        match self {
            Self::Absent => Condition::Absent,
            Self::Broken { tag, .. } => Condition::Unchanged(tag),
            Self::Whole(current) => Condition::Unchanged(&current.tag),
        }
    }
}

impl From<Current> for Found {
    fn from(current: Current) -> Found {
        Found::Whole(Box::new(current))
    }
}

impl From<Option<Current>> for Found {
    fn from(current: Option<Current>) -> Found {
        current.map_or(Found::Absent, Found::from)
    }
}

/// Makes a change on the release that was read; a dry run writes nothing.
///
/// In the place of a release that is broken only those changes write that bring a beginning.
pub(crate) async fn edit(bucket: &Bucket, remote: &RemoteName, first: Found, order: Order<'_>) -> Result<Edited> {
    let Order { wanted, change, seen: shop, dry } = order;
    let mut seen = first;
    for attempt in 1..=ATTEMPTS {
        // A shop that has seen a higher serial than the store has would refuse the next one.
        let raised = seen.release().map(|release| release.above(shop));
        let next = match (wanted.apply(remote, raised.as_ref(), change)?, seen.release()) {
            (Next::Changed(next), _) => *next,
            (Next::Unchanged, Some(release)) => return Ok(Edited { release: release.clone(), changed: false }),
            // A change of nothing makes a first release or is refused.
            (Next::Unchanged, None) => return Err(none_yet(remote)),
        };
        let document =
            next.to_document().with_context(|| format!("the next release of `{remote}` cannot be written"))?;
        if dry {
            return Ok(Edited { release: next, changed: true });
        }
        for entry in &document.archived {
            archive(bucket, remote, entry).await?;
        }
        let written = bucket.put(&path::release_key(remote), document.bytes.clone(), TYPE, seen.condition()).await;
        let sure = match written {
            Ok(_) => return Ok(Edited { release: next, changed: true }),
            Err(StoreError::Conflict { sure, .. }) => sure,
            Err(error @ (StoreError::Unreachable { .. } | StoreError::Answer { status: 500.., .. })) => {
                return Err(anyhow::Error::new(error).context(unknown(remote, &next)));
            }
            Err(error) => return Err(error.into()),
        };
        let now = look(bucket, remote).await?;
        // An earlier try may have been the one that is there now; then the work is done.
        if !sure && now.release().is_some_and(|release| holds(release, &next)) {
            return Ok(Edited { release: next, changed: true });
        }
        // Somebody else may have wanted the same.
        if let Some(release) = now.release()
            && matches!(wanted.apply(remote, Some(release), change), Ok(Next::Unchanged))
        {
            return Ok(Edited { release: release.clone(), changed: false });
        }
        refuse_changed(remote, wanted, seen.release(), now.release())?;
        seen = now;
        tokio::time::sleep(chance::jittered(PAUSE * attempt)).await;
    }
    let stopped = Stopped::new(Exit::Conflict, format!("others changed `{remote}` {ATTEMPTS} times in between"));
    Err(stopped.hint("nothing of this change was made; run the command again when they are done").into())
}

/// Whether a release is the one that was written, or came after it.
fn holds(release: &Release, written: &Release) -> bool {
    written.history().last().is_some_and(|last| release.history().contains(last))
}

/// An entry that no longer has a place in the document. It was decided on when it was in there, so what a crashed change left under
/// its key is replaced.
async fn archive(bucket: &Bucket, remote: &RemoteName, entry: &Entry) -> Result<()> {
    let key = path::history_key(remote, entry.serial);
    let mut bytes = serde_json::to_vec(entry).context("an entry of the history cannot be written")?;
    bytes.push(b'\n');
    match bucket.put(&key, bytes.clone(), TYPE, Condition::Absent).await {
        Ok(_) => return Ok(()),
        Err(StoreError::Conflict { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    match bucket.get(&key, RELEASE_LIMIT as u64).await? {
        Some(object) if object.bytes == bytes => Ok(()),
        Some(object) => {
            bucket.put(&key, bytes, TYPE, Condition::Unchanged(&object.tag)).await?;
            Ok(())
        }
        None => Err(StoreError::Conflict { key, sure: false }.into()),
    }
}

/// Refuses a change whose facts have changed since it was decided on.
fn refuse_changed(remote: &RemoteName, wanted: &Wanted, before: Option<&Release>, now: Option<&Release>) -> Result<()> {
    let then = wanted.facts(before);
    let facts = wanted.facts(now);
    if then == facts {
        return Ok(());
    }
    let mut changed = Vec::new();
    for (fact, value) in &facts {
        let was = then.get(fact).map_or("unknown", String::as_str);
        if was != value {
            changed.push(format!("{fact} was {was} and is {value}"));
        }
    }
    let since = before.map_or(0, Release::serial);
    let history = now.map(Release::history).unwrap_or_default();
    let later = history.iter().filter(|entry| entry.serial > since);
    changed.extend(later.map(|entry| format!("serial {}, {}, {}", entry.serial, entry.at, view::entry(entry))));
    let hint = format!("look at `storefront status {remote}`, and run the command again if it is still what you want");
    let cause = Stopped::new(Exit::Conflict, changed.join("; ")).hint(hint);
    Err(anyhow::Error::new(cause)
        .context(format!("somebody else changed `{remote}` in the meantime; nothing was done")))
}

fn unknown(remote: &RemoteName, next: &Release) -> String {
    format!(
        "cannot tell whether `{remote}` was changed: see whether `storefront status {remote}` shows serial {}",
        next.serial()
    )
}
