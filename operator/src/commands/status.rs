//! `storefront status`: which versions get which traffic, and whether the running shop follows.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use rollout::{Release, RemoteName, Version};
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Exit, Stopped};
use crate::output::warn;
use crate::shop::{Remote, Versions};
use crate::view::{self, ReleaseView};
use crate::{published, release};

#[derive(Serialize)]
struct View {
    remotes: Vec<RemoteView>,
}

#[derive(Serialize)]
struct RemoteView {
    remote: RemoteName,
    /// Nothing before the first release.
    release: Option<ReleaseView>,
    /// Nothing when the shop was not asked, or has no such remote.
    shop: Option<ShopView>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShopView {
    serial: Option<u64>,
    /// Whether it has the serial of the store.
    follows: bool,
    bundled: Version,
    contracts: Vec<u32>,
    error: Option<String>,
    passed_over: Vec<PassedOverView>,
}

#[derive(Serialize)]
struct PassedOverView {
    version: Version,
    because: String,
}

pub(super) async fn run(context: &Context, remote: Option<&RemoteName>) -> Result<()> {
    let store = context.store().await?;
    let shop = match context.shop()? {
        Some(shop) => shop.versions().await.map_err(|error| warn(&format!("the shop was not asked: {error:#}"))).ok(),
        None => None,
    };
    let remotes = match (remote, store.common_bucket()) {
        (Some(remote), _) => BTreeSet::from([remote.clone()]),
        (None, Some(bucket)) => {
            let mut remotes = published::remotes(&bucket).await.context("cannot tell which remotes there are")?;
            remotes.extend(of_shop(shop.as_ref()));
            remotes
        }
        (None, None) if shop.is_some() => of_shop(shop.as_ref()).collect(),
        (None, None) => {
            let stopped = Stopped::new(Exit::Usage, "each remote has its own bucket, so there is no list of them");
            return Err(stopped.hint("name a remote, or set `SHOP_URL` so that the shop can be asked").into());
        }
    };
    let mut views = Vec::new();
    let mut text = String::new();
    for remote in &remotes {
        let bucket = store.bucket(remote);
        let found = release::find(&bucket, remote).await?.map(|current| current.release);
        let running = shop.as_ref().and_then(|shop| shop.remotes.get(remote));
        if found.is_none() && running.is_none() && remotes.len() == 1 {
            // Somebody who mistypes a name wants to hear so.
            let (folders, _) = published::folders(&bucket, remote).await?;
            if folders.is_empty() {
                let stopped =
                    Stopped::new(Exit::NotFound, format!("there is no remote `{remote}` in `{}`", bucket.name()));
                return Err(stopped.hint("`storefront status` shows all of them").into());
            }
        }
        describe(&mut text, remote, found.as_ref(), running);
        views.push(RemoteView {
            remote: remote.clone(),
            release: found.as_ref().map(ReleaseView::of),
            shop: running.map(|running| shop_view(running, found.as_ref())),
        });
    }
    if remotes.is_empty() {
        text.push_str("nothing is published yet\n");
    }
    context.output.result("status", &View { remotes: views }, &text)
}

fn of_shop(shop: Option<&Versions>) -> impl Iterator<Item = RemoteName> + '_ {
    shop.into_iter().flat_map(|shop| shop.remotes.keys().cloned())
}

fn shop_view(running: &Remote, release: Option<&Release>) -> ShopView {
    let following = running.release.as_ref();
    let serial = following.and_then(|following| following.serial);
    let passed_over = running.passed_over.iter();
    ShopView {
        serial,
        follows: serial == release.map(Release::serial),
        bundled: running.bundled.clone(),
        contracts: running.contracts.clone(),
        error: following.and_then(|following| following.error.clone()),
        passed_over: passed_over
            .map(|passed| PassedOverView { version: passed.version.clone(), because: passed.because.clone() })
            .collect(),
    }
}

// Writing to a string cannot fail.
fn describe(text: &mut String, remote: &RemoteName, release: Option<&Release>, running: Option<&Remote>) {
    let _ = match release {
        Some(release) => writeln!(text, "{remote}: {} (serial {})", view::traffic(release), release.serial()),
        None => writeln!(text, "{remote}: no release yet"),
    };
    if let Some(release) = release {
        if let Some(canary) = release.canary() {
            let next = release.steps().after(canary.share);
            let _ = match next {
                Some(next) => writeln!(text, "  next step   {next} %"),
                None => writeln!(text, "  next        promote"),
            };
        }
        if let Some(fallback) = release.fallback() {
            let _ = writeln!(text, "  fallback    `{fallback}`");
        }
        if let Some(lock) = release.lock() {
            let _ = writeln!(text, "  {}", view::lock(lock));
        }
        if let Some(last) = release.history().last() {
            let _ = writeln!(text, "  last change {}, {}", view::day(&last.at), view::told(last));
        }
    }
    if let Some(running) = running {
        let _ = writeln!(text, "  shop        {}", shop_line(running, release));
        for passed in &running.passed_over {
            let _ = writeln!(text, "  passed over `{}`: {}", passed.version, passed.because);
        }
    }
}

fn shop_line(running: &Remote, release: Option<&Release>) -> String {
    let following = running.release.as_ref();
    let error = following.and_then(|following| following.error.as_deref());
    let line = match (following.and_then(|following| following.serial), release.map(Release::serial)) {
        (Some(shop), Some(store)) if shop == store => format!("follows serial {shop}"),
        (Some(shop), Some(store)) => format!("has serial {shop}, the store {store}; it follows within seconds"),
        (Some(shop), None) => format!("has serial {shop}, the store none: it follows another store"),
        (None, Some(_)) => format!("has no release: it serves `{}`", running.version),
        (None, None) => format!("serves `{}`, which was built with it", running.bundled),
    };
    error.map_or_else(|| line.clone(), |error| format!("{line}; {error}"))
}
