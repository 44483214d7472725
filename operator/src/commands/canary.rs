//! `storefront canary`: gives a published version a share of the traffic, and registers it in the same write.

use anyhow::{Context as _, Result};
use rollout::{Share, Steps};

use super::change::show;
use crate::arguments::{ChangeOptions, Forward, Of};
use crate::context::Context;
use crate::wanted::Wanted;
use crate::{forward, release};

pub(super) async fn run(
    context: &Context,
    of: &Of,
    share: Share,
    steps: Option<&Steps>,
    options: &Forward,
    change: &ChangeOptions,
) -> Result<()> {
    let (remote, version) = (&of.remote, &of.version);
    let dry = change.dry.dry_run;
    let change = Context::change(change.message.as_deref())?;
    let bucket = context.store().await?.bucket(remote);
    let shop = context.shop()?;
    let edit = async {
        let current = release::find(&bucket, remote).await?;
        let registration = forward::check(&bucket, remote, version, shop.as_ref(), options.force, &change.at).await?;
        let begin = match &current {
            Some(_) => None,
            None => forward::begin(&bucket, remote, shop.as_ref(), options, dry, &change.at).await?,
        };
        let wanted = Wanted::Canary { begin, version: version.clone(), registration, share, steps: steps.cloned() };
        let edited = release::edit(&bucket, remote, current, &wanted, &change, dry).await?;
        if edited.changed && !dry {
            forward::check_again(&bucket, remote, version).await?;
        }
        anyhow::Ok(edited)
    };
    let edited = edit.await.with_context(|| format!("cannot canary `{version}` of `{remote}`"))?;
    show(context, "canary", &edited, dry)
}
