//! `/__versions`: the version of each remote that this visitor gets, with the reason; the state of each release. JSON for
//! programs, a small page for people. Open to everybody, as the shop's pages are: it holds versions, shares and codes of a store's
//! trouble; words are for operators.

use pages::{RemoteView, VersionsView};
use rollout::json::Writer;
use rollout::{Reason, Release, RemoteName, Share, Visitor, bucket};

use crate::remotes::Assigned;
use crate::remotes::cause::Cause;
use crate::remotes::follow::{Source, Standing};
use crate::reply::{CACHE_NOTHING, Head, Policy, Reply, TYPE_HTML};
use crate::request::Incoming;
use crate::shop::{Shop, VERSION};
use crate::time;

struct Document<'a> {
    shop: &'a str,
    store: &'a str,
    remotes: Vec<(RemoteName, Remote)>,
}

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
struct Refused {
    reason: &'static str,
    /// That of the store's release; unknown when the document cannot be read.
    serial: Option<u64>,
    /// The highest that this isolate has seen, which the next release has to exceed.
    seen: Option<u64>,
}

struct Trial {
    version: String,
    percent: Share,
}

struct Passed {
    version: String,
    reason: Reason,
    code: &'static str,
    because: String,
}

/// Answers, in the form that the request prefers.
pub(crate) fn answer(shop: &Shop, request: &Incoming<'_>) -> Reply {
    let now = request.now();
    let mut visitor = shop.cookies.visitor(request.cookies());
    let names = shop.remotes.names();
    let splits = |remote: &RemoteName| shop.remotes.release(remote, now).is_some_and(|release| release.splits());
    let mut cookie = None;
    if visitor.is_none() && names.iter().any(splits) {
        visitor = request.draw();
        cookie = visitor.as_ref().map(|visitor| shop.cookies.set_visitor(visitor));
    }
    let preview = shop.preview(request, now);
    let has_words = shop.has_words(request);
    let mut remotes = Vec::new();
    for name in names {
        let wanted = preview.as_ref().and_then(|preview| preview.version(&name));
        if let Some(assigned) = shop.remotes.assign(&name, visitor.as_ref(), wanted, now) {
            let remote = describe(shop, &name, visitor.as_ref(), &assigned, now, has_words);
            remotes.push((name, remote));
        }
    }
    let document = Document { shop: VERSION, store: shop.store, remotes };
    let wants_page = request.header("accept").is_some_and(|accept| accept.to_ascii_lowercase().contains("text/html"));
    let (head, body) = if wants_page {
        let view = page(&document);
        let head = Head::new(200, TYPE_HTML, CACHE_NOTHING, shop.plain());
        (head, pages::versions(&shop.frame(&[]), &view))
    } else {
        let head = Head::new(200, "application/json", CACHE_NOTHING, Policy::Resource);
        (head, Writer::document(|fields| document.write(fields)).into_bytes())
    };
    let mut head = head.with("vary", "accept, authorization, cookie");
    head.extra.extend(cookie.map(|cookie| ("set-cookie", cookie)));
    Reply::new(head, body).without_body(request.is_head())
}

impl Document<'_> {
    fn write(&self, fields: &mut Writer) {
        fields.field("shop").string(self.shop);
        fields.field("store").string(self.store);
        // Commands of an earlier version read it under this name.
        fields.field("origin").string(self.store);
        fields.field("remotes").object(|remotes| {
            for (name, remote) in &self.remotes {
                remotes.field(name.as_str()).object(|fields| remote.write(fields));
            }
        });
    }
}

impl Remote {
    fn write(&self, fields: &mut Writer) {
        fields.field("version").string(&self.version);
        fields.field("reason").string(code(self.reason));
        fields.field("contracts").list(|list| self.contracts.iter().for_each(|contract| list.bare(contract)));
        fields.field("bundled").string(&self.bundled);
        number(fields.field("bucket"), self.bucket.map(u64::from));
        match &self.release {
            Some(release) => fields.field("release").object(|fields| release.write(fields)),
            None => fields.field("release").bare(&"null"),
        }
        fields.field("passedOver").list(|list| {
            for passed in &self.passed_over {
                list.object(|fields| {
                    fields.field("version").string(&passed.version);
                    fields.field("reason").string(code(passed.reason));
                    fields.field("code").string(passed.code);
                    fields.field("because").string(&passed.because);
                });
            }
        });
    }
}

impl Following {
    fn write(&self, fields: &mut Writer) {
        number(fields.field("serial"), self.serial);
        text(fields.field("stable"), self.stable.as_deref());
        match &self.canary {
            Some(canary) => fields.field("canary").object(|fields| {
                fields.field("version").string(&canary.version);
                fields.field("percent").bare(&canary.percent);
            }),
            None => fields.field("canary").bare(&"null"),
        }
        number(fields.field("ageMilliseconds"), self.age_milliseconds);
        text(
            fields.field("source"),
            self.source.map(|source| match source {
                Source::Store => "store",
                Source::Cache => "cache",
            }),
        );
        number(fields.field("highestSerial"), self.highest_serial);
        text(fields.field("error"), self.error.as_deref());
        text(fields.field("code"), self.code);
        match &self.refused {
            Some(refused) => fields.field("refused").object(|fields| {
                fields.field("reason").string(refused.reason);
                number(fields.field("serial"), refused.serial);
                number(fields.field("seen"), refused.seen);
            }),
            None => fields.field("refused").bare(&"null"),
        }
    }
}

fn number(field: &mut Writer, value: Option<u64>) {
    match value {
        Some(value) => field.bare(&value),
        None => field.bare(&"null"),
    }
}

fn text(field: &mut Writer, value: Option<&str>) {
    match value {
        Some(value) => field.string(value),
        None => field.bare(&"null"),
    }
}

fn code(reason: Reason) -> &'static str {
    match reason {
        Reason::Preview => "preview",
        Reason::Canary => "canary",
        Reason::Stable => "stable",
        Reason::Fallback => "fallback",
        Reason::Bundled => "bundled",
    }
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
