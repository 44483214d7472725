//! Puts a version into the store: create-only, one file after the other, the manifest last. A run that stops in the middle can
//! begin again; until the manifest is there, nothing has been published.

#[cfg(test)]
mod tests;

use std::time::Duration;

use anyhow::Result;
use rollout::path;

use crate::chance;
use crate::package::Package;
use crate::progress::Progress;
use crate::stopped::{Exit, Stopped};
use crate::store::{Bucket, Condition, StoreError};

/// The type under which a manifest is kept.
pub(crate) const MANIFEST_TYPE: &str = "application/json; charset=utf-8";
/// How often a write that met another one at the very same moment is tried in all.
const ATTEMPTS: u32 = 5;
/// The pause before the second try; the later ones grow.
const PAUSE: Duration = Duration::from_millis(200);

/// What publishing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The version is new, or what was missing of it is there again.
    Published,
    /// All of it was there.
    Unchanged,
}

/// Publishes, or says what would be published when it is dry.
pub(crate) async fn run(bucket: &Bucket, package: &Package<'_>, dry: bool, progress: &Progress) -> Result<Outcome> {
    let (remote, version) = (package.manifest.remote(), package.manifest.version());
    let manifest_key = path::manifest_key(remote, version);
    // Asked first, so that a version that is taken gets no other files put beside its own.
    let published = match is_there(bucket, &manifest_key, &package.bytes).await? {
        Some(false) => return Err(taken(package, &manifest_key)),
        found => found.is_some(),
    };
    let listed = bucket.list(&path::version_prefix(remote, version)).await?;
    let mut outcome = Outcome::Unchanged;
    // One after the other in one order: of two publishers with other bytes under the same names, the first such file decides,
    // and the one that loses it has not got in the other's way anywhere else.
    for (name, entry) in package.manifest.files() {
        let key = path::file_key(remote, version, name);
        let bytes = package.file(name).await?;
        let there =
            if listed.iter().any(|object| object.key == key) { is_there(bucket, &key, &bytes).await? } else { None };
        match there {
            Some(true) => {}
            Some(false) => return Err(taken(package, &key)),
            None => {
                outcome = Outcome::Published;
                if !dry {
                    create(bucket, package, &key, bytes, &entry.content_type).await?;
                }
            }
        }
        progress.add(entry.size);
    }
    if published {
        return Ok(outcome);
    }
    if !dry {
        create(bucket, package, &manifest_key, package.bytes.clone(), MANIFEST_TYPE).await?;
    }
    Ok(Outcome::Published)
}

/// Writes an object that must not be there yet. That it is there with the same bytes is as good: somebody else was as far.
async fn create(bucket: &Bucket, package: &Package<'_>, key: &str, bytes: Vec<u8>, content_type: &str) -> Result<()> {
    for attempt in 1..=ATTEMPTS {
        match bucket.put(key, bytes.clone(), content_type, Condition::Absent).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        match is_there(bucket, key, &bytes).await? {
            Some(true) => return Ok(()),
            Some(false) => return Err(taken(package, key)),
            // The other write had not ended, or ended in nothing.
            None => tokio::time::sleep(chance::jittered(PAUSE * attempt)).await,
        }
    }
    Err(StoreError::Conflict { key: key.to_owned(), sure: false }.into())
}

/// Whether an object is there, and with these bytes.
async fn is_there(bucket: &Bucket, key: &str, bytes: &[u8]) -> Result<Option<bool>, StoreError> {
    match bucket.get(key, bytes.len() as u64).await {
        Ok(found) => Ok(found.map(|object| object.bytes == bytes)),
        Err(StoreError::TooLarge { .. }) => Ok(Some(false)),
        Err(error) => Err(error),
    }
}

fn taken(package: &Package<'_>, key: &str) -> anyhow::Error {
    let (remote, version) = (package.manifest.remote(), package.manifest.version());
    let cause = Stopped::new(Exit::Conflict, format!("`{key}` is in the store with other bytes"))
        .hint(format!("a published version never changes: give `{remote}` a new version and publish that"));
    anyhow::Error::new(cause).context(format!("`{version}` of `{remote}` is taken"))
}
