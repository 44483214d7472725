//! A file of a published version that the store does not give whole: 502 that nobody keeps, and the right bytes as soon as they are
//! there. Each fault has a version of its own, which no release names.

use std::time::Duration;

use storefront_tests::bundle;
use storefront_tests::client::{Request, Response};
use storefront_tests::object_store::Version;
use storefront_tests::store_fault::{ELSEWHERE, Fault};

use crate::Faults;
use crate::faults::{PRODUCTS, Rig, eventually, hasty, same};
use crate::http::kinds::{IMMUTABLE, NOTHING, PROBLEM};

/// Most of a gigabyte that may have gone out before the shop hung up, both tries together.
const CUT_WITHIN: u64 = 32 * 1024 * 1024;

fn all() -> Vec<Fault> {
    let six_seconds = Duration::from_secs(6);
    vec![
        Fault::HangUp,
        Fault::Slow(six_seconds),
        Fault::Drip(six_seconds),
        Fault::Status(500, None),
        Fault::Status(403, Some("AccessDenied")),
        Fault::Status(404, Some("NoSuchKey")),
        Fault::Status(404, Some("NoSuchBucket")),
        Fault::CutLength,
        Fault::CutChunks,
        Fault::Half,
        Fault::HalfUntilClosed,
        Fault::OtherBytes,
        Fault::Instead(Vec::new()),
        Fault::Instead(b"<script>alert(1)</script>".to_vec()),
        Fault::EndlessDeclared,
        Fault::EndlessChunks,
        Fault::Redirect,
    ]
}

/// A refusal that tells nothing of the store and is kept by nobody.
fn check_refusal(faults: &mut Faults, what: &str, answer: &Response, fault: &Fault) {
    let is_late = matches!(fault, Fault::Slow(_) | Fault::Drip(_));
    faults.equal(what, &answer.status, if is_late { &504 } else { &502 });
    let code = answer.json()["code"].clone();
    faults.expect(code.is_string(), || format!("{what}: the code is {code}"));
    faults.equal(format!("{what}: type"), &answer.header("content-type").as_deref(), &Some(PROBLEM));
    faults.equal(format!("{what}: caching"), &answer.header("cache-control").as_deref(), &Some(NOTHING));
    faults.equal(format!("{what}: etag"), &answer.header("etag"), &None);
    let text = String::from_utf8_lossy(&answer.body);
    // The store's code of an error stands there in development; `codes.rs` has production's answers.
    for secret in ["127.0.0.1", "shop-products", "x-amz", "<script"] {
        faults.expect(!text.contains(secret), || format!("{what}: `{secret}` is in the answer"));
    }
}

fn check_file(faults: &mut Faults, what: &str, answer: &Response, version: &Version) {
    let expect = version.document()["files"][version.style()]["integrity"].clone();
    faults.equal(format!("{what}: status"), &answer.status, &200);
    faults.equal(format!("{what}: hash"), &bundle::integrity(&answer.body).as_str(), &expect.as_str().unwrap_or(""));
    faults.equal(format!("{what}: caching"), &answer.header("cache-control").as_deref(), &Some(IMMUTABLE));
}

/// From a fault to the right bytes, and on to a store that is of no use any more.
fn survive(rig: &Rig, version: &Version, fault: &Fault) -> Faults {
    let mut faults = Faults::default();
    let (what, key) = (format!("{fault:?}"), version.key(version.style()));
    let url = version.url(version.style());
    rig.publish(version);
    rig.store.break_it(&key, fault.clone());
    check_refusal(&mut faults, &what, &rig.shop.server.get(&url), fault);
    let part = Request::get(&url).header("range", "bytes=0-9");
    check_refusal(&mut faults, &format!("{what}: a part"), &rig.shop.server.send(&part), fault);
    let asked = rig.store.requests(&key);
    faults.expect(asked <= 4, || format!("{what}: the store was asked {asked} times for two requests"));
    let sent = rig.store.sent(&key);
    faults.expect(sent < CUT_WITHIN, || format!("{what}: {sent} bytes were read"));

    rig.store.mend(&key);
    // A busy machine may take longer than the second that this store has.
    let mended = eventually(&format!("{what}: mended"), || {
        let answer = rig.shop.server.get(&url);
        same("status", &answer.status, &200).map(|()| answer)
    });
    check_file(&mut faults, &format!("{what}: mended"), &mended, version);
    let asked = rig.store.requests(&key);
    rig.store.break_it(&key, Fault::OtherBytes);
    check_file(&mut faults, &format!("{what}: kept"), &rig.shop.server.get(&url), version);
    faults.equal(format!("{what}: requests for what is kept"), &rig.store.requests(&key), &asked);
    faults
}

#[test]
fn a_damaged_file_is_refused_and_never_kept() {
    let rig = hasty();
    let bundled = rig.shop.bundled(PRODUCTS);
    let mut faults = Faults::default();
    // All at once: each has a version of its own, and the slow ones wait for nothing but time.
    let outcomes: Vec<Faults> = std::thread::scope(|scope| {
        let faults = all().into_iter().enumerate().map(|(position, fault)| {
            let version = bundled.derived(&format!("8.{position}.0"));
            scope.spawn(move || survive(rig, &version, &fault))
        });
        let threads: Vec<_> = faults.collect();
        threads.into_iter().map(|thread| thread.join().expect("the thread ends by itself")).collect()
    });
    for Faults(found) in outcomes {
        faults.0.extend(found);
    }
    faults.equal("requests that followed a redirect", &rig.store.requests(ELSEWHERE), &0);
    faults.report("nothing is sent or kept that does not have size and hash of its manifest");
}

#[test]
fn what_broke_off_once_is_asked_for_again_within_the_request() {
    let rig = hasty();
    let version = rig.shop.bundled(PRODUCTS).derived("8.99.0");
    rig.publish(&version);
    let url = version.url(version.style());
    let key = version.key(version.style());
    rig.store.break_it(&key, Fault::Once(Box::new(Fault::CutLength)));
    let mut faults = Faults::default();
    check_file(&mut faults, "the second try", &rig.shop.server.get(&url), &version);
    faults.equal("requests", &rig.store.requests(&key), &2);
    faults.report("a file is asked for twice before it is given up");
}
