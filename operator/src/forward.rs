//! What is checked before traffic moves: the version is published and whole, the running shop speaks its contract, and a remote
//! without a release gets its first one, whose stable version is in the store. Changes no release.

use anyhow::{Context as _, Result};
use rollout::{MANIFEST_LIMIT, Registration, RemoteName, Timestamp, Version, path};

use crate::arguments::Forward;
use crate::failure::{Exit, Stopped};
use crate::output::{note, warn};
use crate::package::{self, Package};
use crate::progress::Progress;
use crate::publish;
use crate::published::Published;
use crate::shop::Shop;
use crate::store::{Bucket, StoreError};
use crate::wanted::Begin;

/// Checks a version that is to get traffic, and gives what a release notes of it.
pub(crate) async fn check(
    bucket: &Bucket,
    remote: &RemoteName,
    version: &Version,
    shop: Option<&Shop>,
    force: bool,
    at: &Timestamp,
) -> Result<Registration> {
    let published = Published::get(bucket, remote, version).await?;
    published.check_bytes(bucket).await?;
    check_contract(remote, version, published.manifest.contract(), shop, force).await?;
    Ok(published.registration(at.clone()))
}

/// Checks a version that is to get all traffic back. Its files were checked when it got traffic first, so its manifest is enough.
pub(crate) async fn check_back(
    bucket: &Bucket,
    remote: &RemoteName,
    version: &Version,
    known: &Registration,
    shop: Option<&Shop>,
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
    check_contract(remote, version, known.contract, shop, force).await
}

/// The running shop must speak the contract; one that cannot be asked is no reason to stop.
async fn check_contract(
    remote: &RemoteName,
    version: &Version,
    contract: u32,
    shop: Option<&Shop>,
    force: bool,
) -> Result<()> {
    let Some(shop) = shop else {
        warn(&format!("`SHOP_URL` is not set, so nobody checked that the shop speaks contract {contract}"));
        return Ok(());
    };
    let versions = match shop.versions().await {
        Ok(versions) => versions,
        Err(error) => {
            warn(&format!("nobody checked that the shop speaks contract {contract}: {error:#}"));
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

/// What the first release of a remote begins with. The version must be in the store, so a bundled one is published if need be.
pub(crate) async fn begin(
    bucket: &Bucket,
    remote: &RemoteName,
    shop: Option<&Shop>,
    options: &Forward,
    dry: bool,
    at: &Timestamp,
) -> Result<Begin> {
    let stable = match (&options.stable, shop) {
        (Some(named), _) => named.clone(),
        (None, Some(shop)) => bundled(shop, remote).await?,
        (None, None) => {
            let stopped = Stopped::new(
                Exit::Usage,
                format!("`{remote}` has no release yet, and nobody says which version is stable"),
            );
            return Err(stopped
                .hint("name it with `--stable VERSION`, or set `SHOP_URL` so that the shop can be asked")
                .into());
        }
    };
    if let Some(published) = Published::find(bucket, remote, &stable).await?
        && published.faults(bucket).await?.is_empty()
    {
        return Ok(Some((stable, published.registration(at.clone()))));
    }
    let Some(shop) = shop else {
        let stopped = Stopped::new(
            Exit::NotFound,
            format!("`{stable}` of `{remote}`, which is to be stable, was never published"),
        );
        return Err(stopped.hint("publish it first, or set `SHOP_URL` to the shop that it was built with").into());
    };
    let package = Package::of_shop(shop, remote, &stable).await.with_context(|| {
        Stopped::new(
            Exit::NotFound,
            format!("cannot get `{stable}` of `{remote}`, which is to be stable, from the shop"),
        )
        .hint("publish it from its folder, then run the command again")
    })?;
    let progress = Progress::bytes("publishing", package.size());
    publish::run(bucket, &package, dry, &progress).await?;
    drop(progress);
    let verb = if dry { "would publish" } else { "published" };
    note(&format!("{verb} `{stable}` of `{remote}`, the version that the shop was built with"));
    let registration = Registration::of(&package.manifest, package.digest.clone(), at.clone());
    Ok(Some((stable, registration)))
}

/// The version that was built with the shop.
async fn bundled(shop: &Shop, remote: &RemoteName) -> Result<Version> {
    let hint = "name the version that is stable now with `--stable VERSION`";
    let versions = shop.versions().await.with_context(|| {
        Stopped::new(
            Exit::Failure,
            format!("`{remote}` has no release yet, and the shop cannot be asked which version is stable"),
        )
        .hint(hint)
    })?;
    let found = versions.remotes.get(remote).map(|running| running.bundled.clone());
    found.ok_or_else(|| {
        Stopped::new(Exit::NotFound, format!("the running shop has no remote `{remote}`")).hint(hint).into()
    })
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
