//! A release that names a version which cannot be shown: the page is that of the best version that can be, whole, and a header and
//! `/__versions` name the one that was passed over, and the reason. One remote, one version after the other.

use std::time::Duration;

use serde_json::json;
use storefront_tests::client::Request;
use storefront_tests::object_store::{Rollout, Store as _, Version, digest};
use storefront_tests::store_fault::{ELSEWHERE, Fault};

use crate::Faults;
use crate::faults::{DEADLINE, DETAIL, Rig, eventually, hasty, page_of, same};
use crate::http::kinds::PRIVATE;

/// What is wrong with a version.
struct Bad {
    version: Version,
    /// What is wrong with the store's answer for its manifest, if it is that.
    fault: Option<Fault>,
    /// Whether the release knows it by the hash of what the store answers instead.
    is_registered_so: bool,
    /// What is said about it.
    said: &'static str,
    /// The same for programs.
    code: &'static str,
}

fn bad(version: Version, fault: Fault, said: &'static str, code: &'static str) -> Bad {
    Bad { version, fault: Some(fault), is_registered_so: false, said, code }
}

/// Every way in which a version can be unusable.
fn all(good: &Version) -> Vec<Bad> {
    let mut number = 0;
    let mut next = || {
        number += 1;
        good.derived(&format!("7.{number}.0"))
    };
    let instead = |version: &Version, change: &dyn Fn(&mut serde_json::Value)| {
        let mut document = version.document();
        change(&mut document);
        Fault::Instead(serde_json::to_vec(&document).expect("JSON can be written"))
    };
    let six_seconds = Duration::from_secs(6);
    let mut bads = vec![
        bad(next(), Fault::Status(404, Some("NoSuchKey")), "the store has lost it", "lost"),
        bad(next(), Fault::Status(404, Some("NoSuchBucket")), "NoSuchBucket", "store-error"),
        bad(next(), Fault::Status(500, None), "the store answered 500", "store-error"),
        bad(next(), Fault::Status(403, Some("AccessDenied")), "AccessDenied", "denied"),
        bad(next(), Fault::HangUp, "the store cannot be reached", "unreachable"),
        bad(next(), Fault::Slow(six_seconds), "no answer within 1000 ms", "timeout"),
        bad(next(), Fault::CutLength, "broke off", "cut-short"),
        bad(next(), Fault::CutChunks, "broke off", "cut-short"),
        bad(next(), Fault::HalfUntilClosed, "another manifest than the one that was registered", "other-bytes"),
        bad(next(), Fault::OtherBytes, "another manifest than the one that was registered", "other-bytes"),
        bad(next(), Fault::EndlessDeclared, "at most 262144 are read", "too-large"),
        bad(next(), Fault::EndlessChunks, "more than 262144 bytes", "too-large"),
        bad(next(), Fault::Redirect, "the store answered 307", "store-error"),
    ];
    // What was written and registered so cannot be told from what was meant but by its content.
    let so =
        |version: Version, fault: Fault, said| Bad { is_registered_so: true, ..bad(version, fault, said, "invalid") };
    let version = next();
    let other = Fault::Instead(good.text.clone());
    bads.push(so(version, other, "it is the manifest of"));
    let version = next();
    let other = instead(&version, &|document| document["remote"] = json!("products"));
    bads.push(so(version, other, "it is the manifest of"));
    let version = next();
    let later = instead(&version, &|document| document["schema"] = json!(2));
    bads.push(so(version, later, "schema 2"));
    let version = next();
    let page = instead(&version, &|document| {
        document["files"][version.style()]["contentType"] = json!("text/html; charset=utf-8");
    });
    bads.push(so(version.clone(), page, "text/html"));
    bads.push(so(next(), Fault::Instead(b"{\"schema\":1}".to_vec()), "the manifest cannot be read"));
    bads.push(Bad { fault: None, ..bad(next().for_contract(99), Fault::HangUp, "contract 99", "contract") });
    bads
}

/// Publishes a version with its fault, and makes the release know it.
fn publish(rig: &Rig, bad: &Bad, rollout: Option<&mut Rollout>) {
    rig.publish(&bad.version);
    if let Some(fault) = &bad.fault {
        rig.store.break_it(&bad.version.key("manifest.json"), fault.clone());
    }
    let Some(rollout) = rollout else { return };
    match &bad.fault {
        Some(Fault::Instead(text)) if bad.is_registered_so => rollout.register_as(&bad.version, digest(text)),
        _ => rollout.register(&bad.version),
    }
}

/// The page shows `expect` within its deadline, and everybody is told about the version that is not shown.
fn check(faults: &mut Faults, rig: &Rig, bad: &Bad, expect: &Version, reason: &str) {
    let (number, said) = (bad.version.number(), bad.said);
    eventually(&format!("{number}, {said}"), || {
        let versions = rig.shop.versions(DETAIL);
        let passed = &versions["passedOver"][0];
        let because = passed["because"].as_str().unwrap_or_default();
        same("passed over", &passed["version"].as_str(), &Some(number))
            .and(same("code", &passed["code"].as_str(), &Some(bad.code)))
            .and(same(because, &because.contains(said), &true))
            .and(same("version", &versions["version"].as_str(), &Some(expect.number())))
            .and(same("reason", &versions["reason"].as_str(), &Some(reason)))
            .map_err(|fault| format!("{fault}\n{versions}"))
    });
    match rig.shop.look(DETAIL, &Request::get(page_of(DETAIL))) {
        Ok(page) => {
            faults.equal(format!("{number}, {said}"), &page.version.as_str(), &expect.number());
            faults.expect(page.took < DEADLINE, || format!("{number}: the page took {:?}", page.took));
            let header = page.answer.header("x-remote-fallback").unwrap_or_default();
            faults.equal(number, &header, &format!("{DETAIL}={number}; because=\"{}\"", bad.code));
            faults.equal(number, &page.answer.header("cache-control").as_deref(), &Some(PRIVATE));
        }
        Err(fault) => faults.add(format!("{number}: {fault}")),
    }
}

#[test]
fn a_version_that_cannot_be_shown_is_passed_over_and_that_is_said() {
    let rig = hasty();
    let bundled = rig.shop.bundled(DETAIL);
    let good = bundled.derived("7.0.0");
    let mut faults = Faults::default();

    // Nothing was ever stable but what cannot be had: the version that was built with the shop is left.
    let first = bad(good.derived("6.9.9"), Fault::Status(503, Some("SlowDown")), "SlowDown", "store-error");
    publish(rig, &first, None);
    let mut rollout = Rollout::first(&first.version);
    rig.store.release(&rollout);
    check(&mut faults, rig, &first, &bundled, "bundled");

    rig.publish(&good);
    rollout.promote(&good);
    rig.store.release(&rollout);
    rig.shop.until_shown(DETAIL, &good);
    for bad in all(&good) {
        publish(rig, &bad, Some(&mut rollout));
        rollout.promote(&bad.version);
        rig.store.release(&rollout);
        check(&mut faults, rig, &bad, &good, "fallback");
        rollout.roll_back();
        rig.store.release(&rollout);
        eventually("rolled back", || same("why", &rig.shop.versions(DETAIL)["reason"], &json!("stable")));
        let page = rig.shop.shown(DETAIL);
        faults.equal("after the rollback", &page.version.as_str(), &good.number());
        faults.equal("after the rollback", &page.answer.header("x-remote-fallback"), &None);
    }

    // A version that is registered and in no use cannot be exchanged either, file by file or as a preview: open tabs use it.
    let registered = good.derived("7.90.0");
    let exchanged = good.derived("7.89.0").derived("7.90.0");
    rollout.register(&registered);
    rig.store.release(&rollout);
    rig.shop.publish(&rig.store, &exchanged);
    eventually("registered", || {
        same("serial", &rig.shop.versions(DETAIL)["release"]["serial"], &rollout.serial().into())
    });
    for name in [exchanged.style(), "manifest.json"] {
        let answer = rig.shop.server.get(exchanged.url(name));
        faults.equal(format!("exchanged {name}"), &answer.status, &502);
        faults.equal(format!("exchanged {name}"), &answer.header("cache-control").as_deref(), &Some("no-store"));
    }
    let preview = rig.shop.server.get(format!("{}?remote.{DETAIL}=7.90.0", page_of(DETAIL)));
    faults.equal("an exchanged version as a preview", &preview.status, &502);
    rig.publish(&registered);

    // As a canary for everybody it is passed over for the stable version; once it can be had it is shown, without a new release.
    let canary = bad(good.derived("7.99.0"), Fault::Status(500, None), "the store answered 500", "store-error");
    publish(rig, &canary, Some(&mut rollout));
    rollout.canary(&canary.version, 100);
    rig.store.release(&rollout);
    check(&mut faults, rig, &canary, &good, "stable");
    rig.store.mend(&canary.version.key("manifest.json"));
    rig.shop.until_shown(DETAIL, &canary.version);
    faults.equal("100 % is no split", &rig.shop.shown(DETAIL).answer.header("set-cookie"), &None);
    // Some seconds later the registered version is read again, which is now what it should be.
    let file = registered.url(registered.style());
    let answer = eventually("the registered version", || {
        let answer = rig.shop.server.get(&file);
        same("status", &answer.status, &200).map(|()| answer)
    });
    faults.expect(answer.body == registered.files[registered.style()], || format!("{file}: other bytes"));
    faults.equal("requests that followed a redirect", &rig.store.requests(ELSEWHERE), &0);
    faults
        .report("a page is always of one whole version: the assigned one, else stable, its fallback, the bundled one");
}
