//! Releases that were lost, broken or put back, with the shop open: no command prints success for a change that the running shop
//! refuses, and one command makes it right. The real program, a store of somebody else's, the real Worker.

use serde_json::Value;
use storefront_tests::bundle;
use storefront_tests::client::Request;
use storefront_tests::object_store::Version;
use storefront_tests::operator::Operator;
use storefront_tests::operator_version;
use storefront_tests::server::{Server, Setup};
use storefront_tests::store_server::{ACCESS_KEY, SECRET_KEY, StoreServer};

use crate::faults::eventually;

const RELEASE: &str = "products/release.json";

/// A shop that follows a store, with `products` 7.1.0 as the stable version after a few changes.
struct Open {
    store: StoreServer,
    server: Server,
    operator: Operator,
    folders: tempfile::TempDir,
}

impl Open {
    fn new() -> Open {
        let store = StoreServer::start("shop");
        let endpoint = store.endpoint();
        let variables = [
            ("REMOTES_ENDPOINT", endpoint.as_str()),
            ("REMOTES_BUCKET", store.bucket()),
            ("REMOTES_ACCESS_KEY_ID", ACCESS_KEY),
            ("REMOTES_SECRET_ACCESS_KEY", SECRET_KEY),
            ("RELEASE_FRESH_MS", "200"),
            ("RELEASE_STALE_MS", "400"),
        ];
        let setup = Setup { variables: &variables, ..Setup::default() };
        let server = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
        let operator = Operator::of_store(&store).with("SHOP_URL", &format!("http://{}", server.address()));
        let folders = tempfile::tempdir().expect("a folder for versions");
        let open = Open { store, server, operator, folders };
        open.publish("7.1.0");
        open.publish("7.2.0");
        open.run(&format!("promote products {}", bundle::remote("products").version));
        open.run("promote products 7.1.0 --yes");
        open.follows("7.1.0");
        open
    }

    fn publish(&self, number: &str) {
        let version = Version::bundled(self.server.folder(), "products").derived(number);
        let folder = operator_version::write(&version, self.folders.path());
        self.run(&format!("publish {}", folder.display()));
    }

    #[track_caller]
    fn run(&self, line: &str) -> storefront_tests::operator::Ran {
        self.operator.run(line).expect(0)
    }

    /// What the shop's page is made of at this moment.
    fn serves(&self, version: &str) -> bool {
        self.server.get("/products").text().contains(&format!(r#"data-version="{version}""#))
    }

    fn versions(&self) -> String {
        self.server.send(&Request::get("/__versions").header("accept", "application/json")).text()
    }

    #[track_caller]
    fn follows(&self, version: &str) {
        eventually(&format!("the shop follows to {version}"), || {
            if self.serves(version) { Ok(()) } else { Err(self.versions()) }
        });
    }

    fn serial(&self) -> u64 {
        let release: Value = serde_json::from_slice(&self.store.object(RELEASE).expect("a release")).expect("JSON");
        release.pointer("/release/serial").and_then(Value::as_u64).expect("a serial")
    }
}

#[test]
fn a_promotion_after_the_release_was_lost_is_followed() {
    let open = Open::new();
    let before = open.serial();
    open.store.remove(RELEASE);
    // Also after the shop has noticed, which makes no difference to what it refuses.
    eventually("the shop misses the release", || {
        let versions = open.versions();
        if versions.contains("\"error\":\"") { Ok(()) } else { Err(versions) }
    });
    assert!(open.serves("7.1.0"), "the shop keeps the last good release");
    let promoted = open.run("promote products 7.2.0 --yes");
    open.follows("7.2.0");
    assert!(promoted.err.contains("begins anew"), "it says that it begins anew: {promoted}");
    assert!(open.serial() > before, "serial {} after {before}", open.serial());
    open.run("rollback products --wait");
    assert!(open.serves("7.1.0"), "what the shop had as stable is what a rollback leads to");
}

#[test]
fn a_canary_after_the_release_was_lost_keeps_the_shops_stable_version() {
    let open = Open::new();
    open.store.remove(RELEASE);
    open.run("canary products 7.2.0 --percent 100 --wait");
    let status = open.run("status products --json").json();
    assert_eq!(status["remotes"][0]["release"]["stable"], "7.1.0", "{status}");
    assert!(open.serves("7.2.0"));
}

#[test]
fn without_a_shop_to_ask_a_release_begins_above_all_that_were_counted() {
    let open = Open::new();
    open.store.remove(RELEASE);
    // The store's time is the serial, and the whole test may pass within a second of it.
    open.store.set_clock_ahead(60);
    let alone = Operator::of_store(&open.store);
    let promoted = alone.run("promote products 7.2.0 --stable 7.1.0 --yes").expect(0);
    assert!(
        promoted.err.contains("the shop was not asked") && promoted.err.contains("storefront status"),
        "{promoted}"
    );
    open.follows("7.2.0");
}

#[test]
fn a_rollback_of_a_lost_release_helps() {
    let open = Open::new();
    open.store.remove(RELEASE);
    let helped = open.operator.run("rollback products").expect(4);
    for part in ["--to VERSION", "`7.2.0`", "storefront recover products", "`7.1.0`"] {
        assert!(helped.err.contains(part), "no `{part}` in {helped}");
    }
    let bundled = bundle::remote("products").version;
    open.run(&format!("rollback products --to {bundled} --wait"));
    assert!(open.serves(&bundled));
    // While a canary runs, the way back is known without the release.
    open.run("canary products 7.2.0 --percent 100 --wait");
    open.store.remove(RELEASE);
    open.run("rollback products --wait");
    assert!(open.serves(&bundled));
}

#[test]
fn a_release_that_cannot_be_read_is_written_anew_by_one_command() {
    let open = Open::new();
    open.run("canary products 7.2.0 --percent 25 --wait");
    for broken in [b"{\"schema\":\"https".to_vec(), vec![b' '; 70_000]] {
        open.store.write(RELEASE, &broken);
        for line in ["step products", "promote products 7.2.0 --yes", "status products", "lock products"] {
            let refused = open.operator.run(line);
            assert_ne!(refused.code, 0, "{refused}");
            assert!(refused.err.contains("storefront recover products"), "{refused}");
        }
        let recovered = open.run("recover products --wait");
        assert!(recovered.out.contains("`7.2.0` gets 25 %, `7.1.0` the other 75 %"), "{recovered}");
        let again = open.run("recover products");
        assert!(again.out.starts_with("nothing to do"), "{again}");
    }
    // The way back is open without that command: from a canary as ever, and to a version that is named.
    open.store.write(RELEASE, b"{");
    open.run("rollback products --wait");
    assert!(open.serves("7.1.0"));
    open.store.write(RELEASE, b"{");
    let helped = open.operator.run("rollback products").expect(4);
    assert!(helped.err.contains("--to VERSION"), "{helped}");
    open.run("rollback products --to 7.2.0 --wait");
    assert!(open.serves("7.2.0"));
}

#[test]
fn earlier_bytes_that_were_put_back_are_no_trap() {
    let open = Open::new();
    let earlier = open.store.object(RELEASE).expect("a release");
    open.run("promote products 7.2.0 --yes");
    open.follows("7.2.0");
    open.store.write(RELEASE, &earlier);
    let status = open.run("status products");
    assert!(status.out.contains("storefront recover products"), "{status}");
    assert!(!status.out.contains("within seconds"), "nothing is promised that will not happen: {status}");
    // A way back goes above what the shop has seen, and says from which release it goes on.
    let rolled_back = open.run("rollback products --wait");
    for part in ["was put back", "`7.1.0` gets 100 %", "`7.2.0` gets 100 %", "goes on from the store's release"] {
        assert!(rolled_back.err.contains(part), "no `{part}` in {rolled_back}");
    }
    let bundled = bundle::remote("products").version;
    assert!(open.serves(&bundled));
    // What the shop serves stays as it is, unless another version is named.
    open.store.write(RELEASE, &earlier);
    open.run("recover products --wait");
    assert!(open.serves(&bundled), "shoppers keep what the shop serves");
    assert!(open.run("recover products").out.starts_with("nothing to do"));
    open.store.write(RELEASE, &earlier);
    open.run("recover products --stable 7.2.0 --wait");
    assert!(open.serves("7.2.0"));
}

#[test]
fn no_command_moves_traffic_by_the_way_on_a_release_that_was_put_back() {
    let open = Open::new();
    let earlier = open.store.object(RELEASE).expect("a release");
    open.publish("7.3.0");
    open.run("promote products 7.2.0 --yes");
    open.run("canary products 7.3.0 --percent 25 --wait");
    open.store.write(RELEASE, &earlier);
    let before = open.store.objects();
    let bundled = bundle::remote("products").version;
    for line in [
        "lock products".to_owned(),
        "unlock products".to_owned(),
        format!("deprecate products {bundled}"),
        format!("restore products {bundled}"),
        "step products --wait".to_owned(),
        "canary products 7.3.0 --percent 50".to_owned(),
        "prune products --keep 0 --older-than 1s --yes --force".to_owned(),
        "prune products --keep 0 --older-than 1s --dry-run".to_owned(),
    ] {
        let refused = open.operator.run(&line).expect(3);
        for part in ["`7.1.0` gets 100 %", "`7.3.0` gets 25 %, `7.2.0` the other 75 %", "storefront recover products"] {
            assert!(refused.err.contains(part), "no `{part}` in {refused}");
        }
    }
    assert_eq!(open.store.objects(), before, "nothing was changed");
    let recovered = open.run("recover products --wait");
    assert!(recovered.out.contains("`7.3.0` gets 25 %, `7.2.0` the other 75 %"), "{recovered}");
    open.run("lock products");
    open.run("rollback products --wait");
    assert!(open.serves("7.2.0"), "the way back of the canary is the version that shoppers had");
}

#[test]
fn a_release_that_is_in_order_is_recovered_to_no_other_version() {
    let open = Open::new();
    let before = open.store.object(RELEASE);
    let refused = open.operator.run("recover products --stable 7.2.0").expect(3);
    for part in ["in order", "`7.1.0` gets 100 %", "rollback products --to 7.2.0", "promote products 7.2.0"] {
        assert!(refused.err.contains(part), "no `{part}` in {refused}");
    }
    assert_eq!(open.store.object(RELEASE), before);
    open.run("recover products --stable 7.1.0");
    open.run("canary products 7.2.0 --percent 25");
    let refused = open.operator.run("recover products --stable 7.1.0").expect(3);
    assert!(refused.err.contains("storefront abort products"), "{refused}");
}

#[test]
fn status_and_doctor_call_a_lost_release_lost() {
    let open = Open::new();
    open.store.remove(RELEASE);
    let status = open.run("status products");
    assert!(status.out.contains("the store has no release; the shop goes on with `7.1.0`"), "{status}");
    let doctor = open.operator.run("doctor products").expect(1);
    assert!(doctor.out.contains("lost: the shop goes on with serial"), "{doctor}");
    assert!(!doctor.out.contains("none yet"), "{doctor}");
}
