//! `storefront promote`: gives all traffic to the canary, or to a version that is named. One that was never tried on a part of the
//! shoppers takes a confirmation.

use anyhow::{Context as _, Result};
use rollout::{Release, RemoteName, Version};

use super::change::show;
use crate::arguments::{ChangeOptions, Forward};
use crate::context::Context;
use crate::output::confirm;
use crate::wanted::Wanted;
use crate::{forward, release};

pub(super) async fn run(
    context: &Context,
    remote: &RemoteName,
    version: Option<&Version>,
    options: &Forward,
    yes: bool,
    change: &ChangeOptions,
) -> Result<()> {
    let dry = change.dry.dry_run;
    let change = Context::change(change.message.as_deref())?;
    let bucket = context.store().await?.bucket(remote);
    let shop = context.shop()?;
    let edit = async {
        let current = release::find(&bucket, remote).await?;
        let before = current.as_ref().map(|current| &current.release);
        let named = version.or_else(|| canary(before));
        let begin = match (&current, named) {
            (None, Some(_)) => forward::begin(&bucket, remote, shop.as_ref(), options, dry, &change.at).await?,
            _ => None,
        };
        let named = match (named, &begin) {
            (None, _) => None,
            // The first release may begin with what the shop was built with, which `begin` has seen to.
            (Some(version), Some((stable, registration))) if version == stable => {
                Some((version.clone(), registration.clone()))
            }
            (Some(version), _) => {
                let registration =
                    forward::check(&bucket, remote, version, shop.as_ref(), options.force, &change.at).await?;
                Some((version.clone(), registration))
            }
        };
        if let Some((version, _)) = &named
            && !was_tried(before, version)
            && begin.as_ref().is_none_or(|(stable, _)| stable != version)
            && !dry
        {
            confirm(&format!("`{version}` of `{remote}` had no canary, and everybody gets it at once"), yes)?;
        }
        let checked = named.as_ref().map(|(version, _)| version.clone());
        let wanted = Wanted::Promote { begin, named };
        let edited = release::edit(&bucket, remote, current.clone(), &wanted, &change, dry).await?;
        if let (true, false, Some(version)) = (edited.changed, dry, &checked) {
            forward::check_again(&bucket, remote, version).await?;
        }
        anyhow::Ok(edited)
    };
    let what = version.map_or_else(|| format!("`{remote}`"), |version| format!("`{version}` of `{remote}`"));
    let edited = edit.await.with_context(|| format!("cannot promote {what}"))?;
    show(context, "promote", &edited, dry)
}

fn canary(release: Option<&Release>) -> Option<&Version> {
    release.and_then(Release::canary).map(|canary| &canary.version)
}

/// Whether shoppers have it already: as the canary or as the stable version.
fn was_tried(release: Option<&Release>, version: &Version) -> bool {
    canary(release) == Some(version) || release.is_some_and(|release| release.stable() == version)
}
