//! A version that was removed from the store while tabs still run it: its files are gone, and the shop responds with 410. Pages go
//! on with the versions that are there.

use storefront_tests::client::Response;
use storefront_tests::object_store::{Rollout, Store as _, Version};

use crate::Faults;
use crate::faults::{PRODUCTS, Rig, eventually, same};
use crate::http::kinds::{NOTHING, PROBLEM};

/// Takes a version out of the store as `storefront prune` does: the release forgets it, then the manifest goes, then the files.
fn prune(rig: &Rig, rollout: &mut Rollout, version: &Version) {
    rollout.forget(version);
    rig.store.release(rollout);
    rig.store.remove(PRODUCTS, &version.key("manifest.json"));
    for name in version.files.keys() {
        rig.store.remove(PRODUCTS, &version.key(name));
    }
}

fn check_gone(faults: &mut Faults, what: &str, answer: &Response) {
    faults.equal(what, &answer.status, &410);
    faults.equal(format!("{what}: type"), &answer.header("content-type").as_deref(), &Some(PROBLEM));
    faults.equal(format!("{what}: caching"), &answer.header("cache-control").as_deref(), &Some(NOTHING));
    if answer.header("content-type").as_deref() == Some(PROBLEM) {
        let document = answer.json();
        faults.equal(format!("{what}: code"), &document["code"].as_str(), &Some("removed"));
        let detail = document["detail"].as_str().unwrap_or_default();
        let is_right =
            detail.starts_with("version `") && detail.ends_with("cannot be read: it was removed from the store");
        faults.expect(is_right, || format!("{what}: the detail is `{detail}`"));
    }
}

#[test]
fn the_files_of_a_removed_version_are_gone_and_pages_stand() {
    let times = [("RELEASE_FRESH_MS", "150"), ("RELEASE_STALE_MS", "300"), ("STORE_TIMEOUT_MS", "2000")];
    let rig = Rig::start("storefront", &times);
    let bundled = rig.shop.bundled(PRODUCTS);
    let [read, unread, before, stable] = ["4.0.0", "4.1.0", "4.2.0", "4.3.0"].map(|number| bundled.derived(number));
    for version in [&read, &unread, &before, &stable] {
        rig.publish(version);
    }
    let mut rollout = Rollout::first(&unread);
    for version in [&read, &before, &stable] {
        rollout.promote(version);
    }
    rig.store.release(&rollout);
    rig.shop.until_shown(PRODUCTS, &stable);

    // A tab has loaded the style of one version, and not yet a module of it.
    let mut faults = Faults::default();
    let [loaded, lazy] = [read.style(), read.manifest.entry().as_str()].map(|name| read.url(name));
    faults.equal("before", &rig.shop.server.get(&loaded).status, &200);
    prune(&rig, &mut rollout, &read);
    prune(&rig, &mut rollout, &unread);
    eventually("the release is followed", || {
        rig.shop.look(PRODUCTS, &storefront_tests::client::Request::get("/products"))?;
        same("serial", &rig.shop.versions(PRODUCTS)["release"]["serial"], &rollout.serial().into())
    });
    check_gone(&mut faults, "a version whose manifest is known", &rig.shop.server.get(&lazy));
    let asked = rig.store.requests(&read.key(""));
    check_gone(&mut faults, "the same once more", &rig.shop.server.get(&lazy));
    faults.equal("questions for what is known to be gone", &rig.store.requests(&read.key("")), &asked);
    let name = unread.style();
    check_gone(&mut faults, "a version that was never read here", &rig.shop.server.get(unread.url(name)));
    check_gone(&mut faults, "its manifest", &rig.shop.server.get(unread.url("manifest.json")));
    faults.equal("what never was", &rig.shop.server.get("/remotes/products/4.9.9/x.js").status, &404);

    let logged = rig.shop.server.output().contains("cannot serve");
    faults.expect(!logged, || "that a version is gone is logged as a failure".to_owned());

    // A file that is missing while its version is there was lost, which somebody has to mend.
    let lost = before.manifest.entry().as_str();
    rig.store.remove(PRODUCTS, &before.key(lost));
    let answer = rig.shop.server.get(before.url(lost));
    faults.equal("a lost file", &answer.status, &502);
    faults.equal("a lost file", &answer.json()["code"].as_str(), &Some("lost"));

    let page = rig.shop.shown(PRODUCTS);
    faults.equal("the page", &page.version.as_str(), &stable.number());
    faults.equal("the page", &page.answer.header("x-remote-fallback"), &None);

    // Published again under the same number it is there again.
    rig.publish(&read);
    eventually("published again", || same("status", &rig.shop.server.get(&lazy).status, &200));
    faults.report(
        "410 is for a version that was there: the release has forgotten it, or its manifest went with its files",
    );
}
