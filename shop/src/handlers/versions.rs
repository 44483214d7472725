//! `/__versions`: the version of each remote that this visitor gets, with the reason; the state of each release. JSON for
//! programs, a small page for people. Open to everybody, as the shop's pages are: it holds versions, shares and codes of a store's
//! trouble; words are for operators.

use std::collections::BTreeMap;

use pages::{RemoteView, VersionsView};
use rollout::{Reason, Release, RemoteName, Share, Visitor, bucket};
use serde::Serialize;
use web::{CacheControl, Reply};

use crate::document;
use crate::remotes::Assigned;
use crate::remotes::cause::Cause;
use crate::remotes::follow::{Source, Standing};
use crate::request::Incoming;
use crate::response::Response;
use crate::shop::{Shop, VERSION};
use crate::time;

#[derive(Serialize)]
struct Document<'a> {
    shop: &'a str,
    store: &'a str,
    /// The same as `store`: commands of an earlier version read it under this name.
    origin: &'a str,
    remotes: BTreeMap<RemoteName, Remote>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Remote {
    version: String,
    reason: Reason,
    contracts: &'static [u32],
    bundled: String,
    bucket: Option<u16>,
    release: Option<Following>,
    passed_over: Vec<Passed>,
}

/// How the release stands. Without one, the error alone is there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Following {
    serial: Option<u64>,
    stable: Option<String>,
    canary: Option<Trial>,
    age_milliseconds: Option<u64>,
    source: Option<Source>,
    highest_serial: Option<u64>,
    error: Option<String>,
    code: Option<&'static str>,
    refused: Option<Refused>,
}

/// A release that the store has and the shop does not take.
#[derive(Serialize)]
struct Refused {
    reason: &'static str,
    /// That of the store's release; unknown when the document cannot be read.
    serial: Option<u64>,
    /// The highest that this isolate has seen, which the next release has to exceed.
    seen: Option<u64>,
}

#[derive(Serialize)]
struct Trial {
    version: String,
    percent: Share,
}

#[derive(Serialize)]
struct Passed {
    version: String,
    reason: Reason,
    code: &'static str,
    because: String,
}

/// Answers, in the form that the request prefers.
pub(crate) fn answer(shop: &Shop, request: &Incoming<'_>) -> Response {
    let now = request.now();
    let names = shop.remotes.names();
    let (visitor, cookie) = shop.visitor(request, &names);
    let preview = shop.preview(request, now);
    let has_words = shop.has_words(request);
    let mut remotes = BTreeMap::new();
    for name in names {
        let wanted = preview.as_ref().and_then(|preview| preview.version(&name));
        if let Some(assigned) = shop.remotes.assign(&name, visitor.as_ref(), wanted, now) {
            let remote = describe(shop, &name, visitor.as_ref(), &assigned, now, has_words);
            remotes.insert(name, remote);
        }
    }
    let document = Document { shop: VERSION, store: shop.store, origin: shop.store, remotes };
    let wants_page = request.field("accept").is_some_and(|accept| accept.to_ascii_lowercase().contains("text/html"));
    let response = if wants_page {
        let body = pages::versions(&shop.frame(&[]), &page(&document));
        Response::page(200, shop.plain(), CacheControl::NoStore, body)
    } else {
        let body = document::document(&document);
        Response::resource(Reply::new(200, "application/json", CacheControl::NoStore, body))
    };
    response.with("vary", "accept, authorization, cookie").with_cookies(cookie).answering(request.request())
}

fn describe(
    shop: &Shop,
    name: &RemoteName,
    visitor: Option<&Visitor>,
    assigned: &Assigned,
    now: f64,
    has_words: bool,
) -> Remote {
    let release = shop.remotes.release(name, now);
    let passed = assigned.passed_over.iter().map(|passed| Passed {
        version: passed.version.to_string(),
        reason: passed.reason,
        code: passed.because.code(),
        because: passed.because.text(has_words),
    });
    Remote {
        version: assigned.manifest.version().to_string(),
        reason: assigned.reason,
        contracts: pages::contracts(name.as_str()),
        bundled: shop.remotes.bundled(name).map(|bundled| bundled.version().to_string()).unwrap_or_default(),
        bucket: release.as_ref().zip(visitor).map(|(release, visitor)| bucket(release.salt(), visitor)),
        release: shop.remotes.standing(name, now).map(|standing| following(standing, release.as_deref(), has_words)),
        passed_over: passed.collect(),
    }
}

fn following(standing: Standing, release: Option<&Release>, has_words: bool) -> Following {
    let canary = release.and_then(Release::canary);
    let seen = standing.highest;
    let refused = standing.error.as_ref().and_then(|cause| match cause {
        Cause::OlderSerial { serial, .. } | Cause::SerialReused { serial } => Some(Some(*serial)),
        Cause::Invalid(_) => Some(None),
        _ => None,
    });
    let code = standing.error.as_ref().map(Cause::code);
    Following {
        serial: release.map(Release::serial),
        stable: release.map(|release| release.stable().to_string()),
        canary: canary.map(|canary| Trial { version: canary.version.to_string(), percent: canary.share }),
        age_milliseconds: standing.age.map(time::milliseconds),
        source: standing.source,
        highest_serial: seen,
        error: standing.error.map(|cause| cause.text(has_words)),
        refused: refused.zip(code).map(|(serial, reason)| Refused { reason, serial, seen }),
        code,
    }
}

fn page(document: &Document<'_>) -> VersionsView {
    let remotes = document.remotes.iter().map(|(name, remote)| RemoteView {
        name: name.to_string(),
        version: remote.version.clone(),
        why: why(remote.reason).to_owned(),
        facts: facts(remote),
        passed_over: remote
            .passed_over
            .iter()
            .map(|passed| format!("{} was passed over: {}.", passed.version, passed.because))
            .collect(),
    });
    let store = match document.store {
        "r2" => "r2",
        "s3" => "s3",
        _ => crate::shop::BUNDLED,
    };
    VersionsView { remotes: remotes.collect(), store }
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::Preview => "A preview link asked for it.",
        Reason::Canary => "You are in the cohort of the canary.",
        Reason::Stable => "It is the stable version.",
        Reason::Fallback => "It was stable before; the stable version cannot be shown now.",
        Reason::Bundled => "It was built with the shop.",
    }
}

fn facts(remote: &Remote) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let mut add = |what: &'static str, value: Option<String>| facts.extend(value.map(|value| (what, value)));
    if let Some(release) = &remote.release {
        add("Stable", release.stable.clone());
        add("Canary", release.canary.as_ref().map(|trial| format!("{} for {} %", trial.version, trial.percent)));
        add("Serial", release.serial.map(|serial| serial.to_string()));
        add("Confirmed", release.age_milliseconds.map(|age| format!("{}.{} s ago", age / 1000, age % 1000 / 100)));
        add("Trouble", release.error.clone());
    }
    add("Your bucket", remote.bucket.map(|bucket| format!("{bucket} of 0 to 9999")));
    add("Built with the shop", Some(remote.bundled.clone()));
    let contracts: Vec<String> = remote.contracts.iter().map(u32::to_string).collect();
    add("Contracts", Some(contracts.join(", ")));
    facts
}

#[cfg(test)]
mod tests;
