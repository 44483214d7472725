//! Reads and replaces the release of a remote by compare-and-swap. A change that meets another one is made again on the new
//! release only if nothing that it depended on has changed; otherwise it says what changed, and by whom.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, Result};
use rollout::{Action, Change, Entry, Next, RELEASE_LIMIT, Release, RemoteName, path};

use crate::chance;
use crate::failure::{Exit, Stopped};
use crate::store::{Bucket, Condition, StoreError, Tag};
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

/// What became of it.
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

/// The release of a remote; `None` before the first one.
pub(crate) async fn find(bucket: &Bucket, remote: &RemoteName) -> Result<Option<Current>> {
    let key = path::release_key(remote);
    let Some(object) = bucket.get(&key, RELEASE_LIMIT as u64).await? else { return Ok(None) };
    let release = Release::parse(remote, &object.bytes).with_context(|| {
        Stopped::new(Exit::Failure, format!("the release of `{remote}` at `{key}` in `{}` was refused", bucket.name()))
            .hint(
                "nothing was changed; shops go on with the last one they accepted. The object's earlier bytes, \
                   if the bucket keeps them, can be put back by hand",
            )
    })?;
    Ok(Some(Current { release, tag: object.tag }))
}

/// The same; that there is none is an error.
pub(crate) async fn get(bucket: &Bucket, remote: &RemoteName) -> Result<Current> {
    find(bucket, remote).await?.ok_or_else(|| none_yet(remote))
}

/// Makes a change, beginning with the release that was read; writes nothing when it is dry.
pub(crate) async fn edit(
    bucket: &Bucket,
    remote: &RemoteName,
    first: Option<Current>,
    wanted: &Wanted,
    change: &Change,
    dry: bool,
) -> Result<Edited> {
    let mut seen = first;
    for attempt in 1..=ATTEMPTS {
        let before = seen.as_ref().map(|current| &current.release);
        let next = match (wanted.apply(remote, before, change)?, before) {
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
        let condition = seen.as_ref().map_or(Condition::Absent, |current| Condition::Unchanged(&current.tag));
        let sure = match bucket.put(&path::release_key(remote), document.bytes.clone(), TYPE, condition).await {
            Ok(_) => return Ok(Edited { release: next, changed: true }),
            Err(StoreError::Conflict { sure, .. }) => sure,
            Err(error @ (StoreError::Unreachable { .. } | StoreError::Answer { status: 500.., .. })) => {
                return Err(anyhow::Error::new(error).context(unknown(remote, &next)));
            }
            Err(error) => return Err(error.into()),
        };
        let now = find(bucket, remote).await?;
        // An earlier try may have been the one that is there now; then the work is done.
        if !sure && now.as_ref().is_some_and(|current| holds(&current.release, &next)) {
            return Ok(Edited { release: next, changed: true });
        }
        // Somebody else may have wanted the same.
        if let Some(current) = &now
            && matches!(wanted.apply(remote, Some(&current.release), change), Ok(Next::Unchanged))
        {
            return Ok(Edited { release: current.release.clone(), changed: false });
        }
        refuse_changed(remote, wanted, seen.as_ref(), now.as_ref())?;
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

/// What the change was decided on must still be so.
fn refuse_changed(remote: &RemoteName, wanted: &Wanted, before: Option<&Current>, now: Option<&Current>) -> Result<()> {
    let then = wanted.facts(before.map(|current| &current.release));
    let facts = wanted.facts(now.map(|current| &current.release));
    if then == facts {
        return Ok(());
    }
    let mut told = String::new();
    for (fact, value) in &facts {
        let was = then.get(fact).map_or("unknown", String::as_str);
        if was != value {
            let _ = writeln!(told, "{fact} was {was} and is {value}");
        }
    }
    let since = before.map_or(0, |current| current.release.serial());
    let history = now.map(|current| current.release.history()).unwrap_or_default();
    for entry in history.iter().filter(|entry| entry.serial > since) {
        let about = if entry.message.is_empty() { String::new() } else { format!(": {}", entry.message) };
        let _ = writeln!(told, "serial {}, {}, {} by {}{about}", entry.serial, entry.at, entry.action, entry.by);
    }
    let hint = format!("look at `storefront status {remote}`, and run the command again if it is still what you want");
    let cause = Stopped::new(Exit::Conflict, told.trim_end()).hint(hint);
    Err(anyhow::Error::new(cause)
        .context(format!("somebody else changed `{remote}` in the meantime; nothing was done")))
}

fn unknown(remote: &RemoteName, next: &Release) -> String {
    format!(
        "cannot tell whether `{remote}` was changed: see whether `storefront status {remote}` shows serial {}",
        next.serial()
    )
}
