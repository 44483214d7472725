//! Stores and shops that hang, clocks that differ, keys that reach one remote alone: every command ends in its time, says what it
//! waits for, and tells what it could not see.

use std::time::Duration;

use storefront_tests::canned::{Answer, Canned};
use storefront_tests::operator::Operator;
use storefront_tests::operator_version::Made;
use storefront_tests::store_server::StoreServer;

use crate::faults::now;

const RELEASE: &str = "products/release.json";

/// A store with a release of `products` 1.0.0, and 1.1.0 published.
fn released() -> (StoreServer, Operator, tempfile::TempDir) {
    let store = StoreServer::start("shop");
    let operator = Operator::of_store(&store);
    let folders = tempfile::tempdir().expect("a folder for versions");
    for number in ["1.0.0", "1.1.0"] {
        let folder = Made::new("products", number).write(folders.path());
        operator.run(&format!("publish {}", folder.display())).expect(0);
    }
    operator.run("promote products 1.0.0 --stable 1.0.0").expect(0);
    (store, operator, folders)
}

#[test]
fn a_store_that_hangs_is_given_up_in_time_and_each_try_is_named() {
    let (store, operator, _folders) = released();
    store.hang(true);
    let operator = operator.with("STOREFRONT_TIMEOUT", "8s");
    let started = now();
    let lines = ["rollback products", "status", "list products", "doctor", "doctor products"];
    let running = lines.map(|line| operator.start(line));
    for (line, ran) in lines.iter().zip(running.map(storefront_tests::operator::Running::end)) {
        let ran = ran.expect(1);
        if line.starts_with("doctor") {
            // Its findings are printed all the same, and each request is waited for once at most.
            for part in ["warning  shop", "the store gave no answer", "not tried: the store gives no answer"] {
                assert!(ran.out.contains(part), "no `{part}` in {ran}");
            }
        }
        for try_of in ["(attempt 1 of 3)", "attempt 3 of 3"] {
            assert!(ran.err.contains(try_of), "no `{try_of}` in {ran}");
        }
        assert!(ran.err.contains("waiting for the store to"), "{ran}");
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?} is not 8 s", started.elapsed());
    // The option goes before the variable.
    let ran = operator.run("status products --timeout 1s").expect(1);
    // Between two tries it waits for nothing that has a name.
    let gave_up =
        |line: &str| line == "error: gave up after 1 s" || line.starts_with("error: gave up after 1 s, waiting");
    assert!(ran.err.lines().any(gave_up), "{ran}");
    // A time that no request fits in cuts off the rest of the checks, and not those that were made.
    let ran = operator.run("doctor products --timeout 1s --json").expect(1);
    let checks: Vec<String> = ran.json()["findings"]
        .as_array()
        .map(|all| all.iter().map(|finding| finding["check"].as_str().unwrap_or_default().to_owned()).collect())
        .unwrap_or_default();
    for part in ["shop", "time"] {
        assert!(checks.iter().any(|check| check == part), "no check `{part}` in {ran}");
    }
    operator.run("status products --timeout soon").expect(2);
    operator.with("STOREFRONT_TIMEOUT", "soon").run("status products").expect(2);
}

#[test]
fn the_stores_clock_decides_what_is_old() {
    let (store, operator, _folders) = released();
    let version = |number: &str| store.object(&format!("products/{number}/manifest.json")).is_some();
    // This machine is 20 h behind: what the store calls 20 h old is that old.
    store.set_clock_ahead(20 * 60 * 60);
    operator.run("prune products --keep 0 --older-than 30h --yes").expect(0);
    assert!(version("1.1.0"), "30 h have passed by no clock");
    operator.run("prune products --keep 0 --older-than 10h --yes").expect(0);
    assert!(!version("1.1.0"), "the store is 20 h ahead of this machine, so 10 h have passed");
    let doctor = operator.run("doctor products").expect(0);
    assert!(doctor.out.contains("20 h behind the store") || doctor.out.contains("19 h 59 min behind"), "{doctor}");
    assert!(!doctor.out.contains("it refuses signatures"), "nothing is claimed that was not tried: {doctor}");
}

#[test]
fn history_carries_the_stores_time() {
    let (store, operator, _folders) = released();
    store.set_clock_ahead(-2 * 60 * 60);
    let before = operator.run("lock products --json").expect(0).json();
    store.set_clock_ahead(2 * 60 * 60);
    let after = operator.run("unlock products --json").expect(0).json();
    let at = |document: &serde_json::Value| document["release"]["lastChange"]["at"].as_str().map(str::to_owned);
    let (before, after) = (at(&before).expect("a time"), at(&after).expect("a time"));
    assert_ne!(before.get(..13), after.get(..13), "four hours of the store lie between {before} and {after}");
}

#[test]
fn clocks_that_are_days_apart_change_nothing() {
    let (store, operator, _folders) = released();
    let before = store.objects();
    for days in [-60_i64, 60] {
        store.set_clock_ahead(days * 24 * 60 * 60);
        for line in
            ["lock products", "canary products 1.1.0 --percent 5", "prune products --keep 0 --older-than 1s --yes"]
        {
            let refused = operator.run(line).expect(1);
            assert!(refused.err.contains("one of the two clocks is wrong"), "{refused}");
        }
        operator.run("status products").expect(0);
        let doctor = operator.run("doctor products").expect(1);
        assert!(doctor.out.contains("commands that change anything stop"), "{doctor}");
    }
    assert_eq!(store.objects(), before);
}

#[test]
fn keys_of_one_remote_show_that_one_and_name_the_other() {
    let (store, operator, folders) = released();
    let folder = Made::new("product-detail", "1.0.0").write(folders.path());
    operator.run(&format!("publish {}", folder.display())).expect(0);
    operator.run("promote product-detail 1.0.0 --stable 1.0.0").expect(0);
    store.deny("product-detail/");
    let shop = Canned::start(|_| {
        let remote = r#"{"version":"1.0.0","reason":"stable","contracts":[1],"bundled":"1.0.0","release":null}"#;
        Answer::json(format!(
            r#"{{"shop":"1","origin":"s3","remotes":{{"products":{remote},"product-detail":{remote}}}}}"#
        ))
    });
    let lonely = operator.run("status").expect(5);
    assert!(lonely.err.contains("name the remote"), "{lonely}");
    let operator = operator.with("SHOP_URL", &shop.url());
    let status = operator.run("status").expect(0);
    assert!(status.out.contains("products: `1.0.0` gets 100 %"), "{status}");
    assert!(status.out.contains("product-detail: cannot be read: the store does not allow"), "{status}");
    let json = operator.run("status --json").expect(0).json();
    assert_eq!(json["remotes"][0]["error"]["code"], 5, "{json}");
    let doctor = operator.run("doctor");
    assert!(doctor.out.contains("products: permissions"), "{doctor}");
    assert!(doctor.out.contains("these keys are not for it"), "{doctor}");
    let failed = doctor.out.lines().any(|line| line.starts_with("FAILED") && line.contains("product-detail"));
    assert!(!failed, "nobody asked for the other by name: {doctor}");
    operator.run("status product-detail").expect(5);
}

#[test]
fn a_shop_that_never_follows_is_waited_for_as_long_as_there_is_time() {
    let (store, operator, _folders) = released();
    let shop = Canned::start(|_| {
        Answer::json(
            r#"{"origin":"s3","remotes":{"products":{"version":"1.0.0","reason":"stable","contracts":[1],
               "bundled":"1.0.0","release":{"serial":1,"error":"the store answered 403"}}}}"#,
        )
    });
    operator.run("lock products --wait").expect(2);
    operator.run("promote products 1.1.0 --yes --wait").expect(2);
    let operator = operator.with("SHOP_URL", &shop.url());
    let ran = operator.run("promote products 1.1.0 --yes --wait --timeout 4s --json").expect(6);
    assert!(ran.err.contains("but the shop does not follow it after"), "{ran}");
    let document = ran.json();
    assert_eq!((&document["changed"], &document["followed"]), (&true.into(), &false.into()), "{document}");
    let release = String::from_utf8(store.object(RELEASE).expect("a release")).expect("text");
    assert!(release.contains(r#""stable":"1.1.0""#), "the change is made all the same: {release}");
}
