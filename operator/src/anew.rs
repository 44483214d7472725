//! Begins a release for a remote without one: for the first time, or anew after the release was lost or broken. Shops that have seen a
//! lost release refuse every lower serial for a day, so the new one begins above all that were seen. Changes no release.

use anyhow::{Context as _, Result};
use rollout::{Registration, RemoteName, Timestamp, Version};

use crate::clock::Seconds;
use crate::failure;
use crate::output::{note, warn};
use crate::package::Package;
use crate::progress::Progress;
use crate::publish;
use crate::published::{self, Published};
use crate::shop::{Asked, Remote, Shop};
use crate::stopped::{Exit, Stopped};
use crate::store::Bucket;
use crate::wanted::Beginning;

/// Where a release begins, and when.
pub(crate) struct Place<'a> {
    pub(crate) bucket: &'a Bucket,
    pub(crate) remote: &'a RemoteName,
    pub(crate) shop: Option<&'a Shop>,
    /// The shop's answer, with which versions it serves and which serial it has seen.
    pub(crate) asked: &'a Asked,
    pub(crate) now: Seconds,
    pub(crate) at: &'a Timestamp,
    pub(crate) dry: bool,
}

/// The serial of a release that begins: the store's time in seconds, which no count of changes reaches, so that it is above every
/// serial that any location has seen, also where the shop that answers has not. One that is seen and higher all the same counts on.
pub(crate) fn serial(now: Seconds, seen: u64) -> u64 {
    u64::try_from(now).unwrap_or(0).max(seen.saturating_add(1))
}

impl Place<'_> {
    /// What a release begins with: the version that is named, or that the shop serves as the stable one, or that it was built with.
    pub(crate) async fn begin(&self, named: Option<&Version>) -> Result<Beginning> {
        let (asked, running) = (self.asked, self.running());
        let version = match (named, running) {
            (Some(named), _) => named.clone(),
            (None, Some(running)) => stable(running),
            (None, None) => return Err(self.unnamed()),
        };
        let seen = asked.as_ref().map_or(0, |versions| versions.seen(self.remote));
        let serial = serial(self.now, seen);
        let remote = self.remote;
        match asked {
            Ok(_) if seen > 0 => note(&format!(
                "the store has no release of `{remote}` that can be read: it begins anew above serial {seen}, which the shop has seen, with `{version}` as the stable version"
            )),
            Ok(_) => {}
            Err(error) => warn(&format!(
                "the shop was not asked which release of `{remote}` it has seen ({}): this one begins at serial {serial}, the store's time, \
                 which is above all that were counted; `storefront status {remote}` shows whether the shop follows",
                failure::brief(error)
            )),
        }
        let registration = self.registration(&version).await?;
        Ok(Beginning { version, registration, serial })
    }

    /// The remote in the shop.
    pub(crate) fn running(&self) -> Option<&Remote> {
        self.asked.as_ref().ok().and_then(|versions| versions.remotes.get(self.remote))
    }

    /// What a release notes of a version. It must be in the store whole; one that the shop serves is published if need be.
    pub(crate) async fn registration(&self, version: &Version) -> Result<Registration> {
        let Place { bucket, remote, at, .. } = *self;
        let found = Published::find(bucket, remote, version).await?;
        if let Some(published) = found
            && published.faults(bucket).await?.is_empty()
        {
            return Ok(published.registration(at.clone()));
        }
        let Some(shop) = self.shop else {
            let stopped = Stopped::new(
                Exit::NotFound,
                format!("`{version}` of `{remote}`, which is to be stable, was never published, or is not whole"),
            );
            return Err(stopped.hint("publish it first, or set `SHOP_URL` to the shop that serves it").into());
        };
        let package = Package::of_shop(shop, remote, version).await.with_context(|| {
            Stopped::new(
                Exit::NotFound,
                format!("cannot get `{version}` of `{remote}`, which is to be stable, from the shop"),
            )
            .hint("publish it from its folder, then run the command again")
        })?;
        let progress = Progress::bytes("publishing", package.size());
        publish::run(bucket, &package, self.dry, &progress).await?;
        drop(progress);
        let verb = if self.dry { "would publish" } else { "published" };
        note(&format!("{verb} `{version}` of `{remote}`, from the shop"));
        Ok(Registration::of(&package.manifest, package.digest.clone(), at.clone()))
    }

    /// That the stable version is named neither by the command line nor by the shop.
    fn unnamed(&self) -> anyhow::Error {
        let remote = self.remote;
        let hint = "name the version that is stable now with `--stable VERSION`, or set `SHOP_URL` so that the shop can be asked";
        let message = format!("`{remote}` has no release in the store, so its stable version is unknown");
        match self.asked {
            Err(error) if self.shop.is_some() => {
                let message = format!("{message}: {}", failure::brief(error));
                Stopped::new(Exit::Failure, message).hint(hint).into()
            }
            Err(_) => Stopped::new(Exit::Usage, message).hint(hint).into(),
            Ok(_) => Stopped::new(Exit::NotFound, format!("{message}: the running shop has no such remote"))
                .hint(hint)
                .into(),
        }
    }

    /// That a rollback has no known target, with the versions to choose from.
    pub(crate) async fn no_way_back(&self) -> anyhow::Error {
        let remote = self.remote;
        let serves =
            self.running().map(|running| format!(": shoppers go on with `{}`", stable(running))).unwrap_or_default();
        let folders = published::folders(self.bucket, remote).await.map(|(folders, _)| folders).unwrap_or_default();
        let mut whole: Vec<String> = folders
            .iter()
            .rev()
            .filter(|(_, folder)| folder.published.is_some())
            .map(|(version, _)| format!("`{version}`"))
            .collect();
        whole.truncate(SHOWN);
        let published = if whole.is_empty() { String::new() } else { format!(" (published: {})", whole.join(", ")) };
        let message = format!(
            "the release of `{remote}` is missing or cannot be read, so the version that was stable before is unknown{serves}"
        );
        Stopped::new(Exit::NotFound, message)
            .hint(format!(
                "`storefront rollback {remote} --to VERSION` goes to one that you name{published}; \
                 `storefront recover {remote}` writes the release anew as the shop serves it"
            ))
            .into()
    }
}

/// As many versions as fit a line.
const SHOWN: usize = 8;

/// The version that holds the rest of the traffic in a shop.
pub(crate) fn stable(running: &Remote) -> Version {
    let following = running.release.as_ref().and_then(|following| following.stable.clone());
    following.unwrap_or_else(|| running.bundled.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_begins_above_everything_that_was_seen() {
        #[track_caller]
        fn check(now: Seconds, seen: u64, expect: u64) {
            assert_eq!(serial(now, seen), expect, "at {now}, seen {seen}");
        }
        check(1_790_000_000, 0, 1_790_000_000);
        check(1_790_000_000, 19, 1_790_000_000);
        check(1_790_000_000, 1_790_000_000, 1_790_000_001);
        check(1_790_000_000, 1_900_000_000, 1_900_000_001);
        // A clock that has lost its time still begins above what was seen.
        check(-5, 0, 1);
        check(0, 19, 20);
    }
}
