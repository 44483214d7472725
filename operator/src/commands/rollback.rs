//! `storefront rollback`: back to the last version that held all traffic, or to one that is named. Asks for no confirmation, and
//! a shop that does not answer stops it as little as a lock does. Of a release that is lost or broken it makes a new one.

use anyhow::{Context as _, Result};
use rollout::{Change, RemoteName, Version};

use super::change::{self, Opened};
use crate::anew::{self, Place};
use crate::arguments::ChangeOptions;
use crate::context::Context;
use crate::forward;
use crate::release::{self, Found, Order};
use crate::shop::{Asked, Shop};
use crate::store::Bucket;
use crate::wanted::{Wanted, leads_back_to, none_yet};

pub(super) async fn run(
    context: &Context<'_>,
    remote: &RemoteName,
    to: Option<&Version>,
    (force, wait): (bool, bool),
    options: &ChangeOptions,
) -> Result<()> {
    let opened = Opened::new(context, remote, wait, options).await?;
    let (bucket, dry) = (&opened.bucket, opened.dry);
    let asking = context.ask_shop()?;
    let edit = async {
        let found = release::look(bucket, remote).await?;
        let change = context.change(&options.message)?;
        let asked = asking.end().await;
        let (wanted, seen) = match found.release() {
            Some(release) => {
                // The end of a canary leads to the version that most shoppers have at this moment. The release itself refuses one that
                // it does not know.
                if let Some(version) = leads_back_to(release, to).filter(|version| *version != release.stable())
                    && let Some(known) = release.versions().get(version)
                {
                    forward::check_back(bucket, remote, version, known, &asked, force).await?;
                }
                (Wanted::Rollback { begin: None, to: to.cloned() }, change::seen(&asked, release))
            }
            None => (lost(context, bucket, remote, &found, to, (&change, dry), asked).await?, 0),
        };
        let order = Order { wanted: &wanted, change: &change, seen, dry };
        anyhow::Ok((release::edit(bucket, remote, found, order).await?, seen))
    };
    let (edited, seen) = edit.await.with_context(|| format!("cannot roll back `{remote}`"))?;
    opened.end(context, "rollback", &edited, seen).await
}

/// The way back without a release to read it from: to the version that is named, or from a canary to what the shop has as stable.
async fn lost(
    context: &Context<'_>,
    bucket: &Bucket,
    remote: &RemoteName,
    found: &Found,
    to: Option<&Version>,
    (change, dry): (&Change, bool),
    known: Asked,
) -> Result<Wanted> {
    let shop = context.shop()?;
    let asked = Shop::thorough(shop.as_ref(), remote, known).await;
    let (shop, now) = (shop.as_ref(), context.now()?);
    let place = Place { bucket, remote, shop, asked: &asked, now, at: &change.at, dry };
    let running = place.running();
    let following = running.and_then(|running| running.release.as_ref());
    let seen = following.and_then(|following| following.serial);
    let target = match (to, running) {
        (Some(named), _) => named.clone(),
        (None, Some(running)) if following.is_some_and(|following| following.canary.is_some()) => anew::stable(running),
        (None, _) if seen.is_none() && asked.is_ok() && matches!(found, Found::Absent) => return Err(none_yet(remote)),
        (None, _) => return Err(place.no_way_back().await),
    };
    let begin = Some(place.begin(Some(&target)).await?);
    Ok(Wanted::Rollback { begin, to: Some(target) })
}
