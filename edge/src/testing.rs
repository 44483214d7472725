//! What the unit tests of this crate share: a shop that follows a store which no test has, and what that store would hold.
//! Compiled for tests alone.

use std::rc::Rc;

use rollout::{
    Author, Change, Integrity, Message, Next, Registration, Release, RemoteName, Share, Timestamp, Version,
    VersionManifest, Visitor,
};
use sha2::{Digest as _, Sha384};
use web::Method;

use crate::bundled;
use crate::config::Config;
use crate::follow::Heard;
use crate::remotes::Published;
use crate::shop::{Incoming, Shop};

/// The mark of the worked example of `rollout::bucket`: bucket 5763 of the remote `products`.
pub(crate) const MARK: &str = "00112233445566778899aabbccddeeff";

/// When the tests take place, in milliseconds since 1970.
pub(crate) const NOW: f64 = 1_800_000_000_000.0;

pub(crate) fn products() -> RemoteName {
    RemoteName::new("products").unwrap()
}

pub(crate) fn version(text: &str) -> Version {
    Version::new(text).unwrap()
}

pub(crate) fn change() -> Change {
    Change {
        at: Timestamp::new("2026-11-25T12:00:00Z").unwrap(),
        by: Author::new("tester").unwrap(),
        message: Message::new("").unwrap(),
    }
}

/// A shop that follows a store, in development unless `production`.
pub(crate) fn shop(production: bool) -> Shop {
    let preview_secret = Some("0123456789abcdef0123456789abcdef".to_owned());
    Shop::new(Config { production, preview_secret, ..Config::default() }, "r2").unwrap()
}

/// The number of the bundled version of `products`.
pub(crate) fn bundled() -> String {
    let manifests = bundled::manifests();
    manifests.iter().find(|manifest| *manifest.remote() == products()).unwrap().version().as_str().to_owned()
}

/// The bundled version of `products` under another number and, if need be, for another contract.
pub(crate) fn published(number: &str, contract: u32) -> Published {
    let bundled = bundled::manifests().into_iter().find(|manifest| *manifest.remote() == products()).unwrap();
    let text = bundled::manifest_text(&products(), bundled.version()).unwrap();
    let text = text
        .replace(&format!("\"version\": \"{}\"", bundled.version()), &format!("\"version\": \"{number}\""))
        .replace(&format!("\"contract\": {}", bundled.contract()), &format!("\"contract\": {contract}"));
    Published {
        manifest: Rc::new(VersionManifest::parse(text.as_bytes()).unwrap()),
        digest: Integrity::from_digest(&Sha384::digest(text.as_bytes()).into()),
        text: text.as_bytes().into(),
    }
}

fn registration(published: &Published) -> Registration {
    Registration::of(&published.manifest, published.digest.clone(), change().at)
}

/// A release of `products` with this stable version.
pub(crate) fn release(stable: &Published) -> Release {
    Release::first(products(), stable.manifest.version().clone(), registration(stable), &change())
}

/// The same with a canary.
pub(crate) fn with_canary(release: &Release, canary: &Published, percent: u8) -> Release {
    let number = canary.manifest.version();
    let known = changed(release.register(number, registration(canary), &change()).unwrap());
    changed(known.set_canary(number, Share::percent(percent), None, &change()).unwrap())
}

pub(crate) fn changed(next: Next) -> Release {
    match next {
        Next::Changed(release) => *release,
        Next::Unchanged => panic!("nothing was changed"),
    }
}

/// What a shop hears of its store.
pub(crate) fn hear(shop: &Shop, release: Release, now: f64) {
    let heard = Heard::Release(Rc::new(release), "\"tag\"".to_owned());
    shop.remotes.follow(&products(), |followed| followed.hear(heard, now));
}

/// Asks with these headers, as a visitor for whom [`MARK`] would be drawn.
pub(crate) fn ask<T>(target: &str, headers: &[(&str, &str)], now: f64, act: impl FnOnce(&Incoming<'_>) -> T) -> T {
    let header = |name: &str| {
        let found = headers.iter().find(|(header, _)| *header == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (clock, draw) = (|| now, || Visitor::new(MARK).ok());
    let mut incoming = Incoming::new(Method::Get, path, query, &header);
    incoming.clock = &clock;
    incoming.draw = &draw;
    act(&incoming)
}
