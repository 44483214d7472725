//! A published version whose manifest or file hangs or fails: never taken for one that does not exist, read by one request at a time, and
//! left alone for a while after each try. With the times that a shop has by default, since these went wrong.

use std::time::Duration;

use storefront_tests::client::{Request, Response};
use storefront_tests::object_store::Version;
use storefront_tests::store_fault::Fault;

use crate::Faults;
use crate::faults::{PRODUCTS, Rig, eventually, now, same};
use crate::http::kinds::{NOTHING, PROBLEM};

/// Visitors who ask for the same file at the same time.
const CROWD: usize = 45;

/// The time of an answer that waits for nothing, on a busy machine. The store may take 5 s.
const AT_ONCE: Duration = Duration::from_secs(3);

/// The object of a version that is of no use, and how often it is read at once before it is given up.
struct Broken<'a> {
    name: &'a str,
    tries: u64,
}

fn check_refusal(faults: &mut Faults, what: &str, answer: &Response, status: u16, code: &str) {
    faults.equal(what, &answer.status, &status);
    faults.equal(format!("{what}: type"), &answer.header("content-type").as_deref(), &Some(PROBLEM));
    faults.equal(format!("{what}: caching"), &answer.header("cache-control").as_deref(), &Some(NOTHING));
    if answer.header("content-type").as_deref() == Some(PROBLEM) {
        faults.equal(format!("{what}: code"), &answer.json()["code"].as_str(), &Some(code));
    }
}

/// Everybody at once, and then one after the other.
fn check(faults: &mut Faults, rig: &Rig, version: &Version, broken: &Broken, status: u16, code: &str) {
    let (url, key) = (version.url(version.style()), version.key(broken.name));
    let started = now();
    let answers: Vec<Response> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..CROWD).map(|_| scope.spawn(|| rig.shop.server.get(&url))).collect();
        asking.into_iter().map(|asking| asking.join().expect("a request ends by itself")).collect()
    });
    for answer in &answers {
        check_refusal(faults, &format!("{code}, at once"), answer, status, code);
    }
    for _ in 0..3 {
        check_refusal(faults, &format!("{code}, afterwards"), &rig.shop.server.get(&url), status, code);
    }
    // A failure is remembered for a second at first, from its end, and a busy machine may take longer over so many requests.
    let (tries, most) = (rig.store.requests(&key), broken.tries * (1 + started.elapsed().as_secs().min(9)));
    faults.expect(tries as u64 <= most, || format!("{code}: {tries} reads of {key} for {CROWD} requests"));
}

#[test]
fn a_manifest_that_hangs_or_fails_is_no_version_that_does_not_exist() {
    let rig = Rig::start("storefront", &[]);
    let bundled = rig.shop.bundled(PRODUCTS);
    let (hanging, failing) = (bundled.derived("4.0.0"), bundled.derived("4.1.0"));
    for (version, fault) in [(&hanging, Fault::Slow(Duration::from_secs(20))), (&failing, Fault::Status(500, None))] {
        rig.publish(version);
        rig.store.break_it(&version.key("manifest.json"), fault);
    }
    let mut faults = Faults::default();
    let manifest = Broken { name: "manifest.json", tries: 1 };
    check(&mut faults, &rig, &hanging, &manifest, 504, "timeout");
    check(&mut faults, &rig, &failing, &manifest, 502, "store-error");

    // A preview link is no better informed than a file.
    let preview = rig.shop.server.get(format!("/products?remote.products={}", hanging.number()));
    faults.equal("a preview of what hangs", &preview.status, &504);

    // The store's word is another thing.
    let missing = rig.shop.server.get("/remotes/products/4.9.9/products.js");
    faults.equal("never published", &missing.status, &404);
    faults.equal("never published", &missing.json()["type"].as_str(), &Some("urn:problem:unknown-version"));

    for version in [&hanging, &failing] {
        rig.store.mend(&version.key("manifest.json"));
        eventually("mended", || same("status", &rig.shop.server.get(version.url(version.style())).status, &200));
    }
    let started = now();
    let page = rig.shop.server.send(&Request::get("/products"));
    faults.equal("the page", &page.status, &200);
    faults.expect(started.elapsed() < AT_ONCE, || format!("the page took {:?}", started.elapsed()));
    faults.report("404 is the store's word alone; a read that fails is remembered from its end, and longer each time");
}

#[test]
fn a_file_that_hangs_or_fails_is_read_by_one_request_and_its_failure_remembered() {
    let rig = Rig::start("storefront", &[]);
    let bundled = rig.shop.bundled(PRODUCTS);
    let (hanging, failing) = (bundled.derived("5.0.0"), bundled.derived("5.1.0"));
    let mut faults = Faults::default();
    for (version, fault) in [(&hanging, Fault::Slow(Duration::from_secs(20))), (&failing, Fault::Status(500, None))] {
        rig.publish(version);
        rig.store.break_it(&version.key(version.style()), fault);
    }
    // What breaks off is asked for once more; a store that hangs has had its time.
    check(&mut faults, &rig, &hanging, &Broken { name: hanging.style(), tries: 1 }, 504, "timeout");
    check(&mut faults, &rig, &failing, &Broken { name: failing.style(), tries: 2 }, 502, "store-error");
    for version in [&hanging, &failing] {
        // Another file of the version is another thing.
        let entry = version.url(version.manifest.entry().as_str());
        faults.equal(&entry, &rig.shop.server.get(&entry).status, &200);
        rig.store.mend(&version.key(version.style()));
        eventually("mended", || same("status", &rig.shop.server.get(version.url(version.style())).status, &200));
    }
    faults.report("a file is read by one request at a time, and its failure is remembered from its end");
}

#[test]
fn a_crowd_that_asks_for_a_slow_file_gets_it_by_one_read() {
    let rig = Rig::start("storefront", &[]);
    let version = rig.shop.bundled(PRODUCTS).derived("5.2.0");
    rig.publish(&version);
    let (url, key) = (version.url(version.style()), version.key(version.style()));
    // The manifest is there, so that all come to the file at the same time.
    let mut faults = Faults::default();
    faults.equal("the manifest", &rig.shop.server.get(version.url("manifest.json")).status, &200);
    rig.store.break_it(&key, Fault::Slow(Duration::from_secs(2)));
    let answers: Vec<Response> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..CROWD).map(|_| scope.spawn(|| rig.shop.server.get(&url))).collect();
        asking.into_iter().map(|asking| asking.join().expect("a request ends by itself")).collect()
    });
    for answer in &answers {
        faults.equal("status", &answer.status, &200);
        faults.expect(answer.body == version.files[version.style()], || "other bytes".to_owned());
    }
    faults.equal("reads", &rig.store.requests(&key), &1);
    faults.report("whoever asks for a file that is being read waits for that");
}
