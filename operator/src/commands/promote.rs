//! `storefront promote`: gives all traffic to the canary, or to a version that is named. One that was never tried on a part of the
//! shoppers takes a confirmation.

use anyhow::{Context as _, Result};
use rollout::{Release, RemoteName, Version};

use super::change::{self, Opened};
use crate::anew::Place;
use crate::arguments::{ChangeOptions, Forward};
use crate::confirm::confirm;
use crate::context::Context;
use crate::forward;
use crate::release::{self, Order};
use crate::shop::Shop;
use crate::wanted::{Beginning, Wanted};

pub(super) async fn run(
    context: &Context<'_>,
    remote: &RemoteName,
    version: Option<&Version>,
    options: &Forward,
    (yes, wait): (bool, bool),
    change: &ChangeOptions,
) -> Result<()> {
    let opened = Opened::new(context, remote, wait, change).await?;
    let (bucket, shop, dry) = (&opened.bucket, &opened.shop, opened.dry);
    let asking = context.ask_shop()?;
    let edit = async {
        let current = release::find(bucket, remote).await?;
        let change = context.change(&change.message)?;
        let mut asked = asking.end().await;
        if current.is_none() {
            asked = Shop::thorough(shop.as_ref(), remote, asked).await;
        }
        let before = current.as_ref().map(|current| &current.release);
        let named = version.or_else(|| canary(before));
        let begin = match (&current, named) {
            (None, Some(_)) => {
                let (shop, now, at) = (shop.as_ref(), context.now()?, &change.at);
                let place = Place { bucket, remote, shop, asked: &asked, now, at, dry };
                Some(place.begin(options.stable.as_ref()).await?)
            }
            _ => None,
        };
        let seen = before.map_or(0, |before| change::seen(&asked, before));
        let named = match (named, &begin) {
            (None, _) => None,
            // The first release may begin with what the shop was built with, which `begin` has seen to.
            (Some(version), Some(Beginning { version: stable, registration, .. })) if version == stable => {
                Some((version.clone(), registration.clone()))
            }
            (Some(version), _) => {
                let registration = forward::check(bucket, remote, version, &asked, options.force, &change.at).await?;
                Some((version.clone(), registration))
            }
        };
        if let Some((version, _)) = &named
            && !was_tried(before, version)
            && begin.as_ref().is_none_or(|begin| begin.version != *version)
            && !dry
        {
            confirm(&format!("`{version}` of `{remote}` had no canary, and everybody gets it at once"), yes)?;
        }
        let checked = named.as_ref().map(|(version, _)| version.clone());
        let wanted = Wanted::Promote { begin, named };
        let order = Order { wanted: &wanted, change: &change, seen, dry };
        let edited = release::edit(bucket, remote, current.clone().into(), order).await?;
        if let (true, false, Some(version)) = (edited.changed, dry, &checked) {
            forward::check_again(bucket, remote, version).await?;
        }
        anyhow::Ok((edited, seen))
    };
    let what = version.map_or_else(|| format!("`{remote}`"), |version| format!("`{version}` of `{remote}`"));
    let (edited, seen) = edit.await.with_context(|| format!("cannot promote {what}"))?;
    opened.end(context, "promote", &edited, seen).await
}

fn canary(release: Option<&Release>) -> Option<&Version> {
    release.and_then(Release::canary).map(|canary| &canary.version)
}

/// Whether shoppers have it already: as the canary or as the stable version.
fn was_tried(release: Option<&Release>, version: &Version) -> bool {
    canary(release) == Some(version) || release.is_some_and(|release| release.stable() == version)
}
