//! Repeated commands, failures with `--json`, the ages of things: the output that scripts and people at night rest on.

use std::process::Command;
use std::thread;

use storefront_tests::operator::Operator;
use storefront_tests::operator_version::Made;
use storefront_tests::store_server::StoreServer;

use crate::Faults;

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
fn what_is_done_already_is_done() {
    let (store, operator, _folders) = released();
    operator.run("canary products 1.1.0 --percent 5").expect(0);
    operator.run("abort products").expect(0);
    let mut faults = Faults::default();
    for line in [
        "abort products",
        "lock products -m sale",
        "unlock products",
        "deprecate products 1.1.0 -m slow",
        "restore products 1.1.0",
    ] {
        operator.run(line);
        let before = store.object(RELEASE);
        let again = operator.run(line);
        faults.equal(line, &again.code, &0);
        faults.expect(again.out.contains("nothing to do"), || format!("`{line}` again says {again}"));
        faults.equal(format!("the release after `{line}` again"), &store.object(RELEASE), &before);
        let json = operator.run(&format!("{line} --json"));
        faults.expect(json.code == 0 && json.json()["changed"] == false, || format!("{json}"));
    }
    // The reason of the first stays.
    operator.run("lock products -m sale").expect(0);
    let other = operator.run("lock products -m other").expect(0);
    faults.expect(other.out.contains("by ada: sale"), || format!("{other}"));
    faults.report("a command that finds its work done says so and exits with 0");
}

#[test]
fn errors_are_json_too() {
    let (store, operator, _folders) = released();
    let mut faults = Faults::default();
    let nobody = Operator::new();
    let wrong = Operator::of_store(&store).with("AWS_SECRET_ACCESS_KEY", "wrong");
    for (operator, line, code, command) in [
        (&operator, "canary products 9.9.9 --percent 5", 4, "canary"),
        (&operator, "step products", 4, "step"),
        (&operator, "rollback products", 4, "rollback"),
        (&operator, "history nothing", 4, "history"),
        (&operator, "prune products --keep 0 --older-than 1000d --timeout 0s", 2, ""),
        (&operator, "canary products", 2, ""),
        (&nobody, "status", 2, "status"),
        (&wrong, "list products", 5, "list"),
        (&operator, "catalog check none.csv", 4, "catalog check"),
    ] {
        let ran = operator.run(&format!("{line} --json"));
        faults.equal(line, &ran.code, &code);
        faults.expect(ran.err.starts_with("error: "), || format!("people read stderr: {ran}"));
        let document = serde_json::from_str::<serde_json::Value>(&ran.out).unwrap_or_default();
        faults.equal(format!("the code of {line}"), &document["error"]["code"], &code.into());
        faults.equal(format!("the command of {line}"), &document["command"], &command.into());
        faults.equal(format!("the schema of {line}"), &document["schema"], &1.into());
        let told = document["error"]["message"].as_str().is_some_and(|message| !message.is_empty());
        faults.expect(told && ran.out.lines().count() == 1, || format!("{ran}"));
    }
    faults.report("docs/operator.md describes the document of an error");
}

#[test]
fn a_version_that_was_in_use_a_moment_ago_is_not_removed_by_mistake() {
    let (store, operator, folders) = released();
    for number in ["1.2.0", "1.3.0"] {
        let folder = Made::new("products", number).write(folders.path());
        operator.run(&format!("publish {}", folder.display())).expect(0);
    }
    for number in ["1.1.0", "1.2.0", "1.3.0"] {
        operator.run(&format!("promote products {number} --yes")).expect(0);
    }
    // An hour later.
    store.set_clock_ahead(60 * 60);
    let before = store.objects();
    let refused = operator.run("prune products --keep 0 --older-than 1s --yes").expect(3);
    assert!(refused.err.contains("held traffic until") && refused.err.contains("--yes --force"), "{refused}");
    assert_eq!(store.objects(), before, "nothing was removed");
    let forced = operator.run("prune products --keep 0 --older-than 1s --yes --force").expect(0);
    assert!(forced.err.contains("held traffic until"), "{forced}");
    assert!(store.object("products/1.0.0/manifest.json").is_none(), "{forced}");
    operator.run("verify products 1.2.0").expect(0);
}

#[test]
fn leftovers_of_a_publisher_that_lost_are_not_counted() {
    let (store, operator, _folders) = released();
    let before = operator.run("list products").expect(0).out;
    store.write("products/1.1.0/entry-others.js", b"left by a publisher that lost the race");
    let after = operator.run("list products").expect(0).out;
    assert_eq!(after, before, "the version has the files that its manifest names");
    let json = operator.run("list products --json").expect(0).json();
    assert_eq!(json["versions"][0]["leftovers"], 1, "{json}");
}

#[test]
fn a_rollback_names_where_it_leads() {
    let (store, operator, _folders) = released();
    operator.run("promote products 1.1.0 --yes").expect(0);
    operator.run("rollback products -m prices").expect(0);
    let expect = "rollback to `1.0.0` from `1.1.0` by ada: prices";
    for line in ["history products", "status products"] {
        let ran = operator.run(line).expect(0);
        assert!(ran.out.contains(expect), "no `{expect}` in {ran}");
    }
    // The document is written as it ever was, so that every shop reads it.
    let text = String::from_utf8(store.object(RELEASE).expect("a release")).expect("text");
    assert!(text.contains(r#""action":"rollback","version":"1.1.0","stable":"1.0.0""#), "{text}");
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_refused_and_never_opened() {
    for name in ["manifest.json", "entry.js"] {
        let (_store, operator, folders) = released();
        let folder = Made::new("products", "1.2.0").write(folders.path());
        let file = folder.join(name);
        std::fs::remove_file(&file).expect("the file is there");
        let made = Command::new("mkfifo").arg(&file).status().expect("`mkfifo` is there, as on every Unix");
        assert!(made.success(), "cannot make a pipe");
        // Whoever opens the pipe for reading lets this go on, and reads nothing.
        let writer = file.clone();
        thread::spawn(move || std::fs::OpenOptions::new().write(true).open(writer).map(drop));
        let refused = operator.run(&format!("publish {}", folder.display())).expect(1);
        assert!(refused.err.contains("is not a plain file"), "{refused}");
    }
}
