//! Reads releases and version manifests, from the cache of this location and from the store.
//! The isolate's state changes when a document is whole and checked, and never in between.

use std::cell::Cell;
use std::rc::Rc;

use rollout::{Integrity, MANIFEST_LIMIT, RELEASE_LIMIT, Release, RemoteName, Share, Version, VersionManifest, path};
use serde::Serialize;
use sha2::{Digest as _, Sha384};

use crate::observe;
use crate::platform::deadline::pause;
use crate::platform::location_cache;
use crate::platform::runtime::{self, Buffer, Work};
use crate::state::State;
use crate::store::object::Read;
use shop::remotes::Published;
use shop::remotes::cause::Cause;
use shop::remotes::follow::{Followed, Heard, Need};
use shop::reports::event::event_line;

/// How often a request looks whether another one has read what both need, in milliseconds.
pub(crate) const LOOK: f64 = 5.0;

/// After so many looks in vain the store is asked although the cache of the location has not answered yet: it usually does at
/// once, and spares the store a question then.
const HEAD_START: u32 = 3;

/// The kind of request that leads to a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// Anybody's: the version may be made up.
    Anybody,
    /// A release's, or that of an operator's link.
    Operator,
}

/// Asks for a release again, and for the manifests it needs. An isolate that starts looks into the cache of its location as well:
/// another one may have heard an answer a moment ago. To be called by one request at a time, as `Followed::is_asking` says.
pub(crate) async fn release(state: &State, remote: &RemoteName) {
    let remotes = &state.shop.remotes;
    if !is_first(state, remote) {
        return ask(state, remote).await;
    }
    let is_recalled = Cell::new(false);
    let cache: Work<()> = Box::pin(async {
        let recalled = recall(state, remote).await;
        is_recalled.set(true);
        if let Some(release) = recalled {
            manifests(state, &release, |_| true).await;
        }
    });
    let store: Work<()> = Box::pin(async {
        let mut looks = 0;
        while !is_recalled.get() && looks < HEAD_START {
            pause(LOOK).await;
            looks += 1;
        }
        if remotes.need(remote, runtime::now()) == Need::Nothing {
            remotes.follow(remote, Followed::rest);
        } else {
            ask(state, remote).await;
        }
    });
    runtime::all([cache, store].into_iter()).await;
}

/// Reads one manifest, from the cache of this location or from the store. By the release, if there is one: what it knows can come
/// from the cache when the store fails, and cannot be exchanged in the store.
pub(crate) async fn manifest(state: &State, remote: &RemoteName, version: &Version, asker: Asker) {
    let remotes = &state.shop.remotes;
    if is_first(state, remote) {
        let recalled = recall(state, remote).await;
        remotes.follow(remote, Followed::rest);
        if let Some(release) = recalled.filter(|release| release.in_use().any(|used| used == version)) {
            manifests(state, &release, |used| used == version).await;
        }
    }
    if remotes.manifest(remote, version).is_some() {
        return;
    }
    // Which version is a stranger, and which one was removed, is the release's to say.
    let knows_nothing = remotes.is_unknown(remote, runtime::now());
    let known: Work<()> = Box::pin(async {
        if knows_nothing && is_due(state, remote) {
            release(state, remote).await;
        }
    });
    let read: Work<()> = Box::pin(async {
        let now = runtime::now();
        // A crowd that asks for one version passes the gate once.
        let is_free = asker == Asker::Operator
            || remotes.is_named(remote, version)
            || remotes.is_reading(remote, version, now)
            || remotes.cause(remote, version, now).is_some();
        if is_free || remotes.admits_stranger(now) {
            obtain(state, remote, version).await;
        }
    });
    runtime::all([known, read].into_iter()).await;
    let now = runtime::now();
    if knows_nothing && remotes.manifest(remote, version).is_none() && remotes.is_named(remote, version) {
        obtain(state, remote, version).await;
    } else if remotes.cause(remote, version, now) == Some(Cause::Absent) && remotes.has_forgotten(remote, version) {
        remotes.fail(remote, version, Cause::Removed, now);
    }
}

/// Whether a release is to be asked for, and nobody does.
fn is_due(state: &State, remote: &RemoteName) -> bool {
    let (remotes, now) = (&state.shop.remotes, runtime::now());
    remotes.need(remote, now) != Need::Nothing && !remotes.is_asking(remote, now)
}

/// Whether the cache of this location has not been asked yet, which is the caller's to do then. Others take it for a
/// question that is open: a store that is down refuses faster than the cache answers.
fn is_first(state: &State, remote: &RemoteName) -> bool {
    let freshness = state.shop.remotes.freshness();
    let is_first = state.shop.remotes.follow(remote, |followed| {
        let is_first = !std::mem::replace(&mut followed.cache_was_asked, true);
        if is_first {
            followed.ask(runtime::now(), freshness);
        }
        is_first
    });
    is_first == Some(true)
}

/// Asks the store for a release.
async fn ask(state: &State, remote: &RemoteName) {
    let remotes = &state.shop.remotes;
    let begin = || remotes.follow(remote, |followed| followed.ask(runtime::now(), remotes.freshness()));
    begin();
    let heard = hear(state, remote).await;
    // It is as old as the answer, however long the manifests take.
    let now = runtime::now();
    if let Heard::Release(release, _) = &heard
        && !remotes.is_unknown(remote, now)
        && remotes.follow(remote, |followed| followed.accepts(release)) == Some(true)
    {
        // Pages go on with the release that is known until the versions of the next one can be shown. An isolate that knows none
        // takes it over at once, and its pages wait for a manifest a moment.
        begin();
        manifests(state, release, |version| release.traffic(version) != Share::NONE).await;
    }
    let is_confirmed = matches!(heard, Heard::Same | Heard::Release(..));
    let before = remotes.standing(remote, now).and_then(|standing| standing.error);
    let is_new = remotes.follow(remote, |followed| followed.hear(heard, now));
    let after = remotes.standing(remote, now).and_then(|standing| standing.error);
    // Once when it begins and once when it ends: a line for every try would only bury the first. That a page did not wait any
    // longer says little; the outcome of the question says why.
    match (before.filter(|cause| *cause != Cause::Slow), &after) {
        (None, Some(cause)) => log("release-trouble", remote, &cause.to_string()),
        (Some(_), None) => log("release-recovered", remote, ""),
        _ => {}
    }
    if let Some(release) = remotes.release(remote, now) {
        if is_new == Some(true) {
            log("release-followed", remote, &format!("serial {}", release.serial()));
        }
        // A manifest that could not be had the last time is tried again with every confirmation.
        manifests(state, &release, |_| true).await;
        if is_confirmed && after.is_none() {
            remember(state, &release, now).await;
        }
    }
}

async fn hear(state: &State, remote: &RemoteName) -> Heard {
    let remotes = &state.shop.remotes;
    let known = remotes.follow(remote, |followed| followed.etag().map(str::to_owned)).flatten();
    let timeout = remotes.freshness().timeout;
    let key = path::release_key(remote);
    match state.store.read(remote, &key, limit(RELEASE_LIMIT), known.as_deref(), timeout).await {
        Err(cause) => Heard::Failed(cause),
        Ok(Read::Absent) => Heard::Absent,
        Ok(Read::Same) => Heard::Same,
        Ok(Read::Object(object)) => match Release::parse(remote, &object.bytes.to_vec()) {
            Ok(release) => Heard::Release(Rc::new(release), object.etag),
            Err(error) => Heard::Failed(Cause::invalid(&format!("the release was refused: {}", chain(&error)))),
        },
    }
}

/// Takes over the release that another isolate of this location left. Returns it if it is news.
async fn recall(state: &State, remote: &RemoteName) -> Option<Rc<Release>> {
    let cached = location_cache::get(&release_address(state, remote)).await?;
    let release = Rc::new(Release::parse(remote, &cached.bytes.to_vec()).ok()?);
    let (etag, confirmed_at) = (cached.etag, cached.confirmed_at);
    let now = runtime::now();
    let take = |followed: &mut Followed| followed.recall(Rc::clone(&release), etag, confirmed_at, now);
    (state.shop.remotes.follow(remote, take) == Some(true)).then_some(release)
}

/// Leaves it for other isolates. The text is written anew: one release has one text.
async fn remember(state: &State, release: &Release, now: f64) {
    let Ok(document) = release.to_document() else { return };
    let remotes = &state.shop.remotes;
    let etag = remotes.follow(release.remote(), |followed| followed.etag().map(str::to_owned)).flatten();
    let seconds = shop::time::seconds(remotes.freshness().keep);
    let bytes = Buffer::from(document.bytes.as_slice());
    let address = release_address(state, release.remote());
    location_cache::put_release(&address, &bytes, &etag.unwrap_or_default(), now, seconds).await;
}

/// The manifests that a release needs and that are not at hand, all at once.
async fn manifests(state: &State, release: &Release, is_wanted: impl Fn(&Version) -> bool) {
    let lacking = state.shop.remotes.lacking(release, runtime::now());
    let reads = lacking.into_iter().filter(is_wanted).map(|version| -> Work<()> {
        Box::pin(async move {
            let pinned = release.versions().get(&version).map(|known| known.manifest.clone());
            obtain_as(state, release.remote(), &version, pinned).await;
        })
    });
    runtime::all(reads).await;
}

async fn obtain(state: &State, remote: &RemoteName, version: &Version) {
    obtain_as(state, remote, version, state.shop.remotes.pinned(remote, version)).await;
}

/// Reads a manifest, unless somebody does so already: then this ends when that has ended.
async fn obtain_as(state: &State, remote: &RemoteName, version: &Version, pinned: Option<Integrity>) {
    let remotes = &state.shop.remotes;
    if !remotes.begin(remote, version, runtime::now()) {
        while remotes.is_reading(remote, version, runtime::now()) {
            pause(LOOK).await;
        }
        return;
    }
    let outcome = read_manifest(state, remote, version, pinned.as_ref()).await;
    // From now on, not from when the read began: one that hangs would have used up its own memory.
    let now = runtime::now();
    match outcome {
        Ok((published, fresh)) => {
            let address = manifest_address(state, remote, version, &published.digest);
            if remotes.publish(published) {
                log("manifest-recovered", remote, version.as_str());
            }
            if let Some(bytes) = fresh {
                location_cache::put(&address, &bytes).await;
            }
        }
        Err(cause) => {
            let text = format!("{version}: {cause}");
            if remotes.fail(remote, version, cause, now) {
                log("manifest-trouble", remote, &text);
            }
        }
    }
}

/// A manifest, with its bytes if they are not in the cache of the location yet.
async fn read_manifest(
    state: &State,
    remote: &RemoteName,
    version: &Version,
    pinned: Option<&Integrity>,
) -> Result<(Published, Option<Buffer>), Cause> {
    // Without a hash to look for, the store alone can say what is published.
    if let Some(pinned) = pinned {
        let address = manifest_address(state, remote, version, pinned);
        if let Some(cached) = location_cache::get(&address).await
            && let Ok(published) = check(remote, version, &cached.bytes.to_vec(), Some(pinned))
        {
            return Ok((published, None));
        }
    }
    let key = path::manifest_key(remote, version);
    let timeout = state.shop.remotes.freshness().timeout;
    match state.store.read(remote, &key, limit(MANIFEST_LIMIT), None, timeout).await? {
        Read::Absent | Read::Same if pinned.is_some() => Err(Cause::Lost),
        Read::Absent | Read::Same => Err(Cause::Absent),
        Read::Object(object) => {
            let published = check(remote, version, &object.bytes.to_vec(), pinned)?;
            Ok((published, Some(object.bytes)))
        }
    }
}

/// Finds out why the store has no file that a manifest names: the whole version was removed, manifest first, or the file alone was
/// lost. A removed version is forgotten here as well. To be run to its end, since it may ask for the release.
pub(crate) async fn missing_file(state: &State, remote: &RemoteName, version: &Version) -> Cause {
    let remotes = &state.shop.remotes;
    if is_due(state, remote) {
        // A release forgets a version before it is removed.
        release(state, remote).await;
    }
    while remotes.is_asking(remote, runtime::now()) {
        pause(LOOK).await;
    }
    if remotes.is_named(remote, version) {
        return Cause::Lost;
    }
    let (key, timeout) = (path::manifest_key(remote, version), remotes.freshness().timeout);
    match state.store.read(remote, &key, limit(MANIFEST_LIMIT), None, timeout).await {
        Ok(Read::Absent) => {
            remotes.forget(remote, version, Cause::Removed, runtime::now());
            Cause::Removed
        }
        _ => Cause::Lost,
    }
}

/// The bytes must be a manifest, of this version, and the one that the release names.
fn check(remote: &RemoteName, version: &Version, text: &[u8], pinned: Option<&Integrity>) -> Result<Published, Cause> {
    let digest = Integrity::from_digest(&Sha384::digest(text).into());
    if pinned.is_some_and(|pinned| *pinned != digest) {
        return Err(Cause::OtherBytes("the store has another manifest than the one that was registered"));
    }
    let manifest = VersionManifest::parse(text).map_err(|error| Cause::invalid(&chain(&error)))?;
    if manifest.remote() != remote || manifest.version() != version {
        let whose = format!("it is the manifest of `{}` `{}`", manifest.remote(), manifest.version());
        return Err(Cause::invalid(&whose));
    }
    Ok(Published { manifest: Rc::new(manifest), text: text.into(), digest })
}

fn log(event: &'static str, remote: &RemoteName, detail: &str) {
    #[derive(Serialize)]
    struct Fields<'a> {
        remote: &'a RemoteName,
        detail: &'a str,
    }

    observe::log(&event_line(event, &Fields { remote, detail }));
}

/// An error with its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

fn limit(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// Addresses in the location's cache lie below the shop's own origin, where no route is.
fn release_address(state: &State, remote: &RemoteName) -> String {
    // Another store is another entry: a release of the one says nothing about the other.
    let store = Integrity::from_digest(&Sha384::digest(state.store.identity().as_bytes()).into());
    format!("{}/__cache/{}?{store}", state.shop.site.origin, path::release_key(remote))
}

fn manifest_address(state: &State, remote: &RemoteName, version: &Version, digest: &Integrity) -> String {
    format!("{}/__cache/{}?{digest}", state.shop.site.origin, path::manifest_key(remote, version))
}

/// The address of a file in the location's cache. The hash is part of it: other bytes are another entry.
pub(crate) fn file_address(state: &State, key: &str, integrity: &Integrity) -> String {
    format!("{}/__cache/{key}?{integrity}", state.shop.site.origin)
}
