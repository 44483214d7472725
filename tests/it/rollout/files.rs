//! The files of published versions, served from a store: any version that is there, with the headers of the shop and none of the
//! store's, and no request to the store that is not needed.

use std::collections::BTreeMap;

use storefront_tests::bundle;
use storefront_tests::client::{Request, Response};
use storefront_tests::faulty_store::OWN_HEADERS;
use storefront_tests::object_store::Version;

use crate::Faults;
use crate::faults::{DETAIL, PRODUCTS, Rig, eventually, hasty, same};
use crate::http::kinds::{IMMUTABLE, JSON, NOTHING, PROBLEM};

/// A version that no release names.
fn published(rig: &Rig, number: &str) -> Version {
    let version = rig.shop.bundled(PRODUCTS).derived(number);
    rig.publish(&version);
    version
}

/// The headers that do not follow from the bytes.
fn common(answer: &Response) -> BTreeMap<String, String> {
    let own = |name: &str| !matches!(name, "etag" | "content-length" | "content-range" | "date" | "server-timing");
    answer.headers.iter().filter(|(name, _)| own(name)).cloned().collect()
}

#[test]
fn a_stored_file_is_served_as_a_bundled_one_and_nothing_of_the_store_leaks() {
    let rig = hasty();
    let version = published(rig, "9.0.0");
    let bundled = rig.shop.bundled(PRODUCTS);
    let mut faults = Faults::default();
    for (name, bytes) in &version.files {
        let (stored, built) = (rig.shop.server.get(version.url(name)), rig.shop.server.get(bundled.url(name)));
        faults.equal(format!("{name}: status"), &stored.status, &200);
        faults.expect(stored.body == *bytes, || format!("{name}: other bytes"));
        faults.equal(format!("{name}: caching"), &stored.header("cache-control").as_deref(), &Some(IMMUTABLE));
        faults.equal(format!("{name}: headers"), &common(&stored), &common(&built));
        for (header, value) in OWN_HEADERS {
            let leaks = stored.headers.iter().any(|(found, text)| {
                (found == header && text.contains(value)) || found.starts_with("x-amz") || text.contains("LeakyStore")
            });
            faults.expect(!leaks, || format!("{name}: `{header}` of the store in {stored}"));
        }
    }
    let manifest = rig.shop.server.get(version.url("manifest.json"));
    faults.expect(manifest.body == version.text, || format!("the manifest has other bytes: {manifest}"));
    faults.equal("the manifest's type", &manifest.header("content-type").as_deref(), &Some(JSON));
    faults.equal("unsigned", &rig.store.unsigned(), &Vec::new());
    faults.report("an answer's headers are the shop's own; what a store says stays with the shop");
}

#[test]
fn conditions_ranges_and_heads_are_those_of_any_file() {
    let rig = hasty();
    let version = published(rig, "9.1.0");
    let (url, key) = (version.url(version.style()), version.key(version.style()));
    let bytes = &version.files[version.style()];
    let mut faults = Faults::default();

    let head = rig.shop.server.send(&Request::new("HEAD", &url));
    faults.equal("HEAD", &head.status, &200);
    faults.equal("HEAD length", &head.header("content-length"), &Some(bytes.len().to_string()));
    let etag = head.header("etag").unwrap_or_default();
    let known = Request::get(&url).header("if-none-match", &etag);
    faults.equal("304", &rig.shop.server.send(&known).status, &304);
    let beyond = Request::get(&url).header("range", &format!("bytes={}-", bytes.len()));
    let answer = rig.shop.server.send(&beyond);
    faults.equal("416", &answer.status, &416);
    faults.equal("416 range", &answer.header("content-range"), &Some(format!("bytes */{}", bytes.len())));
    faults.equal("416 caching", &answer.header("cache-control").as_deref(), &Some(NOTHING));
    // What needs no bytes fetches none.
    faults.equal("requests for the file so far", &rig.store.requests(&key), &0);

    for (range, first, last) in
        [("bytes=0-0", 0, 0), ("bytes=10-19", 10, 19), ("bytes=-7", bytes.len() - 7, bytes.len() - 1)]
    {
        let part = rig.shop.server.send(&Request::get(&url).header("range", range).header("if-range", &etag));
        faults.equal(range, &part.status, &206);
        let expect = format!("bytes {first}-{last}/{}", bytes.len());
        faults.equal(format!("{range}: range"), &part.header("content-range"), &Some(expect));
        faults.expect(part.body == bytes[first..=last], || format!("{range}: other bytes"));
    }
    faults.equal("requests for the file in all", &rig.store.requests(&key), &1);
    let whole = rig.shop.server.get(&url);
    faults.equal("hash", &bundle::integrity(&whole.body), &bundle::integrity(bytes));
    faults.equal("tag", &whole.header("etag"), &Some(etag));
    faults.report("a range is cut from bytes that were checked whole");
}

#[test]
fn what_is_not_published_is_a_404_that_says_what_and_costs_the_store_next_to_nothing() {
    let rig = hasty();
    let version = published(rig, "9.2.0");
    let before = rig.store.requests("");
    let mut faults = Faults::default();
    for (target, kind) in [
        ("/remotes/products/9.99.99/products.js", "urn:problem:unknown-version"),
        ("/remotes/products/9.99.99/manifest.json", "urn:problem:unknown-version"),
        ("/remotes/products/9.2.0/nothing.js", "urn:problem:unknown-file"),
        ("/remotes/products/9.2.0/release.json", "urn:problem:unknown-file"),
        ("/remotes/nothing/9.2.0/nothing.js", "urn:problem:unknown-remote"),
        ("/remotes/nothing/9.2.0/manifest.json", "urn:problem:unknown-remote"),
        ("/remotes/nothing/remoteEntry.js", "urn:problem:unknown-remote"),
    ] {
        for _ in 0..20 {
            let answer = rig.shop.server.get(target);
            faults.equal(target, &answer.status, &404);
            faults.equal(format!("{target}: type"), &answer.header("content-type").as_deref(), &Some(PROBLEM));
            faults.equal(format!("{target}: caching"), &answer.header("cache-control").as_deref(), &Some(NOTHING));
            faults.equal(format!("{target}: reason"), &answer.json()["type"].as_str(), &Some(kind));
        }
    }
    // Other tests ask for other things meanwhile: only these keys count.
    faults.expect(before < rig.store.requests(""), || "the store was not asked at all".to_owned());
    for (key, most) in
        [("9.99.99/", 2), (&version.key("nothing.js"), 0), (&version.key("release.json"), 0), ("/nothing/", 0)]
    {
        let asked = rig.store.requests(key);
        faults.expect(asked <= most, || format!("{key}: {asked} requests to the store, {most} would do"));
    }
    // What is published a moment later is not unknown for long.
    let late = rig.shop.bundled(PRODUCTS).derived("9.99.99");
    rig.publish(&late);
    eventually("published after it was asked for", || {
        same("status", &rig.shop.server.get(late.url(late.style())).status, &200)
    });
    faults.report(
        "what was not to be had is remembered for some seconds; what a manifest does not name is never asked for",
    );
}

#[test]
fn releases_are_no_files_and_each_remote_has_its_bucket() {
    let rig = hasty();
    let version = published(rig, "9.3.0");
    let other = rig.shop.bundled(DETAIL).derived("9.3.0");
    rig.publish(&other);
    let mut faults = Faults::default();
    for version in [&version, &other] {
        let answer = rig.shop.server.get(version.url(version.style()));
        faults.expect(answer.body == version.files[version.style()], || format!("{}: {answer}", version.remote()));
        let own = format!("/shop-{}/{}", version.remote(), version.key(""));
        faults.equal(&own, &rig.store.requests(&own), &2);
        faults.equal("requests by this key in all", &rig.store.requests(&version.key("")), &2);
    }
    // A release names versions that are not public yet, and who works on them.
    for target in [
        "/remotes/products/release.json",
        "/remotes/products/9.3.0/release.json",
        "/products/release.json",
        "/release.json",
    ] {
        faults.equal(target, &rig.shop.server.get(target).status, &404);
    }
    faults.report("`{remote}` in REMOTES_BUCKET stands for the remote's name");
}
