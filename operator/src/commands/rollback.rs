//! `storefront rollback`: back to the last version that held all traffic, or to one that is named. Asks nothing and waits for nobody:
//! a shop that does not answer stops it as little as a lock does.

use anyhow::{Context as _, Result};
use rollout::{RemoteName, Version};

use super::change::show;
use crate::arguments::ChangeOptions;
use crate::context::Context;
use crate::wanted::{Wanted, leads_back_to};
use crate::{forward, release};

pub(super) async fn run(
    context: &Context,
    remote: &RemoteName,
    to: Option<&Version>,
    force: bool,
    options: &ChangeOptions,
) -> Result<()> {
    let dry = options.dry.dry_run;
    let change = Context::change(options.message.as_deref())?;
    let bucket = context.store().await?.bucket(remote);
    let shop = context.shop()?;
    let edit = async {
        let current = release::get(&bucket, remote).await?;
        let release = &current.release;
        // Whoever ends a canary goes to what most shoppers have at this moment. What the release does not know, it refuses itself.
        if let Some(version) = leads_back_to(release, to).filter(|version| *version != release.stable())
            && let Some(known) = release.versions().get(version)
        {
            forward::check_back(&bucket, remote, version, known, shop.as_ref(), force).await?;
        }
        let wanted = Wanted::Rollback { to: to.cloned() };
        release::edit(&bucket, remote, Some(current), &wanted, &change, dry).await
    };
    let edited = edit.await.with_context(|| format!("cannot roll back `{remote}`"))?;
    show(context, "rollback", &edited, dry)
}
