//! `storefront preview`: a link under which the shop shows the versions that are named, to whoever has it, for a while.
//! Signed with the shop's secret; a shop on this machine that has none takes links without a signature.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use rollout::preview::{PREVIEW_SECONDS, SECRET_LEAST};
use rollout::{Preview, RemoteName, Timestamp, Version};
use serde::Serialize;
use web::foreign;

use crate::clock;
use crate::context::Context;
use crate::environment::{self, PREVIEW_SECRET, SHOP_URL};
use crate::output::note;
use crate::published::{self, Published};
use crate::shop::Shop;
use crate::stopped::{Exit, Stopped};

#[derive(Serialize)]
struct View<'a> {
    url: &'a str,
    versions: &'a BTreeMap<RemoteName, Version>,
    /// Nothing for a link without a signature.
    expires: Option<Timestamp>,
    signed: bool,
}

pub(super) async fn run(context: &Context<'_>, named: &[(RemoteName, Version)], age: u64, page: &str) -> Result<()> {
    let versions: BTreeMap<RemoteName, Version> = named.iter().cloned().collect();
    if versions.len() != named.len() {
        return Err(Stopped::new(Exit::Usage, "a remote is named twice; a preview shows one version of each").into());
    }
    check_page(page)?;
    if !(1..=PREVIEW_SECONDS).contains(&age) {
        return Err(Stopped::new(Exit::Usage, "`--expires` is at most 30d, and more than 0s").into());
    }
    let Some(shop) = context.shop()? else {
        let stopped = Stopped::new(Exit::Usage, format!("`{SHOP_URL}` is not set, so there is no shop to lead to"));
        return Err(stopped.hint("set it to the address of the shop, such as https://shop.example").into());
    };
    check_published(context, &shop, &versions).await?;
    let refused = || Stopped::new(Exit::Usage, "the preview was refused");
    let preview = Preview::new(versions.clone()).with_context(refused)?;
    // The store's time once it was asked: the shop's own is nearer to it than a wrong clock of this machine.
    let expires = context.now()? + i64::try_from(age)?;
    let secret = secret()?;
    let preview = match &secret {
        Some(secret) => preview.signed(secret.as_bytes(), u64::try_from(expires)?).with_context(refused)?,
        None if shop.address().is_on_this_machine() => {
            note("the link is not signed: a shop in development takes it all the same");
            preview
        }
        None => {
            let stopped =
                Stopped::new(Exit::Usage, format!("`{PREVIEW_SECRET}` is not set, so the link cannot be signed"));
            return Err(stopped.hint("set it to the value that the shop has").into());
        }
    };
    let url = format!("{}{page}?{preview}", shop.address().as_str());
    let expires = secret.is_some().then(|| clock::timestamp(expires)).transpose()?;
    context.output.result("preview", &View { url: &url, versions: &versions, expires, signed: secret.is_some() }, &url)
}

fn secret() -> Result<Option<String>> {
    let secret = environment::variable(PREVIEW_SECRET)?;
    if let Some(length) = secret.as_ref().map(String::len).filter(|length| *length < SECRET_LEAST) {
        let message = format!("`{PREVIEW_SECRET}` has {length} characters, it needs at least {SECRET_LEAST}");
        return Err(Stopped::new(Exit::Usage, message).into());
    }
    Ok(secret)
}

/// A path of the shop's own, without a query, since the preview is one.
fn check_page(page: &str) -> Result<()> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~' | b'%');
    if page.starts_with('/') && !page.starts_with("//") && page.bytes().all(allowed) {
        return Ok(());
    }
    let page = foreign::line(page, 80);
    Err(Stopped::new(Exit::Usage, format!("`{page}` is no path of the shop, such as `/products`")).into())
}

/// A link to a version that was never published leads nowhere. Without a store it is not checked.
async fn check_published(context: &Context<'_>, shop: &Shop, versions: &BTreeMap<RemoteName, Version>) -> Result<()> {
    let Some(store) = context.store_if_any().await? else { return Ok(()) };
    for (remote, version) in versions {
        let bucket = store.bucket(remote);
        match Published::find(&bucket, remote, version).await? {
            Some(published) => published.check_files(&bucket).await?,
            // The version that was built with the shop need not be in the store.
            None if shop.manifest(remote, version).await.is_ok() => {}
            None => return Err(published::never(remote, version)),
        }
    }
    Ok(())
}
