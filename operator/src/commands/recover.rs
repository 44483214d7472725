//! `storefront recover`: writes a release anew that was lost, cannot be read, or has a lower serial than the shop has seen. Shoppers
//! keep what the shop serves at this moment, unless another version is named.

use anyhow::{Context as _, Result};
use rollout::{RemoteName, Version};

use super::change::{self, Done, show};
use crate::anew::Place;
use crate::arguments::ChangeOptions;
use crate::context::Context;
use crate::failure;
use crate::output::{note, warn};
use crate::release::{self, Edited, Found, Order};
use crate::wanted::{Wanted, none_yet};

pub(super) async fn run(
    context: &Context<'_>,
    remote: &RemoteName,
    stable: Option<&Version>,
    wait: bool,
    options: &ChangeOptions,
) -> Result<()> {
    context.check_wait(wait)?;
    let dry = options.dry.dry_run;
    let bucket = context.store().await?.bucket(remote);
    let shop = context.shop()?;
    let edit = async {
        let found = release::look(&bucket, remote).await?;
        let change = context.change(&options.message)?;
        let place = Place { bucket: &bucket, remote, shop: shop.as_ref(), now: context.now()?, at: &change.at, dry };
        let (wanted, seen) = match &found {
            Found::Whole(current) => {
                let asked = place.ask().await;
                if let Err(error) = &asked {
                    warn(&format!("the shop was not asked which serial it has seen: {}", failure::brief(error)));
                }
                let seen = change::seen(&asked, remote, current.release.serial());
                if seen <= current.release.serial() {
                    return Ok((Edited { release: current.release.clone(), changed: false }, seen));
                }
                (Wanted::Recover { begin: None, canary: None }, seen)
            }
            Found::Absent => (anew(&place, stable, false).await?, 0),
            Found::Broken { why, .. } => {
                note(&format!("{}: it is written anew", failure::brief(why)));
                (anew(&place, stable, true).await?, 0)
            }
        };
        let order = Order { wanted: &wanted, change: &change, seen, dry };
        anyhow::Ok((release::edit(&bucket, remote, found, order).await?, seen))
    };
    let (edited, seen) = edit.await.with_context(|| format!("cannot recover the release of `{remote}`"))?;
    show(context, Done { command: "recover", bucket: &bucket, edited: &edited, seen, dry, wait }).await
}

/// The release as the shop serves it, with its canary, or with all traffic for the version that is named.
async fn anew(place: &Place<'_>, stable: Option<&Version>, is_broken: bool) -> Result<Wanted> {
    let remote = place.remote;
    if let Some(stable) = stable {
        return Ok(Wanted::Recover { begin: Some(place.begin(Some(stable)).await?), canary: None });
    }
    let asked = place.ask().await.ok();
    let running = asked.as_ref().and_then(|versions| versions.remotes.get(remote));
    let following = running.and_then(|running| running.release.as_ref());
    let serves = following.and_then(|following| following.stable.as_ref());
    if asked.is_some() && serves.is_none() && !is_broken {
        return Err(none_yet(remote)).context("the shop knows of no release either, so there is nothing to recover");
    }
    let begin = place.begin(None).await?;
    let trial =
        following.and_then(|following| following.canary.as_ref()).filter(|trial| trial.version != begin.version);
    let canary = match trial {
        Some(trial) => {
            let registration = place.registration(&trial.version).await;
            let registration = registration.with_context(|| {
                format!("the canary `{}` cannot be kept; `--stable VERSION` goes on without it", trial.version)
            })?;
            Some((trial.version.clone(), registration, trial.percent))
        }
        None => None,
    };
    warn(&format!(
        "what only the lost release knew is gone: which versions were stable before, withdrawals, a lock; \
         `storefront deprecate {remote} VERSION` and `lock` say them again"
    ));
    Ok(Wanted::Recover { begin: Some(begin), canary })
}
