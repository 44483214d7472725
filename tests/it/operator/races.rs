//! Two operators at once, and operators that are killed: whatever happens, no change is lost, no version is a mix of two, and
//! running the command again finishes the job.

use std::path::Path;

use serde_json::Value;
use storefront_tests::operator::Operator;
use storefront_tests::operator_version::Made;
use storefront_tests::store_server::{Stop, StoreServer};

const ROUNDS: usize = 100;
const RELEASE: &str = "products/release.json";

/// A store with a release of `products` 1.0.0.
fn released() -> (StoreServer, Operator, tempfile::TempDir) {
    let store = StoreServer::start("shop");
    let operator = Operator::of_store(&store);
    let folders = tempfile::tempdir().expect("a folder for versions");
    operator.run(&publish(&Made::new("products", "1.0.0").write(folders.path()))).expect(0);
    operator.run("promote products 1.0.0 --stable 1.0.0").expect(0);
    (store, operator, folders)
}

fn publish(folder: &Path) -> String {
    format!("publish {}", folder.display())
}

fn release(store: &StoreServer) -> Value {
    serde_json::from_slice(&store.object(RELEASE).expect("there is a release")).expect("a release is JSON")
}

#[test]
fn of_two_publishers_of_one_number_one_wins_and_nothing_is_mixed() {
    let store = StoreServer::start("shop");
    let operator = Operator::of_store(&store);
    let folders = tempfile::tempdir().expect("a folder for versions");
    for round in 0..ROUNDS {
        store.clear();
        // Hashed names may lie side by side; equal names are fought for file by file.
        let hashed = round % 2 == 0;
        let root = folders.path().join(if hashed { "hashed" } else { "plain" });
        let made = |text| publish(&Made { text, hashed, ..Made::new("products", "1.1.0") }.write(&root));
        let (left, right) = (operator.start(&made("left")), operator.start(&made("right")));
        let (left, right) = (left.end(), right.end());
        let mut codes = [left.code, right.code];
        codes.sort_unstable();
        assert_eq!(codes, [0, 3], "round {round}: {left}\n{right}");
        operator.run("verify products 1.1.0").expect(0);
    }
}

#[test]
fn of_two_editors_nobody_loses_a_change() {
    let (store, operator, folders) = released();
    for number in ["1.1.0", "1.2.0"] {
        operator.run(&publish(&Made::new("products", number).write(folders.path()))).expect(0);
        operator.run(&format!("canary products {number} --percent 0")).expect(0);
        operator.run("abort products").expect(0);
    }
    let serial = || release(&store).pointer("/release/serial").and_then(Value::as_u64).expect("a serial");
    for round in 0..ROUNDS {
        let before = serial();
        let verb = if round % 2 == 0 { "deprecate" } else { "restore" };
        // Neither depends on the other, so both have to come through.
        let left = operator.start(&format!("{verb} products 1.1.0"));
        let right = operator.start(&format!("{verb} products 1.2.0"));
        left.end().expect(0);
        right.end().expect(0);
        assert_eq!(serial(), before + 2, "round {round}: a change was lost");
    }
    let history = operator.run("history products --last 10000 --json").expect(0).json();
    let entries = history["entries"].as_array().expect("a list of changes");
    let first = entries.last().and_then(|entry| entry["serial"].as_u64()).expect("the first change");
    let counted = u64::try_from(entries.len()).expect("a number of changes");
    assert_eq!(counted, serial() - first + 1, "each serial stands in the history once");
}

#[test]
fn of_two_who_want_different_canaries_one_is_told() {
    let (store, operator, folders) = released();
    for number in ["1.1.0", "1.2.0"] {
        operator.run(&publish(&Made::new("products", number).write(folders.path()))).expect(0);
    }
    for round in 0..ROUNDS / 4 {
        let left = operator.start("canary products 1.1.0 --percent 5");
        let right = operator.start("canary products 1.2.0 --percent 5");
        let (left, right) = (left.end(), right.end());
        let winners = usize::from(left.code == 0) + usize::from(right.code == 0);
        assert_eq!(winners, 1, "round {round}: {left}\n{right}");
        let shown = release(&store).to_string();
        let canary = if left.code == 0 { "1.1.0" } else { "1.2.0" };
        assert!(
            operator.run("status products").out.contains(&format!("`{canary}` gets 5 %")),
            "round {round}: {shown}"
        );
        operator.run("abort products").expect(0);
    }
}

#[test]
fn a_publisher_that_is_killed_at_any_request_leaves_no_version_or_a_whole_one() {
    let (store, operator, folders) = released();
    let folder = Made::new("products", "1.1.0").write(folders.path());
    let line = publish(&folder);
    store.forget();
    operator.run(&line).expect(0);
    let requests = store.requests().len();
    assert!(requests >= 4, "three files and a manifest");
    let release_before = store.object(RELEASE);
    for number in 1..=requests {
        for stop in [Stop::Before, Stop::After] {
            for key in store.objects().into_keys().filter(|key| key.starts_with("products/1.1.0/")) {
                store.remove(&key);
            }
            store.stop_at(number, stop);
            let running = operator.start(&line);
            let at = store.stopped();
            running.kill();
            store.forget();
            let verified = operator.run("verify products 1.1.0");
            assert!(matches!(verified.code, 0 | 4), "killed {stop:?} {at}: {verified}");
            assert_eq!(store.object(RELEASE), release_before, "killed {stop:?} {at}");
            operator.run(&line).expect(0);
            operator.run("verify products 1.1.0").expect(0);
        }
    }
}

#[test]
fn an_editor_that_is_killed_at_any_request_leaves_the_old_release_or_the_new_one() {
    let (store, operator, folders) = released();
    operator.run(&publish(&Made::new("products", "1.1.0").write(folders.path()))).expect(0);
    store.forget();
    operator.run("canary products 1.1.0 --percent 5").expect(0);
    let requests = store.requests().len();
    operator.run("abort products").expect(0);
    for number in 1..=requests {
        for stop in [Stop::Before, Stop::After] {
            store.stop_at(number, stop);
            let running = operator.start("canary products 1.1.0 --percent 5");
            let at = store.stopped();
            running.kill();
            store.forget();
            operator.run("status products").expect(0);
            let again = operator.run("canary products 1.1.0 --percent 5");
            assert_eq!(again.code, 0, "killed {stop:?} {at}: {again}");
            operator.run("abort products").expect(0);
        }
    }
}
