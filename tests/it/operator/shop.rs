//! The command line and a running shop together: on the bucket that wrangler simulates, and on a store of somebody else's that the
//! Worker reads through `SigV4`.

use storefront_tests::bundle;
use storefront_tests::client::Request;
use storefront_tests::object_store::Version;
use storefront_tests::operator::Operator;
use storefront_tests::operator_version;
use storefront_tests::server::{Server, Setup};
use storefront_tests::store_server::{ACCESS_KEY, SECRET_KEY, StoreServer};

use crate::faults::eventually;

fn serves(server: &Server, version: &str) -> bool {
    server.get("/products").text().contains(&format!(r#"data-version="{version}""#))
}

fn versions(server: &Server) -> String {
    server.send(&Request::get("/__versions").header("accept", "application/json")).text()
}

#[track_caller]
fn follows(server: &Server, version: &str) {
    let look = || if serves(server, version) { Ok(()) } else { Err(versions(server)) };
    eventually(&format!("the shop follows to {version}"), look);
}

/// From nothing to a promotion and back, with the shop open.
fn roll_out(server: &Server, operator: &Operator) {
    let bundled = bundle::remote("products").version;
    let folders = tempfile::tempdir().expect("a folder for versions");
    let version = Version::bundled(server.folder(), "products").derived("7.1.0");
    let folder = operator_version::write(&version, folders.path());
    assert!(serves(server, &bundled));

    // The first promotion publishes what the shop was built with.
    operator.run(&format!("promote products {bundled}")).expect(0);
    operator.run(&format!("verify products {bundled}")).expect(0);
    operator.run(&format!("publish {}", folder.display())).expect(0);
    operator.run("canary products 7.1.0 --percent 100").expect(0);
    follows(server, "7.1.0");
    let style = server.get(version.url(version.style()));
    assert_eq!((style.status, &style.body), (200, &version.files[version.style()]));
    operator.run("promote products").expect(0);
    let status = operator.run("status products").expect(0);
    assert!(status.out.contains("`7.1.0` gets 100 %"), "{status}");
    operator.run("rollback products").expect(0);
    follows(server, &bundled);
    // A tab that was opened before goes on loading its files.
    assert_eq!(server.get(version.url(version.style())).status, 200);
}

#[test]
fn the_shop_follows_the_simulated_bucket() {
    let server = Server::start(&Setup::default()).unwrap_or_else(|reason| panic!("{reason}"));
    roll_out(&server, &Operator::of_simulation(&server));
}

#[test]
fn the_shop_follows_a_store_of_somebody_elses() {
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
    let server =
        Server::start(&Setup { variables: &variables, ..Setup::default() }).unwrap_or_else(|reason| panic!("{reason}"));
    let operator = Operator::of_store(&store).with("SHOP_URL", &format!("http://{}", server.address()));
    roll_out(&server, &operator);
}

#[test]
fn asking_the_shop_does_not_delay_the_change() {
    let store = StoreServer::start("shop");
    let endpoint = store.endpoint();
    let variables = [
        ("REMOTES_ENDPOINT", endpoint.as_str()),
        ("REMOTES_BUCKET", store.bucket()),
        ("REMOTES_ACCESS_KEY_ID", ACCESS_KEY),
        ("REMOTES_SECRET_ACCESS_KEY", SECRET_KEY),
        // Whatever the shop knows is too old to be used without a question.
        ("RELEASE_FRESH_MS", "1"),
        ("RELEASE_STALE_MS", "2"),
    ];
    let server =
        Server::start(&Setup { variables: &variables, ..Setup::default() }).unwrap_or_else(|reason| panic!("{reason}"));
    let operator = Operator::of_store(&store).with("SHOP_URL", &format!("http://{}", server.address()));
    let folders = tempfile::tempdir().expect("a folder for versions");
    let version = Version::bundled(server.folder(), "products").derived("7.1.0");
    let folder = operator_version::write(&version, folders.path());
    operator.run(&format!("publish {}", folder.display())).expect(0);
    operator.run(&format!("promote products {}", bundle::remote("products").version)).expect(0);
    store.forget();
    let promoted = operator.run("promote products 7.1.0 --yes").expect(0);
    assert!(!promoted.err.contains("not checked"), "the shop was asked and speaks the contract: {promoted}");
    // The shop asks for both remotes at once, the command for its own alone.
    let requests = store.requests();
    let asked = requests.iter().any(|line| line.contains("product-detail/release.json"));
    assert!(!asked, "the question made the shop ask its store, which delays its next one: {requests:?}");
    // Waiting is looking, so what returns is what is served.
    operator.run("rollback products --wait").expect(0);
    assert!(serves(&server, &bundle::remote("products").version));
}

#[test]
fn a_version_for_a_contract_that_the_shop_does_not_speak_gets_no_traffic() {
    let server = Server::start(&Setup::default()).unwrap_or_else(|reason| panic!("{reason}"));
    let operator = Operator::of_simulation(&server);
    let folders = tempfile::tempdir().expect("a folder for versions");
    let version = Version::bundled(server.folder(), "products").derived("8.0.0").for_contract(99);
    let folder = operator_version::write(&version, folders.path());
    operator.run(&format!("publish {}", folder.display())).expect(0);
    let refused = operator.run("canary products 8.0.0 --percent 5").expect(5);
    assert!(refused.err.contains("contract 99"), "{refused}");
    let forced = operator.run("canary products 8.0.0 --percent 100 --force").expect(0);
    assert!(forced.err.contains("contract 99"), "{forced}");
    // Shoppers keep what they have, and the shop says why.
    eventually("the shop says why it passes the version over", || {
        let versions = versions(&server);
        assert!(serves(&server, &bundle::remote("products").version), "{versions}");
        if versions.contains("contract 99") { Ok(()) } else { Err(versions) }
    });
}
