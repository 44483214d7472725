//! `storefront canary`: gives a published version a share of the traffic, and registers it in the same write.

use anyhow::{Context as _, Result};
use rollout::{Share, Steps};

use super::change::{self, Opened};
use crate::anew::Place;
use crate::arguments::{ChangeOptions, Forward, Of};
use crate::context::Context;
use crate::forward;
use crate::release::{self, Order};
use crate::shop::Shop;
use crate::wanted::Wanted;

pub(super) async fn run(
    context: &Context<'_>,
    of: &Of,
    (share, steps): (Share, Option<&Steps>),
    options: &Forward,
    wait: bool,
    change: &ChangeOptions,
) -> Result<()> {
    let (remote, version) = (&of.remote, &of.version);
    let opened = Opened::new(context, remote, wait, change).await?;
    let (bucket, shop, dry) = (&opened.bucket, &opened.shop, opened.dry);
    let asking = context.ask_shop()?;
    let edit = async {
        let current = release::find(bucket, remote).await?;
        let change = context.change(&change.message)?;
        let asked = asking.end().await;
        let registration = forward::check(bucket, remote, version, &asked, options.force, &change.at).await?;
        let (begin, seen) = if let Some(current) = &current {
            (None, change::agreed(&asked, &current.release)?)
        } else {
            let (shop, now, at) = (shop.as_ref(), context.now()?, &change.at);
            let asked = Shop::thorough(shop, remote, asked).await;
            let place = Place { bucket, remote, shop, asked: &asked, now, at, dry };
            (Some(place.begin(options.stable.as_ref()).await?), 0)
        };
        let wanted = Wanted::Canary { begin, version: version.clone(), registration, share, steps: steps.cloned() };
        let order = Order { wanted: &wanted, change: &change, seen, dry };
        let edited = release::edit(bucket, remote, current.into(), order).await?;
        if edited.changed && !dry {
            forward::check_again(bucket, remote, version).await?;
        }
        anyhow::Ok((edited, seen))
    };
    let (edited, seen) = edit.await.with_context(|| format!("cannot canary `{version}` of `{remote}`"))?;
    opened.end(context, "canary", &edited, seen).await
}
