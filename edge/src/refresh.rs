//! Brings in what is to be known of the remotes: releases and version manifests, from the cache of this location and from the
//! origin. Changes what the isolate knows when something is whole and has been checked, and never in between.

use std::rc::Rc;

use js_sys::Uint8Array;
use rollout::json::Writer;
use rollout::{Integrity, MANIFEST_LIMIT, RELEASE_LIMIT, Release, RemoteName, Version, VersionManifest, path};
use sha2::{Digest as _, Sha384};

use crate::follow::{Followed, Heard};
use crate::location_cache;
use crate::origin::Read;
use crate::remotes::{NOT_PUBLISHED, Published, Remotes};
use crate::runtime::{self, Work};
use crate::worker_state::State;

/// Asks for a release again, and for the manifests it needs. An isolate that starts looks into the cache of its location first:
/// another one may have heard an answer a moment ago.
pub(crate) async fn release(state: &State, remote: &RemoteName) {
    let remotes = &state.shop.remotes;
    let started = js_sys::Date::now();
    if recall(state, remote).await {
        let age = remotes.standing(remote, js_sys::Date::now()).and_then(|standing| standing.age);
        if age.is_some_and(|age| age < remotes.freshness().fresh) {
            return;
        }
    }
    remotes.follow(remote, |followed| followed.ask(started, remotes.freshness()));
    let heard = hear(state, remote).await;
    // It is as old as the answer, however long the manifests take.
    let now = js_sys::Date::now();
    if let Heard::Release(release, _) = &heard {
        manifests(state, release, now).await;
    }
    let (failed, is_confirmed) = (matches!(heard, Heard::Failed(_)), matches!(heard, Heard::Same | Heard::Release(..)));
    let before = remotes.standing(remote, now).and_then(|standing| standing.error);
    let serial = remotes.follow(remote, |followed| followed.hear(heard, now));
    let after = remotes.standing(remote, now).and_then(|standing| standing.error);
    // Once when it begins and once when it ends: a line for every try would only bury the first.
    match (&before, &after) {
        (None, Some(error)) => log("release-trouble", remote, error),
        (Some(_), None) => log("release-recovered", remote, ""),
        _ => {}
    }
    if let Some(release) = remotes.release(remote, now) {
        if serial == Some(true) {
            log("release-followed", remote, &format!("serial {}", release.serial()));
        }
        // A manifest that could not be had the last time is tried again with every confirmation.
        manifests(state, &release, now).await;
        if is_confirmed && !failed && after.is_none() {
            remember(state, &release, now).await;
        }
    }
}

/// Reads one manifest, from the cache of this location or from the origin. By the release, if there is one: what it knows can come
/// from the cache when the origin fails, and cannot be exchanged at the origin.
pub(crate) async fn manifest(state: &State, remote: &RemoteName, version: &Version) {
    let remotes = &state.shop.remotes;
    recall(state, remote).await;
    if remotes.manifest(remote, version).is_some() {
        return;
    }
    let now = js_sys::Date::now();
    let pinned = remotes.pinned(remote, version);
    let outcome = read_manifest(state, remote, version, pinned.as_ref()).await;
    note(remotes, remote, version, outcome, now);
}

async fn hear(state: &State, remote: &RemoteName) -> Heard {
    let remotes = &state.shop.remotes;
    let known = remotes.follow(remote, |followed| followed.etag().map(str::to_owned)).flatten();
    let timeout = remotes.freshness().timeout;
    let key = path::release_key(remote);
    match state.origin.read(remote, &key, limit(RELEASE_LIMIT), known.as_deref(), timeout).await {
        Err(error) => Heard::Failed(error),
        Ok(Read::Absent) => Heard::Absent,
        Ok(Read::Same) => Heard::Same,
        Ok(Read::Object(object)) => match Release::parse(remote, &object.bytes.to_vec()) {
            Ok(release) => Heard::Release(Rc::new(release), object.etag),
            Err(error) => Heard::Failed(format!("the release was refused: {}", chain(&error))),
        },
    }
}

/// Takes over what another isolate of this location left, once in an isolate's life. Returns whether this was the time. Who comes
/// meanwhile waits for it: a store that is down refuses faster than the cache answers.
async fn recall(state: &State, remote: &RemoteName) -> bool {
    let remotes = &state.shop.remotes;
    let now = js_sys::Date::now();
    let is_first = remotes.follow(remote, |followed| {
        let is_first = !std::mem::replace(&mut followed.cache_was_asked, true);
        if is_first {
            followed.ask(now, remotes.freshness());
        }
        is_first
    });
    if is_first != Some(true) {
        return false;
    }
    if let Some(cached) = location_cache::get(&release_address(state, remote)).await
        && let Ok(release) = Release::parse(remote, &cached.bytes.to_vec())
    {
        let now = js_sys::Date::now();
        manifests(state, &release, now).await;
        let (etag, confirmed_at) = (cached.etag, cached.confirmed_at);
        remotes.follow(remote, |followed| followed.recall(Rc::new(release), etag, confirmed_at, now));
    }
    remotes.follow(remote, Followed::rest);
    true
}

/// Leaves it for other isolates. The text is written anew: one release has one text.
async fn remember(state: &State, release: &Release, now: f64) {
    let Ok(document) = release.to_document() else { return };
    let remotes = &state.shop.remotes;
    let etag = remotes.follow(release.remote(), |followed| followed.etag().map(str::to_owned)).flatten();
    let seconds = crate::visit::seconds(remotes.freshness().keep);
    let bytes = Uint8Array::from(document.bytes.as_slice());
    let address = release_address(state, release.remote());
    location_cache::put_release(&address, &bytes, &etag.unwrap_or_default(), now, seconds).await;
}

/// The manifests that a release needs and that are not at hand.
async fn manifests(state: &State, release: &Release, now: f64) {
    let remotes = &state.shop.remotes;
    let reads = remotes.lacking(release, now).into_iter().map(|version| -> Work<()> {
        Box::pin(async move {
            let pinned = release.versions().get(&version).map(|known| known.manifest.clone());
            let outcome = read_manifest(state, release.remote(), &version, pinned.as_ref()).await;
            note(remotes, release.remote(), &version, outcome, now);
        })
    });
    runtime::all(reads).await;
}

async fn read_manifest(
    state: &State,
    remote: &RemoteName,
    version: &Version,
    pinned: Option<&Integrity>,
) -> Result<Published, String> {
    // Without a hash to look for, the origin alone can say what is published.
    if let Some(pinned) = pinned {
        let address = manifest_address(state, remote, version, pinned);
        if let Some(cached) = location_cache::get(&address).await
            && let Ok(published) = check(remote, version, &cached.bytes.to_vec(), Some(pinned))
        {
            return Ok(published);
        }
    }
    let key = path::manifest_key(remote, version);
    let timeout = state.shop.remotes.freshness().timeout;
    match state.origin.read(remote, &key, limit(MANIFEST_LIMIT), None, timeout).await? {
        Read::Absent | Read::Same => Err(NOT_PUBLISHED.to_owned()),
        Read::Object(object) => {
            let published = check(remote, version, &object.bytes.to_vec(), pinned)?;
            location_cache::put(&manifest_address(state, remote, version, &published.digest), &object.bytes).await;
            Ok(published)
        }
    }
}

/// The bytes must be a manifest, of this version, and the one that the release names.
fn check(remote: &RemoteName, version: &Version, text: &[u8], pinned: Option<&Integrity>) -> Result<Published, String> {
    let digest = Integrity::from_digest(&Sha384::digest(text).into());
    if pinned.is_some_and(|pinned| *pinned != digest) {
        return Err("the store has another manifest than the one that was registered".to_owned());
    }
    let manifest = VersionManifest::parse(text).map_err(|error| chain(&error))?;
    if manifest.remote() != remote || manifest.version() != version {
        return Err(format!("it is the manifest of `{}` `{}`", manifest.remote(), manifest.version()));
    }
    Ok(Published { manifest: Rc::new(manifest), text: text.into(), digest })
}

fn note(remotes: &Remotes, remote: &RemoteName, version: &Version, outcome: Result<Published, String>, now: f64) {
    match outcome {
        Ok(published) => remotes.publish(published),
        Err(because) => remotes.note_absence(remote, version, because, now),
    }
}

fn log(event: &str, remote: &RemoteName, detail: &str) {
    runtime::log(&Writer::document(|fields| {
        fields.field("detail").string(detail);
        fields.field("event").string(event);
        fields.field("remote").text(remote);
    }));
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
    let store = Integrity::from_digest(&Sha384::digest(state.origin.identity().as_bytes()).into());
    format!("{}/__cache/{}?{store}", state.shop.site.origin, path::release_key(remote))
}

fn manifest_address(state: &State, remote: &RemoteName, version: &Version, digest: &Integrity) -> String {
    format!("{}/__cache/{}?{digest}", state.shop.site.origin, path::manifest_key(remote, version))
}

/// The address of a file in the location's cache. The hash is part of it: other bytes are another entry.
pub(crate) fn file_address(state: &State, key: &str, integrity: &Integrity) -> String {
    format!("{}/__cache/{key}?{integrity}", state.shop.site.origin)
}
