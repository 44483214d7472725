//! `storefront recover`: writes a release anew that was lost, cannot be read, or has a lower serial than the shop has seen. Shoppers
//! keep the versions that the shop serves at this moment, unless another one is named. Leaves a release alone that is in order.

use anyhow::{Context as _, Result};
use rollout::{Registration, Release, RemoteName, Version};

use super::change::{self, Opened};
use crate::anew::Place;
use crate::arguments::ChangeOptions;
use crate::context::Context;
use crate::failure;
use crate::output::{note, warn};
use crate::release::{self, Edited, Found, Order};
use crate::shop::Asking;
use crate::stopped::{Exit, Stopped};
use crate::view;
use crate::wanted::{Wanted, none_yet};

pub(super) async fn run(
    context: &Context<'_>,
    remote: &RemoteName,
    stable: Option<&Version>,
    wait: bool,
    options: &ChangeOptions,
) -> Result<()> {
    let opened = Opened::new(context, remote, wait, options).await?;
    let (bucket, shop, dry) = (&opened.bucket, &opened.shop, opened.dry);
    let edit = async {
        let found = release::look(bucket, remote).await?;
        let change = context.change(&options.message)?;
        let asked = match shop {
            Some(shop) => shop.versions().await,
            None => Asking::begin(None).end().await,
        };
        let (shop, now) = (shop.as_ref(), context.now()?);
        let place = Place { bucket, remote, shop, asked: &asked, now, at: &change.at, dry };
        let (wanted, seen) = match &found {
            Found::Whole(current) => {
                let release = &current.release;
                if let Err(error) = &asked {
                    warn(&format!("the shop was not asked which serial it has seen: {}", failure::brief(error)));
                }
                let seen = asked.as_ref().map_or(0, |versions| versions.seen(remote));
                if seen <= release.serial() {
                    refuse_other(release, stable)?;
                    return Ok((Edited { release: release.clone(), changed: false }, seen));
                }
                (renewed(&place, release, stable, seen).await?, seen)
            }
            Found::Absent => (anew(&place, stable, false).await?, 0),
            Found::Broken { why, .. } => {
                note(&format!("{}: it is written anew", failure::brief(why)));
                (anew(&place, stable, true).await?, 0)
            }
        };
        let order = Order { wanted: &wanted, change: &change, seen, dry };
        anyhow::Ok((release::edit(bucket, remote, found, order).await?, seen))
    };
    let (edited, seen) = edit.await.with_context(|| format!("cannot recover the release of `{remote}`"))?;
    opened.end(context, "recover", &edited, seen).await
}

/// A release that is in order has its stable version, and gives no other one all traffic because it is to be recovered.
fn refuse_other(release: &Release, stable: Option<&Version>) -> Result<()> {
    let Some(named) = stable.filter(|named| *named != release.stable() || release.canary().is_some()) else {
        return Ok(());
    };
    let (remote, traffic) = (release.remote(), view::traffic(release));
    let message =
        format!("the release of `{remote}` is in order, so `--stable {named}` has nothing to recover: {traffic}");
    let hint = if named == release.stable() {
        format!("`storefront abort {remote}` ends the canary")
    } else {
        format!(
            "`storefront rollback {remote} --to {named}` or `storefront promote {remote} {named}` gives it all traffic"
        )
    };
    Err(Stopped::new(Exit::Conflict, message).hint(hint).into())
}

/// A release that was put back, with the versions that the shop serves, or with all traffic for the one that is named.
async fn renewed(place: &Place<'_>, release: &Release, named: Option<&Version>, seen: u64) -> Result<Wanted> {
    if let Some(why) = change::put_back(place.asked, release) {
        note(&why);
    }
    let following = place.running().and_then(|running| running.release.as_ref());
    let (stable, trial) = match (named, following.and_then(|following| Some((following, following.stable.as_ref()?)))) {
        (Some(named), _) => (named, None),
        (None, Some((following, stable))) => {
            (stable, following.canary.as_ref().map(|trial| (&trial.version, trial.percent)))
        }
        // A shop that names no versions goes by none of a release: the store's keep their traffic.
        (None, None) => (release.stable(), release.canary().map(|canary| (&canary.version, canary.share))),
    };
    let registration = registered(place, release, stable).await?;
    let canary = match trial.filter(|(version, _)| *version != stable) {
        Some((version, share)) => {
            let registration = registered(place, release, version).await.with_context(|| without(version))?;
            Some((version.clone(), registration, share))
        }
        None => None,
    };
    Ok(Wanted::Renew { stable: (stable.clone(), registration), canary, seen })
}

/// What the release knows of a version that has traffic by it; any other version must be in the store whole.
async fn registered(place: &Place<'_>, release: &Release, version: &Version) -> Result<Registration> {
    let has_traffic = release.stable() == version || release.canary().is_some_and(|canary| canary.version == *version);
    match release.versions().get(version).filter(|_| has_traffic) {
        Some(known) => Ok(known.clone()),
        None => place.registration(version).await,
    }
}

fn without(canary: &Version) -> String {
    format!("the canary `{canary}` cannot be kept; `--stable VERSION` goes on without it")
}

/// The release as the shop serves it, with its canary, or with all traffic for the version that is named.
async fn anew(place: &Place<'_>, stable: Option<&Version>, is_broken: bool) -> Result<Wanted> {
    let remote = place.remote;
    if let Some(stable) = stable {
        return Ok(Wanted::Recover { begin: place.begin(Some(stable)).await?, canary: None });
    }
    let following = place.running().and_then(|running| running.release.as_ref());
    let serves = following.and_then(|following| following.stable.as_ref());
    if place.asked.is_ok() && serves.is_none() && !is_broken {
        return Err(none_yet(remote)).context("the shop knows of no release either, so there is nothing to recover");
    }
    let begin = place.begin(None).await?;
    let trial =
        following.and_then(|following| following.canary.as_ref()).filter(|trial| trial.version != begin.version);
    let canary = match trial {
        Some(trial) => {
            let registration = place.registration(&trial.version).await;
            let registration = registration.with_context(|| without(&trial.version))?;
            Some((trial.version.clone(), registration, trial.percent))
        }
        None => None,
    };
    warn(&format!(
        "the facts that the lost release alone had are gone: which versions were stable before, withdrawals, a lock; \
         `storefront deprecate {remote} VERSION` and `lock` say them again"
    ));
    Ok(Wanted::Recover { begin, canary })
}
