//! A release that is out of reach or must not be believed: pages go on showing the last good one at once, `/__versions` has the reason,
//! and the shop follows as soon as the store is right again. One remote, one fault after the other.

use std::time::Duration;

use storefront_tests::client::Request;
use storefront_tests::faulty_store::FaultyStore;
use storefront_tests::object_store::{Rollout, Store as _, Version};
use storefront_tests::store_fault::{ELSEWHERE, Fault};

use crate::Faults;
use crate::faults::{DEADLINE, PRODUCTS, Rig, eventually, hasty, now, page_of, same};

/// How long a shop that asks every 150 ms may take to follow: some rounds of asking, on a busy machine.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(3);

/// Most of a gigabyte that may have gone out before the shop hung up: what lies in the buffers between two processes.
const CUT_WITHIN: u64 = 32 * 1024 * 1024;

/// The release's path in its bucket.
fn path(store: &FaultyStore) -> String {
    store.path(PRODUCTS, "products/release.json")
}

/// What goes wrong, and what `/__versions` says of it.
fn faults(before: &Rollout, current: &Rollout) -> Vec<(Fault, &'static str)> {
    let mut twin = before.clone();
    twin.lock();
    // As many changes as the current one has seen since then.
    while twin.serial() < current.serial() {
        if twin.release.lock().is_some() { twin.unlock() } else { twin.lock() }
    }
    let text = String::from_utf8(current.document()).expect("a release is text");
    let later = text.replace("\"schema\":1,\"serial\"", "\"schema\":2,\"serial\"");
    let foreign = text.replace("product", "produce");
    let huge = format!("{text}{}", " ".repeat(64 * 1024));
    let six_seconds = Duration::from_secs(6);
    vec![
        (Fault::HangUp, "the store cannot be reached"),
        (Fault::Slow(six_seconds), "no answer within 1000 ms"),
        (Fault::Status(500, None), "the store answered 500"),
        (Fault::Status(503, Some("SlowDown")), "the store answered 503, SlowDown"),
        (Fault::Status(403, Some("AccessDenied")), "the store answered 403, AccessDenied"),
        (Fault::Status(404, Some("NoSuchBucket")), "the store answered 404, NoSuchBucket"),
        (Fault::Status(404, Some("NoSuchKey")), "gone from the store"),
        (Fault::Redirect, "the store answered 307"),
        (Fault::Instead(b"{".to_vec()), "the release was refused"),
        (Fault::Instead(b"<html>hello</html>".to_vec()), "the release was refused"),
        (Fault::Instead(Vec::new()), "the release was refused"),
        (Fault::Instead(huge.into_bytes()), "at most 65536 are read"),
        (Fault::Instead(later.into_bytes()), "schema 2"),
        (Fault::Instead(foreign.into_bytes()), "the release of `produces`"),
        (Fault::Instead(before.document()), "was seen before"),
        (Fault::Instead(twin.document()), "another release of serial"),
        (Fault::EndlessDeclared, "at most 65536 are read"),
        (Fault::EndlessChunks, "more than 65536 bytes"),
    ]
}

/// The store does not compare tags while one of these goes on: they are about the body that comes then.
fn cuts() -> Vec<(Fault, &'static str)> {
    vec![
        (Fault::Drip(Duration::from_secs(6)), "no answer within 1000 ms"),
        (Fault::CutLength, "broke off"),
        (Fault::CutChunks, "broke off"),
        (Fault::Half, "the release was refused"),
        (Fault::HalfUntilClosed, "the release was refused"),
        (Fault::OtherBytes, "the release was refused"),
    ]
}

/// The fault begins while a release is followed: it is noticed, harms no page, and once it ends the next release is followed.
fn survive(rig: &Rig, shown: &Version, next: &Version, rollout: &mut Rollout, (fault, said): (Fault, &str)) -> Faults {
    let mut faults = Faults::default();
    let (shop, store) = (&rig.shop, &rig.store);
    let path = path(store);
    let name = format!("{fault:?}").chars().take(60).collect::<String>();
    let sent = store.sent(&path);
    // What breaks off is the next release, which no tag that the shop knows can stand for.
    let is_cut = cuts().iter().any(|(cut, _)| format!("{cut:?}") == format!("{fault:?}"));
    if is_cut {
        rollout.promote(next);
        store.release(rollout);
    }
    store.break_it(&path, fault);
    eventually(&name, || {
        let error = shop.versions(PRODUCTS)["release"]["error"].clone();
        let is_said = error.as_str().is_some_and(|error| error.contains(said));
        if is_said { Ok(()) } else { Err(format!("/__versions says {error}, not `{said}`")) }
    });
    let release = shop.versions(PRODUCTS)["release"].clone();
    faults.equal(format!("{name}: the code"), &release["code"].is_string(), &true);
    // For the operator's commands, which have to begin above what the shop has seen.
    faults.equal(&name, &(&release["highestSerial"], release["serial"].is_u64()), &(&release["serial"], true));
    if said == "was seen before" {
        let refused = &release["refused"];
        faults.equal(&name, &refused["reason"], &"older-serial".into());
        faults.equal(&name, &(refused["serial"].as_u64() < refused["seen"].as_u64()), &true);
        faults.equal(&name, &refused["seen"], &release["highestSerial"]);
    }
    for _ in 0..3 {
        match shop.look(PRODUCTS, &Request::get(page_of(PRODUCTS))) {
            Ok(page) => {
                faults.equal(&name, &page.version.as_str(), &shown.number());
                faults.expect(page.took < DEADLINE, || format!("{name}: the page took {:?}", page.took));
            }
            Err(fault) => faults.add(format!("{name}: {fault}")),
        }
    }
    let sent = store.sent(&path) - sent;
    faults.expect(sent < CUT_WITHIN, || format!("{name}: {sent} bytes were read"));
    if !is_cut {
        rollout.promote(next);
        store.release(rollout);
    }
    store.mend(&path);
    let took = shop.until_shown(PRODUCTS, next);
    faults.expect(took < FOLLOWS_WITHIN, || format!("{name}: the shop followed after {took:?}"));
    let after = shop.versions(PRODUCTS);
    faults.equal(format!("{name} afterwards"), &after["release"]["error"], &serde_json::Value::Null);
    faults.equal(format!("{name} serial"), &after["release"]["serial"], &rollout.serial().into());
    faults
}

#[test]
fn whatever_is_wrong_with_a_release_pages_show_the_last_good_one() {
    let rig = hasty();
    let versions = ["6.0.0", "6.1.0"].map(|number| rig.shop.bundled(PRODUCTS).derived(number));
    for version in &versions {
        rig.publish(version);
    }
    let mut before = Rollout::first(&versions[1]);
    let mut rollout = before.clone();
    rollout.promote(&versions[0]);
    rig.store.release(&rollout);
    rig.shop.until_shown(PRODUCTS, &versions[0]);

    let mut all = Faults::default();
    let mut position = 0;
    let count = faults(&before, &rollout).len() + cuts().len();
    while position < count {
        // Made anew each time: what is older, and what is of the same serial, depends on where the release stands.
        let fault = faults(&before, &rollout).into_iter().chain(cuts()).nth(position).expect("within the count");
        let (shown, next) = (&versions[position % 2], &versions[(position + 1) % 2]);
        before = rollout.clone();
        let found = survive(rig, shown, next, &mut rollout, fault);
        all.0.extend(found.0);
        position += 1;
    }
    all.equal("requests without a signature", &rig.store.unsigned(), &Vec::new());
    all.equal("requests that followed a redirect", &rig.store.requests(ELSEWHERE), &0);
    all.report("the last good release outlives a store that fails, and nothing is believed that is not whole");
    differences_that_do_no_harm(rig, &versions, rollout);
}

/// What a store may do and is followed all the same.
fn differences_that_do_no_harm(rig: &Rig, versions: &[Version; 2], mut rollout: Rollout) {
    let path = path(&rig.store);
    let mut stable = versions.iter().position(|version| version.manifest.version() == rollout.release.stable());
    let mut move_on = |fault: Fault| {
        rig.store.break_it(&path, fault.clone());
        stable = stable.map(|stable| 1 - stable);
        let next = &versions[stable.expect("one of both is stable")];
        rollout.promote(next);
        rig.store.release(&rollout);
        let took = rig.shop.until_shown(PRODUCTS, next);
        assert!(took < FOLLOWS_WITHIN, "{fault:?}: the shop followed after {took:?}");
        eventually(&format!("{fault:?}"), || {
            same("error", &rig.shop.versions(PRODUCTS)["release"]["error"], &serde_json::Value::Null)
        });
    };
    // The shop signs by the store's clock as soon as it has been told of it, in both directions and back again.
    move_on(Fault::Clock(16 * 60));
    move_on(Fault::Clock(-16 * 60));
    move_on(Fault::Clock(0));
    move_on(Fault::NoTag);
    move_on(Fault::Tag("\"\u{20ac}, \u{e9} and W/\"".to_owned()));
    move_on(Fault::Slow(Duration::from_millis(200)));
    rig.store.mend(&path);

    // Years of changes: the document holds as many as have a place in it, and is followed as ever.
    for _ in 0..200 {
        rollout.lock();
        rollout.unlock();
    }
    rollout.promote(&versions[0]);
    rollout.promote(&versions[1]);
    assert!(rollout.release.history().len() > 50 && rollout.document().len() < 64 * 1024);
    rig.store.release(&rollout);
    let started = now();
    eventually("a long history", || {
        same("serial", &rig.shop.versions(PRODUCTS)["release"]["serial"], &rollout.serial().into())
    });
    assert!(started.elapsed() < FOLLOWS_WITHIN, "a long history took {:?}", started.elapsed());
    rig.shop.until_shown(PRODUCTS, &versions[1]);
}
