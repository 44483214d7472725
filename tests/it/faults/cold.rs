//! The first pages of an isolate that knows nothing: a version that the location cache or the store gives in the time that a page waits
//! is shown, to a crowd as to one visitor; a fallback is named in the response. All times are ten times those of a shop, so that a busy
//! machine decides nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use storefront_tests::client::{Request, Response};
use storefront_tests::object_store::{Rollout, Store as _, Version};
use storefront_tests::store_fault::Fault;

use crate::Faults;
use crate::faults::restart::restart;
use crate::faults::{CART, DETAIL, PRODUCTS, Rig, Shop, eventually, now, page_of, same};
use crate::http::kinds::{PAGE, PRIVATE};

/// How long a page waits here.
const WAIT: Duration = Duration::from_millis(1500);

/// When a page has to be there, whatever the store does: with what a busy machine adds for a crowd.
const DEADLINE: Duration = Duration::from_millis(3500);

/// Visitors who come at the same time.
const CROWD: usize = 40;

/// Another isolate, and how its location remembers: the entries of another address are others.
fn start(shop: &Shop, name: &str, remembers: bool) {
    let port = name.bytes().fold(0_u64, |sum, byte| (sum * 31 + u64::from(byte)) % 50_000) + 10_000;
    let elsewhere = json!({ "PUBLIC_ORIGIN": format!("http://127.0.0.1:{port}") });
    let variables = if remembers { json!({}) } else { elsewhere };
    restart(shop, name, &variables);
}

/// The pages that one visitor sees, or many at once.
fn views(shop: &Shop, remote: &str, visitors: usize) -> Vec<(String, Response, Duration)> {
    let view = || {
        let started = now();
        let answer = shop.server.send(&Request::get(page_of(remote)));
        let took = started.elapsed();
        let version = shop.version_of(remote, &answer).unwrap_or_else(|fault| panic!("{fault}\n{answer}"));
        (version, answer, took)
    };
    std::thread::scope(|scope| {
        let views: Vec<_> = (0..visitors).map(|_| scope.spawn(view)).collect();
        views.into_iter().map(|view| view.join().expect("a view ends by itself")).collect()
    })
}

/// All of them see `expect`, and `because` says why it is not what the release gives, unless it is.
fn check(faults: &mut Faults, shop: &Shop, what: &str, expect: &Version, visitors: usize, because: &[&str]) {
    let seen = views(shop, expect.remote(), visitors);
    let what = format!("{what}: {visitors} of {}", expect.remote());
    let versions: BTreeSet<&str> = seen.iter().map(|(version, ..)| version.as_str()).collect();
    faults.equal(&what, &versions, &BTreeSet::from([expect.number()]));
    let slowest = seen.iter().map(|(.., took)| *took).max().unwrap_or_default();
    faults.expect(slowest < DEADLINE, || format!("{what}: a page took {slowest:?}"));
    let codes = |code: &&str| format!("{}=release; because=\"{code}\"", expect.remote());
    let expected: Vec<String> = because.iter().map(codes).collect();
    for (_, answer, _) in &seen {
        let header = answer.header("x-remote-fallback");
        let caching = answer.header("cache-control");
        match header {
            None => faults.equal(&what, &(because.len(), caching.as_deref()), &(0, Some(PAGE))),
            Some(header) => {
                // The cart has a slot in every page, and what cannot be known of it stands behind.
                let own = header.split(", ").next().unwrap_or_default().to_owned();
                faults.expect(expected.contains(&own), || format!("{what}: x-remote-fallback is `{header}`"));
                faults.equal(&what, &caching.as_deref(), &Some(PRIVATE));
            }
        }
    }
}

#[test]
fn a_cold_isolate_shows_what_can_be_known_in_time_and_says_what_cannot() {
    let wait = WAIT.as_millis().to_string();
    let rig = Rig::start("storefront", &[("RELEASE_WAIT_MS", &wait)]);
    let (shop, store) = (&rig.shop, &rig.store);
    let bundled = [PRODUCTS, DETAIL].map(|remote| shop.bundled(remote));
    let stable = bundled.each_ref().map(|version| version.derived("2.5.0"));
    let cart = shop.bundled(CART).derived("2.5.0");
    for version in stable.iter().chain([&cart]) {
        rig.publish(version);
        store.release(&Rollout::first(version));
    }
    let mut faults = Faults::default();
    // A location that knows nothing: two answers of the store, one after the other, have to come in time.
    for (name, delay) in [("at-once", 0), ("near", WAIT.as_millis() / 4)] {
        let delay = Duration::from_millis(u64::try_from(delay).unwrap_or_default());
        store.break_it("/", Fault::Slow(delay));
        start(shop, name, false);
        check(&mut faults, shop, name, &stable[0], CROWD, &[]);
        check(&mut faults, shop, name, &stable[1], 1, &[]);
    }
    store.mend("/");

    // Left by another isolate, however far the store is, and whether it answers at all.
    start(shop, "leaves", true);
    for version in &stable {
        shop.until_shown(version.remote(), version);
    }
    for (name, fault) in [
        ("half-way", Fault::Slow(WAIT * 2 / 3)),
        ("far", Fault::Slow(WAIT * 2)),
        ("hanging", Fault::Slow(Duration::from_secs(20))),
        ("down", Fault::HangUp),
    ] {
        store.break_it("/", fault);
        start(shop, &format!("{name}-known"), true);
        check(&mut faults, shop, &format!("{name}, known"), &stable[0], CROWD, &[]);
        check(&mut faults, shop, &format!("{name}, known"), &stable[1], 1, &[]);
        store.mend("/");
    }

    // Nothing can be known in time: the bundled version, and no word that it is the right one.
    for (name, fault) in [("far", Fault::Slow(WAIT * 2)), ("hanging", Fault::Slow(Duration::from_secs(20)))] {
        store.break_it("/", fault);
        start(shop, &format!("{name}-unknown"), false);
        check(&mut faults, shop, &format!("{name}, unknown"), &bundled[0], CROWD, &["slow", "unread"]);
        check(&mut faults, shop, &format!("{name}, unknown"), &bundled[1], 1, &["slow", "unread"]);
        if name == "hanging" {
            let entry = shop.server.get("/remotes/products/remoteEntry.js");
            faults.equal("the entry", &entry.header("cache-control").as_deref(), &Some(PRIVATE));
            faults.equal("/__versions", &shop.versions(PRODUCTS)["release"]["serial"], &Value::Null);
        }
        store.mend("/");
        for version in &stable {
            eventually("followed at last", || {
                let seen = views(shop, version.remote(), 1);
                let (shown, answer, _) = seen.first().ok_or("no view")?;
                same("version", &shown.as_str(), &version.number()).and(same(
                    "fallback",
                    &answer.header("x-remote-fallback"),
                    &None,
                ))
            });
        }
    }
    faults.report(
        "the location's cache and the store are asked together, and a page waits for both no longer than its time",
    );
}

#[test]
fn a_version_that_hangs_holds_up_nobody_who_does_not_get_it() {
    let wait = WAIT.as_millis().to_string();
    let rig = Rig::start("storefront", &[("RELEASE_WAIT_MS", &wait)]);
    let bundled = rig.shop.bundled(PRODUCTS);
    let [before, stable] = ["2.4.0", "2.5.0"].map(|number| bundled.derived(number));
    for version in [&before, &stable] {
        rig.publish(version);
    }
    let mut rollout = Rollout::first(&before);
    rollout.promote(&stable);
    rig.store.release(&rollout);
    // Nobody needs the stand-in for the stable version while that one can be shown.
    rig.store.break_it(&before.key("manifest.json"), Fault::Slow(Duration::from_secs(20)));
    let mut faults = Faults::default();
    start(&rig.shop, "hanging-fallback", false);
    check(&mut faults, &rig.shop, "a fallback that hangs", &stable, 10, &[]);
    faults.report("a page waits for the manifests of the versions that it may show, and for no other");
}
