//! The checks before traffic moves: the version is published and whole, and the running shop speaks its contract.
//! Changes no release.

use anyhow::Result;
use rollout::{MANIFEST_LIMIT, Registration, RemoteName, Timestamp, Version, path};

use crate::failure;
use crate::output::warn;
use crate::package;
use crate::published::Published;
use crate::shop::Asked;
use crate::stopped::{Exit, Stopped};
use crate::store::{Bucket, StoreError};

/// Checks a version that is to get traffic, and gives what a release notes of it.
pub(crate) async fn check(
    bucket: &Bucket,
    remote: &RemoteName,
    version: &Version,
    asked: &Asked,
    force: bool,
    at: &Timestamp,
) -> Result<Registration> {
    let published = Published::get(bucket, remote, version).await?;
    published.check_bytes(bucket).await?;
    check_contract(remote, version, published.manifest.contract(), asked, force)?;
    Ok(published.registration(at.clone()))
}

/// Checks a version that is to get all traffic back. Its files were checked when it got traffic first, so its manifest is enough.
pub(crate) async fn check_back(
    bucket: &Bucket,
    remote: &RemoteName,
    version: &Version,
    known: &Registration,
    asked: &Asked,
    force: bool,
) -> Result<()> {
    let key = path::manifest_key(remote, version);
    let why = match bucket.get(&key, MANIFEST_LIMIT as u64).await {
        Ok(Some(object)) if package::integrity(&object.bytes) == known.manifest => None,
        Ok(None) => Some((Exit::NotFound, format!("`{key}` is not in the store"))),
        Ok(Some(_)) | Err(StoreError::TooLarge { .. }) => {
            Some((Exit::Failure, format!("`{key}` is not the manifest that was registered")))
        }
        Err(error) => return Err(error.into()),
    };
    if let Some((exit, why)) = why {
        let hint = "`--to VERSION` names another one; `--force` goes back all the same, and shoppers get what was stable before it";
        unless_forced(force, exit, why, hint)?;
    }
    check_contract(remote, version, known.contract, asked, force)
}

/// The running shop must speak the contract; one that cannot be asked is no reason to stop.
fn check_contract(remote: &RemoteName, version: &Version, contract: u32, asked: &Asked, force: bool) -> Result<()> {
    let versions = match asked {
        Ok(versions) => versions,
        Err(error) => {
            let why = failure::brief(error);
            warn(&format!("not checked whether the shop speaks contract {contract} and follows the change: {why}"));
            return Ok(());
        }
    };
    let (why, hint) = match versions.remotes.get(remote) {
        Some(running) if running.contracts.contains(&contract) => return Ok(()),
        Some(running) => {
            let spoken: Vec<String> = running.contracts.iter().map(ToString::to_string).collect();
            let spoken = if spoken.is_empty() { "none".to_owned() } else { spoken.join(", ") };
            (
                format!("`{version}` is built for contract {contract} of `{remote}`, the running shop speaks {spoken}"),
                "deploy a shop that speaks it first; `--force` goes on, and shoppers keep what they have until then",
            )
        }
        None => (
            format!("the running shop has no remote `{remote}`"),
            "deploy a shop that has it first; `--force` goes on all the same",
        ),
    };
    unless_forced(force, Exit::NotAllowed, why, hint)
}

fn unless_forced(force: bool, exit: Exit, why: String, hint: &str) -> Result<()> {
    if force {
        warn(&why);
        return Ok(());
    }
    Err(Stopped::new(exit, why).hint(hint).into())
}

/// After a version was registered: whoever removes old versions looks at the release after removing the manifest, and this looks at
/// the manifest after writing the release, so one of the two sees the other.
pub(crate) async fn check_again(bucket: &Bucket, remote: &RemoteName, version: &Version) -> Result<()> {
    if Published::find(bucket, remote, version).await?.is_some() {
        return Ok(());
    }
    let key = path::manifest_key(remote, version);
    let stopped = Stopped::new(Exit::Conflict, format!("`{key}` was removed while `{version}` was rolled out"));
    Err(stopped
        .hint(format!("`storefront rollback {remote}` takes the rollout back; then publish `{version}` again"))
        .into())
}
