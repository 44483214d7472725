//! The command line's commands against a store of somebody else's that enforces signatures: their output, their exit codes, and
//! the objects in the store afterwards. Two at once, and kills, are other files' subject.

use storefront_tests::operator::Operator;
use storefront_tests::operator_version::Made;
use storefront_tests::store_server::StoreServer;

use crate::Faults;

const RELEASE: &str = "products/release.json";

/// A store, an operator of it, and folders of `products` 1.0.0, 1.1.0 and 1.2.0.
struct Bench {
    store: StoreServer,
    operator: Operator,
    folders: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        let store = StoreServer::start("shop");
        let operator = Operator::of_store(&store);
        let folders = tempfile::tempdir().expect("a folder for versions");
        Bench { store, operator, folders }
    }

    /// With a release whose stable version is 1.0.0, and 1.1.0 published.
    fn released() -> Bench {
        let bench = Bench::new();
        bench.publish("1.0.0").expect(0);
        bench.publish("1.1.0").expect(0);
        bench.operator.run("promote products 1.0.0 --stable 1.0.0").expect(0);
        bench
    }

    fn publish(&self, number: &str) -> storefront_tests::operator::Ran {
        let folder = Made::new("products", number).write(self.folders.path());
        self.operator.run(&format!("publish {}", folder.display()))
    }
}

#[test]
fn a_version_is_published_once_and_never_changed() {
    let bench = Bench::new();
    let published = bench.publish("1.1.0").expect(0);
    assert!(published.out.contains("published `1.1.0` of `products`: 3 files"), "{published}");
    let requests = bench.store.requests();
    assert_eq!(requests.last().map(String::as_str), Some("PUT products/1.1.0/manifest.json"), "{requests:?}");
    let objects = bench.store.objects();
    assert!(!objects.contains_key(RELEASE), "publishing moves no traffic");

    let again = bench.publish("1.1.0").expect(0);
    assert!(again.out.contains("nothing to do"), "{again}");
    let other = Made { text: "others", ..Made::new("products", "1.1.0") }.write(bench.folders.path());
    let refused = bench.operator.run(&format!("publish {}", other.display())).expect(3);
    assert!(refused.err.starts_with("error: "), "{refused}");
    assert_eq!(bench.store.objects(), objects, "a conflict changes nothing");
}

#[test]
fn a_folder_that_is_not_what_its_manifest_says_is_not_sent() {
    let bench = Bench::new();
    let folder = Made::new("products", "1.1.0").write(bench.folders.path());
    let publish = || bench.operator.run(&format!("publish {}", folder.display()));
    let entry = folder.join("entry.js");
    let text = std::fs::read(&entry).expect("the entry is there");

    std::fs::write(&entry, "other").expect("the entry can be changed");
    let changed = publish().expect(1);
    assert!(changed.err.contains("entry.js"), "{changed}");
    std::fs::write(&entry, &text).expect("the entry can be changed");

    std::fs::write(folder.join("stray.js"), "stray").expect("a file more");
    let stray = publish().expect(1);
    assert!(stray.err.contains("stray.js"), "{stray}");
    std::fs::remove_file(folder.join("stray.js")).expect("a file less");

    std::fs::remove_file(&entry).expect("the entry is there");
    let elsewhere = bench.folders.path().join("elsewhere.js");
    std::fs::write(&elsewhere, &text).expect("a file elsewhere");
    std::os::unix::fs::symlink(&elsewhere, &entry).expect("a link");
    let link = publish().expect(1);
    assert!(link.err.contains("link"), "{link}");
    assert_eq!(bench.store.objects().len(), 0, "nothing was sent");
    bench.operator.run("publish no/such/folder").expect(4);
}

#[test]
fn a_rollout_goes_forward_and_back() {
    let bench = Bench::released();
    let run = |line: &str| bench.operator.run(line).expect(0).out;
    let mut faults = Faults::default();
    for (line, expect) in [
        ("canary products 1.1.0 --percent 5 -m first", "`1.1.0` gets 5 %, `1.0.0` the other 95 %"),
        ("step products", "`1.1.0` gets 25 %"),
        ("abort products", "`1.0.0` gets 100 %"),
        ("canary products 1.1.0 --percent 12.5", "`1.1.0` gets 12.5 %"),
        ("promote products", "`1.1.0` gets 100 %"),
        ("rollback products", "`1.0.0` gets 100 %"),
        ("lock products -m incident", "locked"),
        ("unlock products", "`1.0.0` gets 100 %"),
        ("rollback products --to 1.1.0", "`1.1.0` gets 100 %"),
        ("promote products 1.0.0 --yes", "`1.0.0` gets 100 %"),
        ("lock products -m incident", "locked"),
        ("rollback products", "`1.1.0` gets 100 %, locked"),
        ("unlock products", "`1.1.0` gets 100 %"),
        ("promote products 1.0.0 --yes", "`1.0.0` gets 100 %"),
        ("deprecate products 1.1.0 -m broken", "deprecated"),
        ("restore products 1.1.0", "1.1.0"),
    ] {
        let out = run(line);
        faults.expect(out.contains(expect), || format!("`{line}` printed `{out}`, not `{expect}`"));
    }
    let history = bench.operator.run("history products --json").expect(0).json();
    let entries = history["entries"].as_array().map_or(0, Vec::len);
    faults.expect(entries >= 13, || format!("{entries} entries in {history}"));
    faults.expect(history.to_string().contains("ada"), || "nobody did it".to_owned());
    let status = run("status products");
    faults.expect(status.contains("`1.0.0` gets 100 %"), || status.clone());
    faults.report("each command is one change of `products/release.json`");
}

#[test]
fn what_cannot_be_done_says_why_by_its_exit_code() {
    let bench = Bench::released();
    bench.operator.run("lock products -m incident").expect(0);
    let mut faults = Faults::default();
    let wrong_key = Operator::of_store(&bench.store).with("AWS_SECRET_ACCESS_KEY", "wrong");
    for (operator, line, code, says) in [
        (&bench.operator, "canary products", 2, "Usage:"),
        (&bench.operator, "canary products 1.1.0 --percent 101", 2, "101"),
        (&bench.operator, "status Products", 2, "Products"),
        (&bench.operator, "canary products 1.1.0 --percent 5", 5, "is locked since"),
        (&bench.operator, "step products", 5, "is locked since"),
        (&bench.operator, "canary products 9.9.9 --percent 5", 4, "never published"),
        (&bench.operator, "history nothing", 4, "has no release yet"),
        (&bench.operator, "verify products 9.9.9", 4, "9.9.9"),
        (&bench.operator, "rollback products", 4, "no earlier version"),
        (&wrong_key, "status products", 5, "SignatureDoesNotMatch"),
    ] {
        let ran = operator.run(line);
        faults.equal(line, &ran.code, &code);
        faults.expect(ran.err.contains(says), || format!("no `{says}` in {ran}"));
        faults.expect(ran.out.is_empty(), || format!("`{line}` failed and printed {}", ran.out));
    }
    let elsewhere = Operator::of_store(&bench.store).with("REMOTES_BUCKET", "nowhere").run("status");
    faults.equal("no such bucket", &elsewhere.code, &4);
    let nobody = Operator::new().run("status");
    faults.equal("without any setting", &nobody.code, &2);
    faults.expect(nobody.err.contains("hint:"), || format!("{nobody}"));
    faults.report("docs/operator.md has the codes");
}

#[test]
fn a_dry_run_writes_nothing() {
    let bench = Bench::released();
    let before = bench.store.objects();
    let folder = Made::new("products", "1.2.0").write(bench.folders.path());
    for line in [
        format!("publish {} --dry-run", folder.display()),
        "canary products 1.1.0 --percent 5 --dry-run".to_owned(),
        "promote products 1.1.0 --dry-run".to_owned(),
        "lock products --dry-run".to_owned(),
        "prune products --keep 0 --older-than 1s --dry-run".to_owned(),
    ] {
        let ran = bench.operator.run(&line).expect(0);
        assert!(ran.err.contains("dry run"), "{ran}");
    }
    assert_eq!(bench.store.objects(), before);
}

#[test]
fn every_byte_is_verified() {
    let bench = Bench::released();
    let whole = bench.operator.run("verify products 1.1.0 --json").expect(0).json();
    assert_eq!(whole["command"], "verify", "{whole}");
    bench.store.write("products/1.1.0/style.css", b"/* tampered */\n");
    let broken = bench.operator.run("verify products 1.1.0").expect(1);
    assert!(format!("{broken}").contains("style.css"), "{broken}");
    let refused = bench.operator.run("canary products 1.1.0 --percent 5").expect(1);
    assert!(refused.err.contains("style.css"), "{refused}");
    bench.store.remove("products/1.1.0/style.css");
    let missing = bench.operator.run("verify products 1.1.0").expect(1);
    assert!(format!("{missing}").contains("style.css"), "{missing}");
}

#[test]
fn pruning_spares_what_shoppers_are_on() {
    let bench = Bench::released();
    bench.publish("1.2.0").expect(0);
    bench.operator.run("canary products 1.2.0 --percent 5").expect(0);
    let pruned = bench.operator.run("prune products --keep 0 --older-than 1s --yes");
    let keys: Vec<String> = bench.store.objects().into_keys().collect();
    let has = |version: &str| keys.iter().any(|key| key == &format!("products/{version}/manifest.json"));
    assert!(has("1.0.0") && has("1.2.0"), "{pruned}: {keys:?}");
    bench.operator.run("verify products 1.0.0").expect(0);
    bench.operator.run("verify products 1.2.0").expect(0);
}

#[test]
fn without_a_release_nothing_is_pruned() {
    let bench = Bench::released();
    bench.store.remove(RELEASE);
    let before = bench.store.objects();
    // The store tells times in whole seconds, so what was published in this one is not old yet.
    let pruned = bench.operator.run("prune products --keep 0 --older-than 0s --yes");
    assert!(matches!(pruned.code, 0 | 2 | 4), "{pruned}");
    assert_eq!(bench.store.objects(), before, "{pruned}");
}

#[test]
fn a_doctor_finds_a_healthy_store_healthy_and_leaves_nothing_behind() {
    let bench = Bench::released();
    let before = bench.store.objects();
    let found = bench.operator.run("doctor products --json").expect(0).json();
    assert_eq!(found["command"], "doctor", "{found}");
    assert_eq!(bench.store.objects(), before);
}

#[test]
fn one_bucket_a_remote_is_a_placeholder_away() {
    let store = StoreServer::start("shop-products");
    let operator = Operator::of_store(&store).with("REMOTES_BUCKET", "shop-{remote}");
    let folders = tempfile::tempdir().expect("a folder for versions");
    let folder = Made::new("products", "1.0.0").write(folders.path());
    operator.run(&format!("publish {}", folder.display())).expect(0);
    operator.run("promote products 1.0.0 --stable 1.0.0").expect(0);
    assert!(store.object(RELEASE).is_some());
    operator.run("status cart").expect(4);
}

#[test]
fn completions_are_scripts() {
    for shell in ["bash", "zsh", "fish"] {
        let script = Operator::new().run(&format!("completions {shell}")).expect(0).out;
        assert!(script.contains("rollback"), "{shell}");
    }
}
