//! `storefront status`: which versions get which traffic, and whether the running shop follows. A remote that cannot be read is named,
//! and the others are shown.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::Result;
use rollout::{Release, RemoteName, Version};
use serde::Serialize;

use crate::anew;
use crate::context::Context;
use crate::failure::{self, Failure};
use crate::output::warn;
use crate::release::Found;
use crate::shop::{Remote, Standing, Versions};
use crate::stopped::{Exit, Stopped};
use crate::store::{Bucket, Store};
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
    /// Why the release could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
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

pub(super) async fn run(context: &Context<'_>, remote: Option<&RemoteName>) -> Result<()> {
    let store = context.store().await?;
    let shop = match context.shop()? {
        Some(shop) => {
            let asked = shop.versions().await;
            asked.map_err(|error| warn(&format!("the shop was not asked: {}", failure::brief(&error)))).ok()
        }
        None => None,
    };
    let remotes = match remote {
        Some(remote) => BTreeSet::from([remote.clone()]),
        None => all(&store, shop.as_ref()).await?,
    };
    let mut views = Vec::new();
    let mut text = String::new();
    let mut unread: Vec<anyhow::Error> = Vec::new();
    for remote in &remotes {
        let bucket = store.bucket(remote);
        let running = shop.as_ref().and_then(|shop| shop.remotes.get(remote));
        let (found, error) = match release::look(&bucket, remote).await {
            Ok(Found::Broken { why, .. }) | Err(why) => (None, Some(why)),
            Ok(found) => (found.whole()?.map(|current| current.release), None),
        };
        if found.is_none() && error.is_none() && running.is_none() && remotes.len() == 1 {
            refuse_unknown(&bucket, remote).await?;
        }
        let seen = shop.as_ref().map_or(0, |shop| shop.seen(remote));
        match &error {
            Some(why) => {
                let _ = writeln!(text, "{remote}: cannot be read: {}", failure::brief(why));
            }
            None => describe(&mut text, remote, found.as_ref(), running, seen),
        }
        if let Some(running) = running {
            let serial = found.as_ref().map(Release::serial);
            let line = if error.is_some() { unread_line(running, seen) } else { shop_line(remote, running, serial) };
            shop_lines(&mut text, running, &line);
        }
        views.push(RemoteView {
            remote: remote.clone(),
            release: found.as_ref().map(ReleaseView::of),
            shop: running.map(|running| shop_view(running, found.as_ref())),
            error: error.as_ref().map(failure::describe),
        });
        unread.extend(error.map(|error| error.context(format!("cannot read the release of `{remote}`"))));
    }
    if remotes.is_empty() {
        text.push_str("nothing is published yet\n");
    }
    // One that was named, and is all there is, is an error as ever and not a result.
    if remote.is_some()
        && let Some(error) = unread.pop()
    {
        return Err(error);
    }
    let read = remotes.len() - unread.len();
    context.output.result("status", &View { remotes: views }, &text)?;
    // Keys of one remote show that one. Anything else that could not be read is a failure, after the rest was shown.
    let is_expected = |error: &anyhow::Error| read > 0 && failure::exit(error) == Exit::NotAllowed;
    unread.into_iter().find(|error| !is_expected(error)).map_or(Ok(()), Err)
}

/// Every remote that the bucket or the shop has.
async fn all(store: &Store, shop: Option<&Versions>) -> Result<BTreeSet<RemoteName>> {
    let mut remotes: BTreeSet<RemoteName> = of_shop(shop).collect();
    let Some(bucket) = store.common_bucket() else {
        if shop.is_some() {
            return Ok(remotes);
        }
        let stopped = Stopped::new(Exit::Usage, "each remote has its own bucket, so there is no list of them");
        return Err(stopped.hint("name a remote, or set `SHOP_URL` so that the shop can be asked").into());
    };
    match published::remotes(&bucket).await {
        Ok(found) => remotes.extend(found),
        // Keys of one remote cannot list the others; the shop knows their names.
        Err(error) if failure::exit(&error) == Exit::NotAllowed && !remotes.is_empty() => {
            warn(&format!("only the remotes that the shop has are shown: {}", failure::brief(&error)));
        }
        Err(error) if failure::exit(&error) == Exit::NotAllowed => {
            let stopped = Stopped::new(Exit::NotAllowed, "cannot tell which remotes there are");
            let hint = "name the remote that the keys are for, or set `SHOP_URL` so that the shop can be asked";
            return Err(error.context(stopped.hint(hint)));
        }
        Err(error) => return Err(error.context("cannot tell which remotes there are")),
    }
    Ok(remotes)
}

/// A mistyped name is an error.
async fn refuse_unknown(bucket: &Bucket, remote: &RemoteName) -> Result<()> {
    let (folders, _) = published::folders(bucket, remote).await?;
    if !folders.is_empty() {
        return Ok(());
    }
    let stopped = Stopped::new(Exit::NotFound, format!("there is no remote `{remote}` in `{}`", bucket.name()));
    Err(stopped.hint("`storefront status` shows all of them").into())
}

fn of_shop(shop: Option<&Versions>) -> impl Iterator<Item = RemoteName> + '_ {
    shop.into_iter().flat_map(|shop| shop.remotes.keys().cloned())
}

fn shop_view(running: &Remote, release: Option<&Release>) -> ShopView {
    let serial = running.serial();
    let passed_over = running.passed_over.iter();
    ShopView {
        serial,
        follows: serial == release.map(Release::serial),
        bundled: running.bundled.clone(),
        contracts: running.contracts.clone(),
        error: running.trouble().map(str::to_owned),
        passed_over: passed_over
            .map(|passed| PassedOverView { version: passed.version.clone(), because: passed.because.clone() })
            .collect(),
    }
}

// Writing to a string cannot fail.
fn describe(text: &mut String, remote: &RemoteName, release: Option<&Release>, running: Option<&Remote>, seen: u64) {
    let _ = match (release, running) {
        (Some(release), _) => writeln!(text, "{remote}: {} (serial {})", view::traffic(release), release.serial()),
        (None, Some(running)) if seen > 0 => {
            let stable = anew::stable(running);
            writeln!(text, "{remote}: the store has no release; the shop goes on with `{stable}` (serial {seen})")
        }
        (None, _) => writeln!(text, "{remote}: no release yet"),
    };
    let Some(release) = release else { return };
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
        let _ = writeln!(text, "  last change {}, {}", view::day(&last.at), view::entry(last));
    }
}

fn shop_lines(text: &mut String, running: &Remote, line: &str) {
    let _ = writeln!(text, "  shop        {line}");
    for passed in &running.passed_over {
        let _ = writeln!(text, "  passed over `{}`: {}", passed.version, passed.because);
    }
}

/// The shop's state while the release in the store cannot be read.
fn unread_line(running: &Remote, seen: u64) -> String {
    if seen > 0 {
        return format!("goes by serial {seen}: `{}` is stable", anew::stable(running));
    }
    format!("serves `{}`", running.version)
}

/// One sentence for each state, with the trouble of the shop where it adds to that.
fn shop_line(remote: &RemoteName, running: &Remote, store: Option<u64>) -> String {
    let error = running.trouble();
    let recover = format!("`storefront recover {remote}`");
    match running.standing(store) {
        Standing::Refuses { seen, store } => {
            format!(
                "refuses the store's serial {store}, since it has seen {seen}: {recover} goes above it, unless the shop follows another store"
            )
        }
        Standing::Follows { serial } => error
            .map_or_else(|| format!("follows serial {serial}"), |error| format!("has serial {serial}, but {error}")),
        Standing::Behind { serial: Some(serial), store } => {
            let outlook = error
                .map_or_else(|| "it follows within seconds".to_owned(), |error| format!("it cannot follow: {error}"));
            format!("has serial {serial}, the store {store}; {outlook}")
        }
        Standing::Keeps { .. } => {
            format!(
                "keeps it for a day: the release was lost, and {recover} writes it anew, or the shop follows another store"
            )
        }
        Standing::Behind { serial: None, .. } => {
            let why = error.map(|error| format!(": {error}")).unwrap_or_default();
            format!("has no release, so it serves `{}`{why}", running.version)
        }
        Standing::Neither => format!("serves `{}`, which was built with it", running.bundled),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::remote;

    fn shop(release: &str) -> Versions {
        let text = format!(
            r#"{{"origin":"r2","remotes":{{"cart":{{"version":"1.0.0","reason":"stable","contracts":[1],"bundled":"1.0.0","release":{release}}}}}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn no_state_is_described_by_two_sentences_that_contradict_each_other() {
        #[track_caller]
        fn check(shop_has: &str, store: Option<u64>, expect: &str) {
            let versions = shop(shop_has);
            let line = shop_line(&remote(), &versions.remotes[&remote()], store);
            assert_eq!(line, expect);
        }
        let refuses = "refuses the store's serial 3, since it has seen 19: `storefront recover cart` goes above it, unless the shop follows another store";
        check(r#"{"serial":19,"error":"the store has serial 3, 19 was seen before"}"#, Some(3), refuses);
        check(r#"{"serial":19}"#, Some(3), refuses);
        check(r#"{"serial":3}"#, Some(3), "follows serial 3");
        check(r#"{"serial":3,"error":"the store answered 503"}"#, Some(3), "has serial 3, but the store answered 503");
        check(r#"{"serial":2}"#, Some(3), "has serial 2, the store 3; it follows within seconds");
        check(
            r#"{"serial":2,"error":"the store answered 403"}"#,
            Some(3),
            "has serial 2, the store 3; it cannot follow: the store answered 403",
        );
        check(
            r#"{"serial":19,"error":"the release is gone from the store"}"#,
            None,
            "keeps it for a day: the release was lost, and `storefront recover cart` writes it anew, or the shop follows another store",
        );
        check(r#"{"serial":null}"#, Some(3), "has no release, so it serves `1.0.0`");
        check("null", None, "serves `1.0.0`, which was built with it");
    }
}
