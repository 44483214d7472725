//! A Worker that starts while its store is of no use: without anything known it shows what was built with it, and afterwards the last
//! good release that another isolate of its location has left in the cache.

use std::time::Duration;

use serde_json::{Value, json};
use storefront_tests::client::{self, Request};
use storefront_tests::faulty_store::FaultyStore;
use storefront_tests::object_store::{Rollout, Store as _, Version};
use storefront_tests::store_fault::Fault;

use crate::Faults;
use crate::faults::{DEADLINE, DETAIL, PRODUCTS, Shop, eventually, same};

/// After so many looks a change is written once more.
const WRITE_AGAIN: usize = 250;

/// Visitors who come at the same time.
const CROWD: usize = 20;

/// Waits for another isolate, which knows nothing and has these variables beside the others; the cache of the location stays.
/// An entry of the test's own stands before the Worker's and says when it is at work.
pub(crate) fn restart(shop: &Shop, name: &str, variables: &Value) {
    let folder = shop.server.folder().join("edge/build");
    let (entry, worker) = (folder.join("index.js"), folder.join("worker.js"));
    if !worker.exists() {
        std::fs::copy(&entry, &worker).expect("the served folder has the Worker");
    }
    let greeting = format!("this is isolate {name}");
    let text = format!(
        "import worker from \"./worker.js\";\nconsole.log({greeting:?});\nconst variables = {variables};\n\
         export default {{ fetch: (request, env, context) => worker.fetch(request, {{ ...env, ...variables }}, context) }};\n"
    );
    let mut looks = 0;
    eventually(&greeting, || {
        // A change that comes while the last one is worked on can be overlooked; the next one is not.
        if looks % WRITE_AGAIN == 0 {
            std::fs::write(&entry, format!("{text}{}", "\n".repeat(looks))).expect("the served folder can be written");
        }
        looks += 1;
        // An isolate starts with its first request. One that comes while the old isolate goes may be lost.
        drop(client::send(shop.server.address(), &Request::get("/health")));
        same("is in the output", &shop.server.output().contains(&greeting), &true)
    });
}

/// Both pages show these versions at once, and `/__versions` says where the release comes from and what is wrong.
fn check(faults: &mut Faults, shop: &Shop, what: &str, expect: [&Version; 2], source: &Value, said: &str) {
    for (remote, version) in [PRODUCTS, DETAIL].into_iter().zip(expect) {
        let page = shop.shown(remote);
        faults.equal(format!("{what}: {remote}"), &page.version.as_str(), &version.number());
        faults.expect(page.took < DEADLINE, || format!("{what}: {remote} took {:?}", page.took));
        eventually(&format!("{what}: {remote}"), || {
            let release = shop.versions(remote)["release"].clone();
            let error = release["error"].as_str().unwrap_or_default();
            same("said", &error.contains(said), &true)
                .and(same("source", &release["source"], source))
                .map_err(|fault| format!("{fault} in {release}"))
        });
        let page = shop.shown(remote);
        faults.equal(format!("{what}, once more: {remote}"), &page.version.as_str(), &version.number());
    }
}

/// Many visitors come at once, the first of this isolate: all see the same, and the store is asked for them as for one.
fn check_crowd(faults: &mut Faults, shop: &Shop, store: &FaultyStore, what: &str, expect: &Version) {
    let release = format!("{}/release.json", expect.remote());
    let asked = store.requests(&release);
    let seen: Vec<String> = std::thread::scope(|scope| {
        let views: Vec<_> = (0..CROWD).map(|_| scope.spawn(|| shop.shown(expect.remote()).version)).collect();
        views.into_iter().map(|view| view.join().expect("a view ends by itself")).collect()
    });
    let wrong = seen.iter().filter(|version| *version != expect.number()).count();
    faults.equal(format!("{what}: {CROWD} visitors at once who saw another version"), &wrong, &0);
    let asked = store.requests(&release) - asked;
    faults.expect(asked <= 2, || format!("{what}: {asked} requests to the store for {CROWD} visitors at once"));
}

#[test]
fn a_new_isolate_without_its_store_shows_the_last_good_release_and_else_what_it_was_built_with() {
    let times = [("RELEASE_FRESH_MS", "150"), ("RELEASE_STALE_MS", "300"), ("STORE_TIMEOUT_MS", "1000")];
    let store = FaultyStore::start("storefront");
    // Nobody listens there when the first request comes.
    store.refuse();
    let shop = Shop::following(&store, &times);
    let mut faults = Faults::default();
    let bundled = [PRODUCTS, DETAIL].map(|remote| shop.bundled(remote));
    let built = bundled.each_ref();
    check(&mut faults, &shop, "nothing known, refused", built, &Value::Null, "the store cannot be reached");
    store.accept();
    store.break_it("release.json", Fault::Slow(Duration::from_secs(6)));
    restart(&shop, "one", &json!({}));
    check(&mut faults, &shop, "nothing known, six seconds slow", built, &Value::Null, "no answer within 1000 ms");
    for remote in [PRODUCTS, DETAIL] {
        let reason = shop.versions(remote)["reason"].clone();
        faults.equal("why", &reason, &json!("bundled"));
    }
    let file = built[0].url(built[0].style());
    for target in ["/", "/api/products", "/health", "/sitemap.xml", &file] {
        faults.equal(target, &shop.server.get(target).status, &200);
    }

    store.mend("release.json");
    let published = bundled.each_ref().map(|version| version.derived("2.0.0"));
    let good = published.each_ref();
    let mut rollouts = bundled.each_ref().map(Rollout::first);
    let first = rollouts.clone();
    for (rollout, version) in rollouts.iter_mut().zip(good) {
        shop.publish(&store, version);
        rollout.promote(version);
        store.release(rollout);
        shop.until_shown(version.remote(), version);
    }

    // What was served once lies in the cache of the location; an open tab may ask for it first of all.
    let entry = good[1].manifest.entry().as_str();
    let script = good[1].url(entry);
    faults.equal(&script, &shop.server.get(&script).status, &200);
    store.refuse();
    restart(&shop, "two", &json!({}));
    let answer = shop.server.get(&script);
    let is_right = answer.status == 200 && answer.body == good[1].files[entry];
    faults.expect(is_right, || format!("a new isolate, refused, is asked for {script} first: {answer}"));
    check_crowd(&mut faults, &shop, &store, "a new isolate, refused", good[0]);
    let (cache, refused) = (json!("cache"), "the store cannot be reached");
    check(&mut faults, &shop, "a new isolate, refused", good, &cache, refused);

    store.accept();
    store.break_it("release.json", Fault::Slow(Duration::from_secs(6)));
    restart(&shop, "three", &json!({}));
    check_crowd(&mut faults, &shop, &store, "a new isolate, six seconds slow", good[0]);
    check(&mut faults, &shop, "a new isolate, six seconds slow", good, &cache, "no answer within 1000 ms");

    // What is older than the cache knows is not believed either.
    store.mend("release.json");
    for rollout in &first {
        store.release(rollout);
    }
    restart(&shop, "four", &json!({}));
    check(&mut faults, &shop, "a new isolate, an old release", good, &cache, "was seen before");

    // A release that nobody has confirmed for longer than it may be kept is none.
    store.break_it("release.json", Fault::Status(500, None));
    restart(&shop, "five", &json!({ "RELEASE_KEEP_MS": "300" }));
    eventually("what was not confirmed for long is let go", || {
        let page = shop.shown(PRODUCTS);
        same("version", &page.version.as_str(), &built[0].number())
    });
    check(&mut faults, &shop, "nothing young enough known", built, &Value::Null, "the store answered 500");

    // From then on a store that was lost and begun anew, with lower serials, is followed.
    for (rollout, version) in first.into_iter().zip(good) {
        let mut anew = rollout;
        anew.promote(version);
        store.release(&anew);
    }
    store.mend("release.json");
    for version in good {
        shop.until_shown(version.remote(), version);
    }
    faults.equal("requests without a signature", &store.unsigned(), &Vec::new());
    faults.report(
        "the last good release lies in the Cache API with the time of its confirmation; bundled is the last resort",
    );
}
